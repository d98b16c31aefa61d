"""Somebody who was invited to an account, and has not come yet."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.core import signing
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts_app.models.account import Account
from accounts_app.models.team import Team
from accounts_app.models.user import User
from resolutionflow.uuid_model import UUIDModel

SALT = "accounts_app.invitation"
MAILED_SALT = "accounts_app.invitation.mailed"


def in_a_week() -> Any:
    return timezone.now() + Invitation.VALID_FOR


class InvitationManager(models.Manager["Invitation"]):
    def open(self) -> models.QuerySet["Invitation"]:
        """Return the invitations whose links work."""
        found = self.filter(accepted_at=None, expires_at__gt=timezone.now())
        # Whoever has a password by now needs no other one.
        has_none = Q(user__is_active=True, user__password__startswith=UNUSABLE_PASSWORD_PREFIX)
        return found.filter(Q(user=None) | has_none)


class Invitation(UUIDModel):
    """A place in an account: role and team are the inviter's, name and password their own.

    Of a `user` whom the directory has made it is the way to a password. Its link is signed, not
    stored: who reads the database can't come in by it.
    """

    VALID_FOR = timedelta(days=7)

    account = models.ForeignKey(Account, models.CASCADE, related_name="invitations")
    email = models.EmailField("e-mail")
    user = models.ForeignKey(
        User,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="invitations",
        help_text="Who is there already, and has no password yet.",
    )
    role = models.CharField(max_length=12, choices=User.Role.choices, default=User.Role.ENGINEER)
    team = models.ForeignKey(Team, models.SET_NULL, null=True, blank=True, related_name="+")
    invited_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(default=in_a_week)
    accepted_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationManager()

    was_mailed = False

    class Meta:
        ordering = ("-created_at",)
        constraints = (
            models.CheckConstraint(
                condition=Q(role__in=("admin", "author", "engineer", "viewer", "integration")),
                name="invitation_role_is_known",
            ),
        )

    def __str__(self) -> str:
        return self.email

    @property
    def is_open(self) -> bool:
        return Invitation.objects.open().filter(pk=self.pk).exists()

    @property
    def token(self) -> str:
        """Return what the link ends with that an admin hands over."""
        return signing.Signer(salt=SALT).sign(self.pk.hex)

    @property
    def mailed_token(self) -> str:
        """Return what the link ends with that is mailed, and shown nowhere: whoever comes by it
        reads the mail of the address.
        """
        return signing.Signer(salt=MAILED_SALT).sign(self.pk.hex)

    @staticmethod
    def _unsign(token: str) -> tuple[str, bool]:
        """Return the id in a token and whether it is the mailed one; `BadSignature` if forged."""
        try:
            return signing.Signer(salt=MAILED_SALT).unsign(token), True
        except signing.BadSignature:
            return signing.Signer(salt=SALT).unsign(token), False

    @classmethod
    def find(cls, token: str, *, lock: bool = False) -> "Invitation | None":
        """Return the open invitation of a link; None for one that is used, old or forged.

        `was_mailed` of it says by which link.
        """
        try:
            pk, was_mailed = cls._unsign(token)
        except signing.BadSignature:
            return None
        rows = cls.objects.open().select_related("account", "team", "invited_by", "user__account")
        if lock:
            rows = rows.select_for_update(of=("self",))
        found = rows.filter(pk=pk).first()
        if found is not None:
            found.was_mailed = was_mailed
        return found
