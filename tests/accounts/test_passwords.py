"""What a password must be."""

import pytest
from django.contrib.auth.hashers import identify_hasher, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from accounts.people import password_link
from accounts.roles import Role
from tests.accounts.logins import PASSWORD, is_signed_in, sign_in

EXACT = "xK7-mQ2-vR9-pT4-wZ"


@pytest.mark.parametrize(
    ("length", "kind", "ok"),
    [(11, "handler", False), (12, "handler", True), (13, "officer", False), (14, "officer", True)],
)
def test_officials_need_two_characters_more(request, length, kind, ok):
    user = request.getfixturevalue(kind)

    if ok:
        validate_password(EXACT[:length], user)
    else:
        with pytest.raises(ValidationError, match=f"现在是 {length} 个"):
            validate_password(EXACT[:length], user)


def test_administrators_need_them_too(administrators):
    with pytest.raises(ValidationError):
        validate_password(EXACT[:13], administrators[Role.AUDIT_ADMIN])


@pytest.mark.parametrize("word", ["username", "person.name", "uscc"])
def test_what_everybody_knows_about_its_owner_is_refused(handler, word):
    known = {
        "username": handler.username.upper(),
        "person.name": handler.display_name,
        "uscc": handler.appointments[0].organization.uscc,
    }[word]

    with pytest.raises(ValidationError, match="不要有账号"):
        validate_password(f"{known}-pq8-zz7-长句子", handler)


@pytest.mark.django_db
def test_what_everybody_uses_is_refused():
    with pytest.raises(ValidationError, match="常见"):
        validate_password("qwertyuiop123")


def test_passwords_are_kept_as_argon2(settings):
    settings.PASSWORD_HASHERS = settings.PASSWORD_HASHERS[1:]

    assert identify_hasher(make_password(PASSWORD)).algorithm == "argon2"


class TestLink:
    """A new login sets its own password by a link that works once."""

    @pytest.fixture
    def newcomer(self, login):
        from tests.factories import enterprise

        user = login(enterprise(), Role.APPLICANT)
        user.set_unusable_password()
        user.save()
        return user

    def set_by(self, client, link, password=EXACT):
        form = client.get(link, follow=True).request["PATH_INFO"]
        return client.post(form, {"password1": password, "password2": password})

    def test_sets_the_password(self, client, newcomer):
        self.set_by(client, password_link(newcomer))

        sign_in(client, newcomer, password=EXACT)
        assert is_signed_in(client)

    def test_works_once(self, client, newcomer):
        link = password_link(newcomer)
        self.set_by(client, link)

        page = client.get(link, follow=True).content.decode()

        assert "链接已失效" in page

    def test_keeps_the_rules(self, client, newcomer):
        page = self.set_by(client, password_link(newcomer), "short").content.decode()

        assert "密码太短" in page

    @pytest.mark.parametrize(
        "link", ["/accounts/password/reset/key/1-wrong/", "/accounts/password/reset/key/zzzz-x-y/"]
    )
    def test_a_made_up_link_opens_nothing(self, client, newcomer, link):
        assert "链接已失效" in client.get(link, follow=True).content.decode()
