"""Everything in this folder needs a browser or a running portal, and is marked as such."""

from pathlib import Path

import pytest

from tests.permissions.test_matrix import stage

__all__ = ["stage"]
HERE = Path(__file__).parent


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items):
    """These take longest: half of them go first and half in the middle, where a second worker begins."""
    ours = [item for item in items if HERE in item.path.parents]
    for item in ours:
        item.add_marker(pytest.mark.e2e)
    result = yield
    ours = [item for item in items if item in ours]
    rest = [item for item in items if item not in ours]
    middle = len(rest) // 2
    items[:] = [*ours[::2], *rest[:middle], *ours[1::2], *rest[middle:]]
    return result
