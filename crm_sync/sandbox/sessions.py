"""Who is logged in: access tokens, kept as long as the server runs."""

import secrets
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

__all__ = ["Session", "Sessions"]


@dataclass(frozen=True)
class Session:
    """One login: its token, its user and when it began."""

    token: str
    user_id: str
    client_id: str
    issued_at: datetime


class Sessions:
    """All logins of an org; safe to use from several threads.

    A session ends by itself `seconds` after it began, and after `calls` calls (None: never).
    """

    def __init__(self, org_id: str, seconds: int | None = None, calls: int | None = None) -> None:
        self._org_id = org_id
        self._seconds = seconds
        self._calls = calls
        self._lock = threading.Lock()
        self._sessions: dict[str, Session] = {}
        self._used: dict[str, int] = {}

    def open(self, user_id: str, client_id: str, now: datetime) -> Session:
        """Begin a session."""
        token = f"{self._org_id[:15]}!AQ{secrets.token_urlsafe(48)}"
        session = Session(token, user_id, client_id, now)
        with self._lock:
            self._sessions[token] = session
            self._used[token] = 0
        return session

    def find(self, token: str, now: datetime) -> Session | None:
        """Return the session of a token, or None when there is none (any more)."""
        session = self._sessions.get(token)
        if session is None or not self._is_over(session, now):
            return session
        self.close(token)
        return None

    def use(self, token: str, now: datetime) -> Session | None:
        """Return the session for one call, which counts."""
        session = self.find(token, now)
        if session:
            with self._lock:
                self._used[token] = self._used.get(token, 0) + 1
        return session

    def close(self, token: str) -> bool:
        """End the session; False when there is none."""
        with self._lock:
            self._used.pop(token, None)
            return self._sessions.pop(token, None) is not None

    def close_all(self) -> None:
        """End every session, as when an administrator does: clients must log in again."""
        with self._lock:
            self._sessions.clear()
            self._used.clear()

    def _is_over(self, session: Session, now: datetime) -> bool:
        lasted = self._seconds is None or now < session.issued_at + timedelta(seconds=self._seconds)
        used = self._used.get(session.token, 0)
        return not lasted or (self._calls is not None and used >= self._calls)
