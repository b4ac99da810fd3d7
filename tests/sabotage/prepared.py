"""A pytest plugin for the runs on a sabotaged copy: take the database that stands in PREPARED_DATABASE.

It is a copy of the outer run's own, so that no run migrates and loads the regulations again.
"""

import os

import pytest


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    # Last of all, so that these fixtures come after those of the plugin for Django.
    config.pluginmanager.register(Prepared())


class Prepared:
    @pytest.fixture(scope="session")
    def django_db_setup(self, django_test_environment: None) -> None:
        from django.db import connections  # not before the settings are known

        connections["default"].settings_dict["NAME"] = os.environ["PREPARED_DATABASE"]
