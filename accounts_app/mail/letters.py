"""What each mail says. The same text is sent as plain text and as HTML."""

from dataclasses import dataclass, field

from django.conf import settings

from accounts_app.addresses.links import DAYS
from accounts_app.models import Invitation, User


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
            "Somebody asked for a new password for this user:",
        ),
        facts=(("Signs in as", user.sign_in_name), ("Account", _account_of(user))),
        button="Set a new password",
        link=link,
        closing=f"The link works once, for {_hours()} hours. If it wasn’t you who asked, there is "
        "nothing to do: your password stays as it is.",
    )


def confirm_address(user: User, *, link: str) -> Letter:
    return Letter(
        subject="Confirm your e-mail address for ResolutionFlow",
        paragraphs=(
            f"Hello {user.display_name},",
            "Confirm that this address is yours. Links for new passwords come to it, and you can "
            "sign in with it.",
        ),
        facts=(("Signs in as", user.sign_in_name), ("Account", _account_of(user))),
        button="Confirm the address",
        link=link,
        closing=f"The link works once, for {DAYS} days, where you are signed in. If you don’t know "
        "this user, there is nothing to do: the address is not used.",
    )


def invitation(invited: Invitation, *, link: str) -> Letter:
    by = invited.invited_by.display_name if invited.invited_by else invited.account.name
    facts = [("Account", invited.account.name), ("Role", invited.get_role_display())]
    if invited.team:
        facts.append(("Team", invited.team.name))
    if invited.user:
        by = invited.account.name
        facts.append(("Signs in as", invited.user.sign_in_name))
    return Letter(
        subject=f"{by} invites you to ResolutionFlow"
        + (f" at {invited.account.name}" if by != invited.account.name else ""),
        paragraphs=(
            "Hello,",
            f"{by} invites you to ResolutionFlow, which guides through troubleshooting and writes "
            "the ticket’s notes.",
        ),
        facts=tuple(facts),
        button="Accept the invitation",
        link=link,
        closing=f"The link works once, for {Invitation.VALID_FOR.days} days. If you expected no "
        "invitation, there is nothing to do.",
    )


# What happened, by the name that django-allauth has for it, and ours.
NOTICES = {
    "new_device": "A new browser signed in as you",
    "password_changed": "Your password was changed",
    "password_reset": "Your password was replaced by a link",
    "password_set": "A password was set for you",
    "email_changed": "Your e-mail address was replaced by another one",
    "totp_activated": "An authenticator app was added",
    "totp_deactivated": "An authenticator app was removed",
    "webauthn_added": "A passkey was added",
    "webauthn_removed": "A passkey was removed",
    "recovery_codes_generated": "New recovery codes were made",
}


def notice(kind: str, user: User, facts: dict[str, str]) -> Letter:
    """Say that something about somebody's own sign-in has changed."""
    happened = NOTICES[kind]
    return Letter(
        subject=f"{happened} (ResolutionFlow)",
        paragraphs=(f"Hello {user.display_name},", f"{happened}."),
        facts=(("Signs in as", user.sign_in_name), *facts.items()),
        closing="If it was you, there is nothing to do. If it wasn’t, change your password at once "
        "and tell an admin of your account.",
    )
