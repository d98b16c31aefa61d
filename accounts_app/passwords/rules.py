"""What a password must not be, beside short and common (`AUTH_PASSWORD_VALIDATORS`)."""

import re
from typing import Any

from django.core.exceptions import ValidationError

MIN_NAME = 4


def _letters_of(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.lower())


class NoNamesValidator:
    """Refuses a password that holds the name of the account or of the person."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise `ValidationError` when a name of four letters or more is part of `password`."""
        account = getattr(user, "account", None)
        if account is not None and self._holds(password, account.name, account.short_name):
            raise ValidationError(
                "This password holds the name of your account, which others try first.",
                code="password_holds_account",
            )
        if user is not None and self._holds(
            password, user.username, user.first_name, user.last_name, user.email.partition("@")[0]
        ):
            raise ValidationError(
                "This password holds your own name, which others try first.",
                code="password_holds_name",
            )

    @staticmethod
    def _holds(password: str, *names: str) -> bool:
        letters = _letters_of(password)
        found = (_letters_of(name) for name in names)
        return any(len(name) >= MIN_NAME and name in letters for name in found)

    def get_help_text(self) -> str:
        return "It must not hold the name of your account or your own."
