"""Who is signed in where: browser sessions, in the database alone."""

import uuid
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import DatabaseError, connection, models, transaction
from django.db.models import F, Q
from django.utils import timezone

from accounts_app.models.account import Account
from accounts_app.models.user import User
from resolutionflow.web.prepared_query import PreparedQuery

SOME_MOMENT = datetime(1900, 1, 1, tzinfo=UTC)


class BrowserSessionManager(BaseSessionManager["BrowserSession"]):
    def with_user(self, session_key: str) -> "BrowserSession | None":
        """Return the session that hasn't expired, with its user and their account.

        Every page begins with this read. One that was left alone for longer than the account
        allows ends here, for good: a policy that is changed later doesn't bring it back.
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
        if found.is_idle:
            found.delete()
            return None
        return found

    def in_use(self, user: User) -> list["BrowserSession"]:
        """Return where the user is signed in, last used first."""
        found = self.filter(user=user, expire_date__gt=timezone.now()).select_related(
            "user__account"
        )
        return [session for session in found.order_by("-last_seen_at") if not session.is_idle]

    def delete_idle(self) -> int:
        """Delete what was left alone for longer than its account allows; return how many."""
        minutes = F("user__account__idle_timeout_minutes") * timedelta(minutes=1)
        idle = self.filter(user__account__idle_timeout_minutes__isnull=False)
        return idle.filter(last_seen_at__lt=timezone.now() - minutes).delete()[0]


class BrowserSession(AbstractBaseSession):
    """A browser that is signed in, or is about to be; `user` says who, in a column of its own.

    Nothing of the user is copied into it: what they may do is read anew at each request.
    """

    LAST_SEEN_RESOLUTION = timedelta(minutes=1)
    MAX_USER_AGENT = 300

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="browser_sessions", null=True
    )
    # The key is a secret; this names the session on pages, and stays when the key changes.
    device_id = models.UUIDField(default=uuid.uuid4, editable=False, db_index=True)
    signed_in_at = models.DateTimeField(default=timezone.now)
    last_seen_at = models.DateTimeField(default=timezone.now)
    address = models.GenericIPAddressField(null=True)
    user_agent = models.CharField(max_length=MAX_USER_AGENT, blank=True, default="")

    objects = BrowserSessionManager()  # type: ignore[misc]

    @property
    def is_idle(self) -> bool:
        """Whether nobody used it for longer than the account of its user allows."""
        account = self.user.account if self.user else None
        minutes = account.idle_timeout_minutes if account else None
        if minutes is None:
            return False
        return self.last_seen_at < timezone.now() - timedelta(minutes=minutes)

    def touch(self, address: str | None) -> None:
        """Remember the use and the caller's address, at most once a minute.

        What can't be written is left out: pages can be read while the database takes no changes.
        """
        now = timezone.now()
        before = now - self.LAST_SEEN_RESOLUTION
        if self.last_seen_at >= before:
            return
        self.last_seen_at, self.address = now, address
        with suppress(DatabaseError), transaction.atomic():
            BrowserSession.objects.filter(Q(last_seen_at__lt=before), pk=self.pk).update(
                last_seen_at=now, address=address
            )

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
