"""The store of browser sessions (`SESSION_ENGINE`): Django's, with the user in the same query."""

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db

from accounts_app.models import BrowserSession, User


class SessionStore(db.SessionStore):
    """Browser sessions in the database alone: no memory of a process outlives a sign-out."""

    _loaded: BrowserSession | None = None
    # The caller, as far as the middleware has said.
    address: str | None = None
    user_agent = ""

    @classmethod
    def get_model_class(cls) -> type[BrowserSession]:
        return BrowserSession

    @property
    def user(self) -> User | None:
        """The user who came with the session when it was read, with their account."""
        self._get_session()  # type: ignore[attr-defined]
        return self._loaded.user if self._loaded else None

    def load(self) -> dict[str, Any]:
        self._loaded = BrowserSession.objects.with_user(self.session_key or "")
        if self._loaded is None:
            self._session_key = None
            return {}
        return self.decode(self._loaded.session_data)

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        row: Any = super().create_model_instance(data)
        row.user_id = data.get(SESSION_KEY)
        row.address, row.user_agent = self.address, self.user_agent[: row.MAX_USER_AGENT]
        before = self._loaded
        if before is not None and str(before.user_id) == str(row.user_id):
            # A new key, or new data, of a browser that stays signed in.
            row.device_id, row.signed_in_at = before.device_id, before.signed_in_at
            row.address = row.address or before.address
            row.user_agent = row.user_agent or before.user_agent
        return row

    def touch(self) -> None:
        """Remember that the session is used."""
        if self._loaded is not None:
            self._loaded.touch(self.address)
