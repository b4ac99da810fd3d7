"""A new portal starts with three accounts of three people, or it does not start."""

import io
import re

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Membership, User
from accounts.roles import Role

LINES = """SYSTEM_ADMIN qiulin 邱林 11010519491231002X
SECURITY_ADMIN youjia 尤佳 110101198001010010

AUDIT_ADMIN zhenping 甄平 110101199003077475
"""


@pytest.fixture
def appoint_by(monkeypatch, db):
    def run(lines: str) -> str:
        monkeypatch.setattr("sys.stdin", io.StringIO(lines))
        said = io.StringIO()
        call_command("appoint_administrators", stdout=said)
        return said.getvalue()

    return run


def test_three_lines_make_three_administrators_with_a_link_each(client, appoint_by):
    said = appoint_by(LINES)

    held = {m.user.username: m.role for m in Membership.objects.in_force()}
    assert held == {"qiulin": Role.SYSTEM_ADMIN, "youjia": Role.SECURITY_ADMIN, "zhenping": Role.AUDIT_ADMIN}
    links = re.findall(r"http://127.0.0.1:8000(\S+)", said)
    assert [client.get(link, follow=True).status_code for link in links] == [200, 200, 200]
    assert not any(user.has_usable_password() for user in User.objects.all())


@pytest.mark.parametrize(
    "lines",
    [
        "",
        LINES.replace("AUDIT_ADMIN", "SYSTEM_ADMIN"),
        "\n".join(LINES.splitlines()[:2]),
        LINES.replace("甄平 ", ""),
        LINES.replace("110101199003077475", "110101199003077476"),
        LINES.replace("110101198001010010", "11010519491231002X"),  # one person twice
    ],
)
def test_anything_else_makes_none(appoint_by, lines):
    with pytest.raises(CommandError):
        appoint_by(lines)

    assert not Membership.objects.exists()
    assert not User.objects.exists()


def test_it_starts_a_portal_once(appoint_by):
    appoint_by(LINES)

    with pytest.raises(CommandError, match="已有管理员在任"):
        appoint_by(LINES)
