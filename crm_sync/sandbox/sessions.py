"""Who is logged in: access tokens, kept as long as the server runs."""

import secrets
import threading
from dataclasses import dataclass
from datetime import datetime

__all__ = ["Session", "Sessions"]


@dataclass(frozen=True)
class Session:
    """One login: its token, its user and when it began."""

    token: str
    user_id: str
    client_id: str
    issued_at: datetime


class Sessions:
    """All logins of an org; safe to use from several threads."""

    def __init__(self, org_id: str) -> None:
        self._org_id = org_id
        self._lock = threading.Lock()
        self._sessions: dict[str, Session] = {}

    def open(self, user_id: str, client_id: str, now: datetime) -> Session:
        """Begin a session."""
        token = f"{self._org_id[:15]}!AQ{secrets.token_urlsafe(48)}"
        session = Session(token, user_id, client_id, now)
        with self._lock:
            self._sessions[token] = session
        return session

    def find(self, token: str) -> Session | None:
        """Return the session of a token, or None when there is none (any more)."""
        return self._sessions.get(token)

    def close(self, token: str) -> bool:
        """End the session; False when there is none."""
        with self._lock:
            return self._sessions.pop(token, None) is not None

    def close_all(self) -> None:
        """End every session, as when an administrator does: clients must log in again."""
        with self._lock:
            self._sessions.clear()
