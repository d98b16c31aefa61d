"""Somebody who was invited to an account, and has not come yet."""

from datetime import timedelta
from typing import Any

from django.core import signing
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts_app.models.account import Account
from accounts_app.models.team import Team
from accounts_app.models.user import User
from resolutionflow.uuid_model import UUIDModel

SALT = "accounts_app.invitation"


def in_a_week() -> Any:
    return timezone.now() + Invitation.VALID_FOR


class Invitation(UUIDModel):
    """A place in an account: role and team are the inviter's, name and password their own.

    Its link is signed, not stored: who reads the database can't come in by it.
    """

    VALID_FOR = timedelta(days=7)

    account = models.ForeignKey(Account, models.CASCADE, related_name="invitations")
    email = models.EmailField("e-mail")
    role = models.CharField(max_length=12, choices=User.Role.choices, default=User.Role.ENGINEER)
    team = models.ForeignKey(Team, models.SET_NULL, null=True, blank=True, related_name="+")
    invited_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(default=in_a_week)
    accepted_at = models.DateTimeField(null=True, blank=True)

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
        return self.accepted_at is None and self.expires_at > timezone.now()

    @property
    def token(self) -> str:
        """Return what the link ends with."""
        return signing.Signer(salt=SALT).sign(self.pk.hex)

    @classmethod
    def find(cls, token: str, *, lock: bool = False) -> "Invitation | None":
        """Return the open invitation of a link; None for one that is used, old or forged."""
        try:
            pk = signing.Signer(salt=SALT).unsign(token)
        except signing.BadSignature:
            return None
        rows = cls.objects.select_related("account", "team", "invited_by")
        if lock:
            rows = rows.select_for_update(of=("self",))
        found = rows.filter(pk=pk).first()
        return found if found is not None and found.is_open else None
