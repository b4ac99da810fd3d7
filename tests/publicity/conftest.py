from tests.portal.conftest import plain_static

__all__ = ["plain_static"]
