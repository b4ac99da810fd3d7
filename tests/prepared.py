"""A pytest plugin: each process works in a copy of the database in PREPARED_DATABASE, and makes none of its own.

It stands migrated, with the regulations loaded: `scripts/test` makes one for both its processes, the sabotages take
a copy of the outer run's. Whoever made it throws the copies away.
"""

import os
from collections.abc import Iterator

import pytest
from pytest_django import DjangoDbBlocker


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    # Last of all, so that these fixtures come after those of the plugin for Django.
    config.pluginmanager.register(Prepared())


class Prepared:
    @pytest.fixture(scope="session")
    @classmethod
    def django_db_setup(
        cls, django_test_environment: None, django_db_blocker: DjangoDbBlocker
    ) -> Iterator[None]:
        from django.db import connection  # not before the settings are known

        own, settings = str(os.getpid()), connection.settings_dict
        settings["NAME"] = os.environ["PREPARED_DATABASE"]
        with django_db_blocker.unblock():
            connection.creation.clone_test_db(own, verbosity=0)
        settings |= connection.creation.get_test_db_clone_settings(own)
        yield
        connection.close()
