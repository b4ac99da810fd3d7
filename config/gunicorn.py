"""How gunicorn serves the portal, in `scripts/run` and in the container alike.

Threads wait for the database while others work; two processes use two cores, and share what was loaded.
The control socket is off: it would live under the home folder, which a read-only container does not have.
"""

import os

bind = os.environ.get("BIND", "127.0.0.1:8000")
worker_class = "gthread"
preload_app = True
workers = int(os.environ.get("WEB_PROCESSES", "2"))
threads = int(os.environ.get("WEB_THREADS", "8"))
timeout = 60
graceful_timeout = 20
max_requests = 10_000
max_requests_jitter = 1_000
control_socket_disable = True
# A search in Chinese grows ninefold once percent-encoded; the default 4,094 holds 450 characters.
limit_request_line = 8190
accesslog = os.environ.get("ACCESS_LOG") or None
