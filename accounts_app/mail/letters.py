"""What each mail says. The same text is sent as plain text and as HTML."""

from dataclasses import dataclass, field

from django.conf import settings

from accounts_app.models import User


@dataclass(frozen=True)
class Letter:
    """A mail before it is addressed. `link` is what the button opens, `facts` a small table."""

    subject: str
    paragraphs: tuple[str, ...]
    button: str = ""
    link: str = ""
    facts: tuple[tuple[str, str], ...] = field(default=())
    closing: str = ""


def _account_of(user: User) -> str:
    return user.account.name if user.account else "ResolutionFlow"


def _hours() -> int:
    return settings.PASSWORD_RESET_TIMEOUT // 3600


def reset_password(user: User, *, link: str) -> Letter:
    return Letter(
        subject="Set a new password for ResolutionFlow",
        paragraphs=(
            f"Hello {user.display_name},",
            "somebody asked for a new password for this user:",
        ),
        facts=(("Signs in as", user.sign_in_name), ("Account", _account_of(user))),
        button="Set a new password",
        link=link,
        closing=f"The link works once, for {_hours()} hours. If it wasn’t you who asked, there is "
        "nothing to do: your password stays as it is.",
    )
