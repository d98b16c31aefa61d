"""Shared code of the management commands: find accounts and users, report errors."""

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError

from accounts_app.models import Account, User
from resolutionflow.web.text import unstorable_message


def require_storable(**arguments: str | None) -> None:
    """Raise `CommandError` for an argument that PostgreSQL couldn't hold.

    A byte that isn't UTF-8 arrives from the shell as half of a character pair.
    """
    for name, value in arguments.items():
        if unstorable_message(value):
            raise CommandError(f"{name} isn't UTF-8 text.")


def get_account(name: str) -> Account:
    """Return the account with this name; raise `CommandError` with the known names."""
    require_storable(account=name)
    account = Account.objects.filter(name=name).first()
    if account is None:
        names = [f"“{known}”" for known in Account.objects.values_list("name", flat=True)[:20]]
        there = f"There are: {', '.join(names)}." if names else "Make one with create_account."
        raise CommandError(f"There is no account “{name}”. {there}")
    return account


def get_user(username: str) -> User:
    """Return the user with this sign-in name, or user name where it exists once; raise
    `CommandError` when there is none.
    """
    require_storable(username=username)
    users = User.objects.select_related("account")
    named = users.filter(sign_in_name=username.lower()) or users.filter(username=username)
    if len(named) > 1:
        names = ", ".join(sorted(user.sign_in_name for user in named))
        raise CommandError(f"More than one user is called “{username}”: {names}.")
    if not named:
        raise CommandError(f"There is no user “{username}”.")
    return named[0]


def command_error(error: ValidationError) -> CommandError:
    """Return a `CommandError` with each message of a failed validation, one a line, by field."""
    if not hasattr(error, "error_dict"):
        return CommandError("\n".join(error.messages))
    lines = []
    for field, messages in error.message_dict.items():
        prefix = "" if field == "__all__" else f"{field}: "
        lines += [f"{prefix}{message}" for message in messages]
    return CommandError("\n".join(lines))
