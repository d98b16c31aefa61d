"""Who is signed in where: browser sessions, in the database alone."""

from datetime import UTC, datetime
from functools import cache
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import connection, models
from django.utils import timezone

from accounts_app.models.account import Account
from accounts_app.models.user import User
from resolutionflow.web.prepared_query import PreparedQuery

SOME_MOMENT = datetime(1900, 1, 1, tzinfo=UTC)


class BrowserSessionManager(BaseSessionManager["BrowserSession"]):
    def with_user(self, session_key: str) -> "BrowserSession | None":
        """Return the session that hasn't expired, with its user and their account.

        Every page begins with this read.
        """
        rows = _unexpired().rows(session_key=session_key, now=timezone.now())
        if not rows:
            return None
        values = list(rows[0])
        parts = {}
        for model in (BrowserSession, User, Account):
            names = _columns(model)
            parts[model], values = values[: len(names)], values[len(names) :]
        found = BrowserSession.from_db(
            connection.alias, _columns(BrowserSession), parts[BrowserSession]
        )
        if found.user_id is not None:
            user = User.from_db(connection.alias, _columns(User), parts[User])
            if user.account_id is not None:
                user.account = Account.from_db(connection.alias, _columns(Account), parts[Account])
            found.user = user
        return found


class BrowserSession(AbstractBaseSession):
    """A browser that is signed in, or is about to be; `user` says who, in a column of its own.

    Nothing of the user is copied into it: what they may do is read anew at each request.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="browser_sessions", null=True
    )

    objects = BrowserSessionManager()  # type: ignore[misc]

    @classmethod
    def get_session_store_class(cls) -> Any:
        return import_module(settings.SESSION_ENGINE).SessionStore


@cache
def _columns(model: type[models.Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


@cache
def _unexpired() -> PreparedQuery:
    columns = [
        *_columns(BrowserSession),
        *(f"user__{name}" for name in _columns(User)),
        *(f"user__account__{name}" for name in _columns(Account)),
    ]
    found = BrowserSession.objects.filter(session_key="some", expire_date__gt=SOME_MOMENT)
    return PreparedQuery.compile(
        found.values_list(*columns), {"some": "session_key", SOME_MOMENT: "now"}
    )
