"""Static files as they lie in the checkout, for the tests of pages."""

from collections.abc import Iterator

import pytest

from portal import navigation
from portal.templatetags import portal_ui


@pytest.fixture(autouse=True)
def plain_static(settings) -> Iterator[None]:
    """No manifest: addresses of files as they are, so that no test needs collectstatic."""
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    caches = portal_ui._icon, navigation.exists
    for remembered in caches:
        remembered.cache_clear()
    yield
    for remembered in caches:
        remembered.cache_clear()


@pytest.fixture
def desk(client):
    """The portal as somebody sees it: `desk(actor).get("/desk/")`."""

    def signed_in(actor):
        client.force_login(actor.user)
        return client

    return signed_in
