"""Background work: the Celery application that web, worker and beat share.

Every setting of it stands in `config.settings` with the prefix CELERY_. The broker is a hint and may
lose a message: what must happen has a row in the outbox, and the sweeper finds it there.
"""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("config")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
