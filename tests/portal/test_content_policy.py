"""Every page tells the browser what it may load: files of ours, and nothing written into the page."""

import pytest


@pytest.mark.parametrize("path", ["/", "/accounts/login/", "/nothing/"])
def test_a_page_runs_and_shows_only_files_of_ours(client, db, path):
    policy = dict(
        directive.split(maxsplit=1)
        for directive in client.get(path).headers["Content-Security-Policy"].split("; ")
    )

    assert policy["default-src"] == policy["object-src"] == policy["base-uri"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert "unsafe" not in " ".join(policy.values())
