"""The page where an admin of the account sets provisioning up."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST, require_safe

from accounts_app.confirmation import requires_confirmation
from accounts_app.http import PageRequest
from accounts_app.models import Account, ApiKey, Submission
from accounts_app.scim import settings_services
from accounts_app.scim.errors import LastAdmin
from accounts_app.scim.forms import ProvisioningForm, ScimKeyForm
from accounts_app.scim.keys import directory_user, issue_key, keys_of
from accounts_app.scim.membership import first_role_of
from accounts_app.scim.queries import provisioned_teams
from accounts_app.submissions import creates_once, submitted_token
from accounts_app.views import MAX_KEY_SHOWN_FOR, describe_key
from resolutionflow.web.responses import redirect_after_post

KEY_ID = "scim-key-%s"
ROLES_ID = "roles-%s"


def _own_account(request: PageRequest) -> Account:
    return request.user.administered_account("Only admins of the account set provisioning up.")


def _page(request: PageRequest, *, status: int = 200, **more: Any) -> HttpResponse:
    account = _own_account(request)
    context = {
        "section": "settings",
        "base_url": request.build_absolute_uri("/scim/v2"),
        "keys": [describe_key(key) for key in keys_of(account)],
        "key_form": ScimKeyForm(auto_id=KEY_ID),
        "roles_form": _roles_form(account),
        **more,
    }
    return render(request, "accounts_app/provisioning.html", context, status=status)


def _roles_form(account: Account, data: Any = None) -> ProvisioningForm:
    return ProvisioningForm(
        data,
        teams=provisioned_teams(account.pk),
        initial={"first_role": first_role_of(account)},
        auto_id=ROLES_ID,
    )


@require_safe
def provisioning(request: PageRequest) -> HttpResponse:
    """Show the address and the keys for the account's directory, and what groups give."""
    return _page(request)


def _show_key_again(request: PageRequest, submission: Submission) -> HttpResponse:
    """Show the key that this form made a moment ago: a double click shows the second response."""
    owner = directory_user(_own_account(request))
    key = ApiKey.text_of_seed(owner, submitted_token(request))
    made = ApiKey.objects.with_digest(ApiKey.digest_of(key))
    if made is None or not made.is_usable or not submission.is_newer_than(MAX_KEY_SHOWN_FOR):
        refusal = "This form has made its key, which can't be shown again. Make another one."
        return redirect_after_post(request, "provisioning", error=refusal, shows_typed=False)
    return _page(request, new_key=key)


@require_POST
@requires_confirmation(action="Creating a key for provisioning")
@creates_once(replay=_show_key_again)
def create_scim_key(request: PageRequest) -> HttpResponse:
    """Make a key for the account's directory and show it once."""
    account = _own_account(request)
    form = ScimKeyForm(request.POST, auto_id=KEY_ID)
    if not form.is_valid():
        return _page(request, key_form=form, status=422)
    _, key = issue_key(account, seed=submitted_token(request), **form.values())
    return _page(request, new_key=key)


@require_POST
@requires_confirmation(action="Revoking a key for provisioning")
def revoke_scim_key(request: PageRequest, pk: UUID) -> HttpResponse:
    """End a key of the account's directory at once."""
    key = get_object_or_404(keys_of(_own_account(request)), pk=pk)
    key.revoke()
    toast = f"The key “{key.name}” no longer works."
    return redirect_after_post(request, "provisioning", toast=toast)


@require_POST
def save_roles(request: PageRequest) -> HttpResponse:
    """Save which roles groups give."""
    account = _own_account(request)
    try:
        with transaction.atomic():
            # As it stands, and stays until it is saved ([S15]).
            Account.objects.select_for_update(no_key=True).get(pk=account.pk)
            form = _roles_form(account, request.POST)
            if form.is_valid():
                first_role, roles = form.cleaned_data["first_role"], form.changed_roles()
                settings_services.save_roles(account.pk, first_role=first_role, roles=roles)
    except LastAdmin as error:
        return redirect_after_post(request, "provisioning", error=f"{error} Nothing was changed.")
    if form.errors:
        return _page(request, roles_form=form, status=409 if form.is_stale else 422)
    return redirect_after_post(request, "provisioning", toast="Saved.")
