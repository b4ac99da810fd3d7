"""A pytest plugin for the second run of the suite: keep the tests that touch the database.

`pytest -p scripts.only_database`. A test that asks for no database says the same on both, so running it
once is enough; so is a test marked `one_database`, which says why.
"""

import pytest

DATABASE_FIXTURES = {"db", "transactional_db", "live_server"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    config.hook.pytest_deselected(items=[item for item in items if not _touches_the_database(item)])
    items[:] = [item for item in items if _touches_the_database(item)]


def _touches_the_database(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    touches = bool(fixtures & DATABASE_FIXTURES) or item.get_closest_marker("django_db") is not None
    return touches and item.get_closest_marker("one_database") is None
