"""Every page tells the browser what it may load: files of ours, and nothing written into the page."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accreditation import filing, samples


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


def test_a_file_that_somebody_gave_us_keeps_the_sandbox_it_is_served_with(client, world):
    """The policy of pages would let it run our scripts; its own lets it run nothing, at every door."""
    application = world.ready()
    filed = application.attachments.get(slot="audit_report")
    content = SimpleUploadedFile("报告.pdf", samples.sample_pdf("audit_report"))
    filing.hand_in(application, world.applicant, "audit_report", content, replaces=filed)
    world.sign(application)
    application = world.walk_to("submitted", application)
    file = application.attachments.standing().get(slot="audit_report")
    desk = f"/desk/cases/{application.reference}/files/{file.key}/"

    client.force_login(world.officer.user)
    served = [client.get(desk), client.get(f"{desk}1.png")]
    client.force_login(world.applicant.user)
    served.append(client.get(reverse("my:download", args=[application.reference, file.key])))

    assert [answer.status_code for answer in served] == [200, 200, 200]
    assert {policy for answer in served for policy in [answer.headers["Content-Security-Policy"]]} == {
        "sandbox; default-src 'none'"
    }
