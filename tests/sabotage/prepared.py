"""A pytest plugin for the runs on a sabotaged copy: take the database that stands in PREPARED_DATABASE.

It is a copy of the outer run's own, so that no run migrates and loads the regulations again.
"""

import os

import pytest


def pytest_configure(config: pytest.Config) -> None:
    from django.conf import settings  # not before the settings module is known

    settings.DATABASES["default"]["TEST"]["NAME"] = os.environ["PREPARED_DATABASE"]
