"""Sessions in the database, each read by a statement that is built once: every page asks for one."""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends import db

from core import clock
from core.prepared import Prepared

STORED = Prepared(lambda key: SessionStore.get_model_class().objects.filter(session_key=key), str)


class SessionStore(db.SessionStore):
    """Django's own, but for how a row is looked up."""

    def _get_session_from_db(self) -> Any:
        for row in STORED(self.session_key):
            if row.expire_date > clock.true_now():
                return row
        self._session_key = None
        return None
