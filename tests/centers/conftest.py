import pytest

from tests.centers.cast import Hubei
from tests.once import once


@pytest.fixture
def hubei(db) -> Hubei:
    return once("the cast of Hubei", Hubei)
