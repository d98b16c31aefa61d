"""Signing in by name and password, and who a browser session belongs to."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

from django.contrib.auth.backends import ModelBackend

from accounts_app.models import User

_read_already: ContextVar[User | None] = ContextVar("read_already", default=None)


@contextmanager
def user_read_already(user: User | None) -> Iterator[None]:
    """Within, `user` needn't be read again: they came with the browser session."""
    token = _read_already.set(user)
    try:
        yield
    finally:
        _read_already.reset(token)


class AccountBackend(ModelBackend):
    """As Django's, but the person comes with their account in the same query: every page of the
    product names it.
    """

    def get_user(self, user_id: UUID) -> User | None:
        user = _read_already.get()
        if user is None or user.pk != user_id:
            user = User.objects.select_related("account").filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None
