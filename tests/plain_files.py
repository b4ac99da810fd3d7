"""Static files by their plain names, for tests: no manifest is made for them."""

from functools import cache

from django.contrib.staticfiles.storage import StaticFilesStorage


class PlainFiles(StaticFilesStorage):
    """A page asks a dozen times for addresses that never change."""

    def url(self, name: str | None) -> str:
        return _address(name)


@cache
def _address(name: str | None) -> str:
    return StaticFilesStorage().url(name)
