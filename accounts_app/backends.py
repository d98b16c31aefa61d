"""Signing in by name and password, and who a browser session belongs to."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from uuid import UUID

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from accounts_app.models import User
from accounts_app.sign_in.names import find_user

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
    """Django's, with the names of [I6]; and the person comes with their account in the same query:
    every page of the product names it.
    """

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **credentials: Any,
    ) -> User | None:
        """Return the active user with this name and password.

        Every refusal takes one hash, whether the name is unknown, ambiguous or switched off.
        """
        if not username or not password:
            return None
        user = find_user(username)
        if user is None:
            User().set_password(password)
            return None
        return user if user.check_password(password) else None

    def get_user(self, user_id: UUID) -> User | None:
        user = _read_already.get()
        if user is None or user.pk != user_id:
            user = User.objects.select_related("account").filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None
