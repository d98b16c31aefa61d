"""The keys of an account's directory: those of the account, not of the admin who made them."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from accounts_app.models import Account, ApiKey, User
from resolutionflow.api.scopes import SCIM_SCOPE


def keys_of(account: Account) -> QuerySet[ApiKey]:
    """Return the keys for SCIM of an account that aren't revoked, the newest first."""
    keys = ApiKey.objects.filter(user__account=account, scopes=[SCIM_SCOPE], revoked_at=None)
    return keys.select_related("user").order_by("-created_at")


@transaction.atomic
def issue_key(
    account: Account, *, name: str, expires_at: datetime | None, never_expires: bool, seed: str
) -> tuple[ApiKey, str]:
    """Make a key for the directory of an account; return it with its text, as `ApiKey.issue`.

    It belongs to an integration of its own: when the admin who made it leaves, which the directory
    itself will say, it works on.
    """
    Account.objects.select_for_update(no_key=True).filter(pk=account.pk).values("pk").first()
    return ApiKey.issue(
        user=directory_user(account),
        name=name,
        scopes=[SCIM_SCOPE],
        expires_at=expires_at,
        never_expires=never_expires,
        seed=seed,
    )


def directory_user(account: Account) -> User:
    """Return the integration that stands for the account's directory; make it if there is none."""
    username = f"scim-{account.pk.hex[:12]}"
    user = User.objects.filter(account=account, username=username).first()
    if user is None:
        user = User(
            account=account,
            username=username,
            first_name="Directory",
            last_name="(SCIM)",
            role=User.Role.INTEGRATION,
        )
        user.set_unusable_password()
        user.save()
    return user
