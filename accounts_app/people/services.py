"""Inviting people to an account, and letting them in."""

from typing import Any
from urllib.parse import urljoin

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts_app.addresses.services import confirm_by_mailed_link
from accounts_app.audit_events import log_user_event
from accounts_app.models import (
    Action,
    AuditedObject,
    AuditEntry,
    Invitation,
    ObjectType,
    Team,
    User,
)
from accounts_app.models.audit_entry import signed_in_actor


def invitation_link(token: str, site: str) -> str:
    """Return the address below `site` that lets the invited person in."""
    return urljoin(site, reverse("invitation-accept", kwargs={"token": token}))


def invite(*, by: User, email: str, role: str, team: Team | None) -> Invitation:
    """Make an invitation to the account of `by`; one to the same address that is open ends."""
    with transaction.atomic():
        now = timezone.now()
        earlier = Invitation.objects.filter(account_id=by.own_account_id, accepted_at=None)
        earlier.filter(email=email.lower(), expires_at__gt=now).update(expires_at=now)
        made = Invitation.objects.create(
            account_id=by.own_account_id,
            email=email.lower(),
            role=role,
            team=team,
            invited_by=by,
        )
        about = AuditedObject(ObjectType.INVITATION, made.pk, made.email, made.account_id)
        AuditEntry.objects.log(Action.INVITED, about, by=by, role=role)
        return made


def invite_provisioned(user: User) -> Invitation | None:
    """Invite a user whom the directory has made to choose a password; None where they need none,
    as single sign-on lets them in, or where there is no address to write to.
    """
    by = signed_in_actor()
    if not user.email or not user.is_active or user.has_usable_password():
        return None
    if getattr(user.account, "single_sign_on", None) is not None:
        return None
    made = Invitation.objects.create(
        account_id=user.own_account_id,
        user=user,
        email=user.email.lower(),
        role=user.role,
        team=user.team,
        invited_by=by,
    )
    log_user_event(Action.INVITED, user=user, by=by)
    return made


def set_first_password(token: str, *, password: str) -> User | None:
    """Set the password of an invited user who is there already; None when the link has ended."""
    with transaction.atomic():
        invitation = Invitation.find(token, lock=True)
        if invitation is None or invitation.user is None:
            return None
        user = invitation.user
        user.set_password(password)
        user.save(update_fields=["password"])
        if invitation.was_mailed and invitation.email == user.email.lower():
            confirm_by_mailed_link(user)
        invitation.accepted_at = timezone.now()
        invitation.save(update_fields=["accepted_at"])
        log_user_event(Action.INVITATION_ACCEPTED, user=user, by=user)
    return user


def accept(token: str, *, password: str, **names: Any) -> User | None:
    """Make the invited user, once; None when the invitation is no longer open.

    Raises `ValidationError` for names that can't be used. The link that was mailed confirms the
    address; one that an admin handed over says nothing of it.
    """
    with transaction.atomic():
        invitation = Invitation.find(token, lock=True)
        if invitation is None or invitation.user is not None:
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
        if invitation.was_mailed:
            confirm_by_mailed_link(user)
        invitation.accepted_at = timezone.now()
        invitation.save(update_fields=["accepted_at"])
        log_user_event(Action.INVITATION_ACCEPTED, user=user, by=user)
    return user
