"""Every page tells the browser what it may load: files of ours, and nothing written into the page."""

import pytest


def policy_of(answer) -> dict[str, str]:
    stated = answer.headers["Content-Security-Policy"]
    return dict(directive.split(maxsplit=1) for directive in stated.split("; "))


@pytest.mark.parametrize("host", ["127.0.0.1", "evil.example"])
@pytest.mark.parametrize("path", ["/", "/nothing", "/register/?q=%00"])
def test_whatever_is_answered_carries_the_policy(client, db, host, path):
    answer = client.get(path, headers={"host": host})

    assert policy_of(answer)["default-src"] == "'none'"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "camera=()" in answer.headers["Permissions-Policy"]


@pytest.mark.parametrize("path", ["/", "/accounts/login/", "/nothing/"])
def test_a_page_runs_and_shows_only_files_of_ours(client, db, path):
    policy = policy_of(client.get(path))

    assert policy["default-src"] == policy["object-src"] == policy["base-uri"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert "unsafe" not in " ".join(policy.values())
