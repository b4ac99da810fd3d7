"""The least a page or a step can cost in Django: one file, session, login and one indexed query.

    BENCH_DATABASE_URL=postgres://portal@/folder/name (or sqlite:///path) python -m bench.limits.bare_app ROWS
    BENCH_DATABASE_URL=…  gunicorn bench.limits.bare_app:application

The first fills the table of the list and prints a session; the second serves
    GET  /list                   a reviewer's queue: one keyset query, 50 rows, Django's template
    POST /move/<pk>/<version>   a step: the three rows the portal writes, by the ORM, in one transaction
It stands in a database of the portal and shares its sessions and, for the step, its tables, so that both sides
keep the same indexes and constraints.
"""

from __future__ import annotations

import datetime as dt
import os
import random
import sys
from urllib.parse import urlsplit

import django
from django.conf import settings

if __name__ == "__main__":  # under the import name, so that the models register once
    from bench.limits import bare_app

    print(bare_app.set_up(int(sys.argv[1])))
    sys.exit()

ROWS = 50
REVIEWER, SHARE = 1, 0.4  # one reviewer has two fifths of all cases
OPTIONS = {
    "timeout": 30,
    "transaction_mode": "IMMEDIATE",
    "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;",
}


def database() -> dict:
    url = os.environ["BENCH_DATABASE_URL"]
    if url.startswith("sqlite:///"):
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": url.removeprefix("sqlite:///"),
            "OPTIONS": OPTIONS,
        }
    parts = urlsplit(url)
    folder, _, name = parts.path.rpartition("/")
    return {"ENGINE": "django.db.backends.postgresql", "HOST": folder, "NAME": name, "USER": parts.username,
            "CONN_MAX_AGE": None}  # fmt: skip


settings.configure(
    SECRET_KEY="bench",  # noqa: S106 - serves invented cases on the loopback address only
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    USE_TZ=True,
    LANGUAGE_CODE="zh-hans",
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    DATABASES={"default": database()},
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions"],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
    ],
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "OPTIONS": {}}],
)
django.setup()

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.auth.models import User  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import connection, models, transaction  # noqa: E402
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden  # noqa: E402
from django.template import engines  # noqa: E402
from django.urls import path  # noqa: E402
from django.utils import timezone  # noqa: E402


class ListedCase(models.Model):
    """A row of the list page."""

    number = models.CharField(max_length=24)
    name = models.CharField(max_length=120)
    state = models.CharField(max_length=24)
    category = models.CharField(max_length=24)
    reviewer_id = models.BigIntegerField()
    filed = models.DateField()
    due = models.DateField()

    class Meta:
        app_label, db_table = "bench", "bench_case"
        indexes = [models.Index("reviewer_id", "state", "due", "id", name="bench_queue")]


class Case(models.Model):
    state = models.CharField(max_length=32)
    came_from = models.CharField(max_length=32)
    version = models.PositiveIntegerField()
    ledger_head = models.CharField(max_length=64)
    holder_role = models.CharField(max_length=16)
    moved_at = models.DateTimeField()

    class Meta:
        app_label, db_table, managed = "bench", "workflow_case", False


class Application(models.Model):
    case_ptr_id = models.BigIntegerField(primary_key=True)
    review_opened_at = models.DateTimeField()

    class Meta:
        app_label, db_table, managed = "bench", "accreditation_providerapplication", False


class LedgerEntry(models.Model):
    case_id = models.BigIntegerField()
    sequence = models.PositiveIntegerField()
    step = models.CharField(max_length=40)
    from_state = models.CharField(max_length=32)
    to_state = models.CharField(max_length=32)
    role = models.CharField(max_length=16)
    user_id = models.BigIntegerField()
    person_id = models.BigIntegerField(null=True)
    organization_id = models.BigIntegerField(null=True)
    prepared_by_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    body = models.TextField()
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    idempotency_key = models.CharField(max_length=64, null=True)

    class Meta:
        app_label, db_table, managed = "bench", "workflow_ledgerentry", False


TEMPLATE = engines["django"].from_string(
    '<!doctype html><html lang="zh"><head><title>待审队列</title></head><body><p>{{ user.username }}</p>'
    '<form method="get"><input name="q"></form>'
    "<table><thead><tr><th>编号<th>企业<th>状态<th>类别<th>申请日<th>到期日</tr></thead><tbody>\n"
    '{% for c in rows %}<tr><td><a href="/case/{{ c.id }}">{{ c.number }}</a></td><td>{{ c.name }}</td>'
    '<td>{{ c.state }}</td><td>{{ c.category }}</td><td>{{ c.filed|date:"Y-m-d" }}</td>'
    '<td>{{ c.due|date:"Y-m-d" }}</td></tr>\n'
    '{% endfor %}</tbody></table><a href="?after={{ last }}">下一页</a></body></html>'
)


def page(request: HttpRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        return HttpResponseForbidden()
    rows = ListedCase.objects.filter(reviewer_id=REVIEWER, state="in_review")
    if after := request.GET.get("after"):
        rows = rows.filter(due__gte=after)
    shown = list(rows.order_by("due", "id")[:ROWS])
    last = shown[-1].due if shown else ""
    return HttpResponse(TEMPLATE.render({"rows": shown, "user": request.user, "last": last}))


# What the portal's step writes, with nothing asked and nothing computed: columns, lengths and constraints are its own.
OFFICER, APPROVER = 1, 2
HASH = "0" * 63 + "1"
BODY = "x" * 420


def move(request: HttpRequest, pk: int, version: int) -> HttpResponse:
    if not request.user.is_authenticated:
        return HttpResponseForbidden()
    now = timezone.now()
    with transaction.atomic():
        moved = Case.objects.filter(pk=pk, version=version).update(
            state="initial_review", came_from="recommendation", version=version + 1, ledger_head=HASH,
            holder_role="CITY_OFFICER", moved_at=now,
        )  # fmt: skip
        Application.objects.filter(pk=pk).update(review_opened_at=now)
        LedgerEntry.objects.create(
            case_id=pk, sequence=version + 1, step="return_to_review", from_state="recommendation", to_state="initial_review",
            role="CITY_APPROVER", user_id=APPROVER, person_id=APPROVER, organization_id=1, prepared_by_id=OFFICER, at=now, body=BODY, prev_hash=HASH, hash=HASH,
            idempotency_key=f"bare-{pk}-{version}",
        )  # fmt: skip
    return HttpResponse(str(moved))


urlpatterns = [path("list", page), path("move/<int:pk>/<int:version>", move)]
application = get_wsgi_application()


def set_up(rows: int) -> str:
    """Fill the list, and let the first user in. Returns the key of the session."""
    with connection.schema_editor() as editor:
        for model in (User, ListedCase):
            editor.create_model(model)
    rnd, day = random.Random(5), dt.date(2024, 1, 1)
    for first in range(0, rows, 10_000):
        ListedCase.objects.bulk_create(_listed(rnd, day, n) for n in range(first, min(rows, first + 10_000)))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE bench_case")
    user, store = User.objects.create(username="bare"), SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.save()
    return store.session_key


def _listed(rnd: random.Random, day: dt.date, n: int) -> ListedCase:
    return ListedCase(
        number=f"GX{n:09d}",
        name=f"示范科技第{n}号有限公司",
        state=rnd.choice(["in_review", "accepted", "rejected", "draft"]),
        category=rnd.choice(["高新", "专精特新"]),
        reviewer_id=REVIEWER if rnd.random() < SHARE else rnd.randrange(2, 40),
        filed=day + dt.timedelta(days=n % 700),
        due=day + dt.timedelta(days=rnd.randrange(1500)),
    )
