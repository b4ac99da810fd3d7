"""Is the web process answering? For the container's health check; asks as nginx would."""

import os
import sys
import urllib.request

host = os.environ.get("ALLOWED_HOSTS", "127.0.0.1").split(",")[0]
request = urllib.request.Request(
    "http://127.0.0.1:8000/", headers={"Host": host, "X-Forwarded-Proto": "https"}
)
with urllib.request.urlopen(request, timeout=8) as answer:  # noqa: S310 - our own address
    sys.exit(answer.status != 200)
