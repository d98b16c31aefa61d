"""Inviting people to an account, and letting them in."""

from typing import Any
from urllib.parse import urljoin

from allauth.account.models import EmailAddress
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts_app.models import Invitation, Team, User


def invitation_link(invitation: Invitation, site: str) -> str:
    """Return the address below `site` that lets the invited person in."""
    return urljoin(site, reverse("invitation-accept", kwargs={"token": invitation.token}))


def invite(*, by: User, email: str, role: str, team: Team | None) -> Invitation:
    """Make an invitation to the account of `by`; one to the same address that is open ends."""
    with transaction.atomic():
        now = timezone.now()
        earlier = Invitation.objects.filter(account_id=by.own_account_id, accepted_at=None)
        earlier.filter(email=email.lower(), expires_at__gt=now).update(expires_at=now)
        return Invitation.objects.create(
            account_id=by.own_account_id,
            email=email.lower(),
            role=role,
            team=team,
            invited_by=by,
        )


def accept(token: str, *, password: str, **names: Any) -> User | None:
    """Make the invited user, once; None when the invitation is no longer open.

    Raises `ValidationError` for names that can't be used. The address isn't confirmed by it: the
    link may have been handed over by an admin.
    """
    with transaction.atomic():
        invitation = Invitation.find(token, lock=True)
        if invitation is None:
            return None
        user = User(
            account=invitation.account,
            team=invitation.team,
            role=invitation.role,
            email=invitation.email,
            **names,
        )
        user.full_clean(exclude=["password"])
        user.set_password(password)
        user.save()
        EmailAddress.objects.create(user=user, email=invitation.email, primary=True, verified=False)
        invitation.accepted_at = timezone.now()
        invitation.save(update_fields=["accepted_at"])
    return user
