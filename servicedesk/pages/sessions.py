"""Sessions of staff as Django keeps them, read by a statement that is planned once."""

from typing import Any

from django.contrib.sessions.backends import db
from django.utils.timezone import now

from workflow.tenancy.prepared import Statement

# Written out: each page of staff asks it first.
SESSION = Statement("""
SELECT session_data FROM django_session WHERE session_key = %(key)s AND expire_date > %(at)s
""")


class SessionStore(db.SessionStore):
    """A session in the database; ending it counts from the next request on."""

    def load(self) -> dict[str, Any]:
        """Return what the session holds, nothing if it is over; one query."""
        rows = SESSION.rows(key=self.session_key, at=now())
        if not rows:
            self._session_key = None
            return {}
        return dict(self.decode(rows[0][0]))
