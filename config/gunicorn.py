"""How gunicorn serves the portal, in `scripts/run` and in the container alike.

Threads wait for the database while others work; two processes use two cores, and share what was loaded.
The control socket is off: it would live under the home folder, which a read-only container does not have.
"""

import gc
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
# A page makes and drops tens of thousands of objects and leaves hardly a ring among them: looking for rings after
# every 700 costs more than it finds.
gc.set_threshold(50_000, 20, 20)
accesslog = os.environ.get("ACCESS_LOG") or None


def pre_fork(server: object, worker: object) -> None:
    """What was loaded stays for good: nobody looks through it again, and its memory stays shared."""
    gc.freeze()
