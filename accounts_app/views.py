"""Views of the profile, the account and its API keys."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts_app.addresses.presenters import address_form, describe_address
from accounts_app.changed_by import who_changed
from accounts_app.confirmation import (
    is_recently_confirmed,
    requires_confirmation,
)
from accounts_app.devices.queries import list_devices
from accounts_app.factors.adapter import has_second_factor
from accounts_app.forms import (
    AccountForm,
    ApiKeyForm,
    ProfileForm,
    RedactionForm,
    ShortcutsForm,
)
from accounts_app.http import PageRequest
from accounts_app.models import Account, ApiKey, Submission
from accounts_app.submissions import creates_once, submitted_token
from resolutionflow.web.dates import display_time
from resolutionflow.web.responses import redirect_after_post
from resolutionflow.web.versioned_forms import VersionedForm

# The page that shows a new key may be sent for once more: a double click, a reload.
MAX_KEY_SHOWN_FOR = timedelta(minutes=5)
# The forms share a page, on which no id may stand twice.
PROFILE_ID = "profile-%s"
SHORTCUTS_ID = "shortcuts-%s"
ACCOUNT_ID = "account-%s"
REDACTION_ID = "redaction-%s"
KEY_ID = "key-%s"


def _own_account(request: PageRequest) -> Account:
    """Return the account of an admin, who may change it; `PermissionDenied` for others."""
    return request.user.administered_account(
        "Only admins change the account's settings. Nothing was changed."
    )


def _saved(request: PageRequest) -> HttpResponse:
    return redirect_after_post(request, "settings", toast="Saved.")


@require_http_methods(["GET", "HEAD", "POST"])
def account_settings(request: PageRequest) -> HttpResponse:
    """Show the settings, and save the profile. Each other form has its own address."""
    if request.method != "POST":
        return settings_page(request)
    if not request.POST.keys() >= ProfileForm.base_fields.keys():
        # A field that was not sent would be saved as blank.
        refusal = "That form was not complete, and nothing was saved. Change it here."
        return redirect_after_post(request, "settings", error=refusal)
    pk = request.user.pk
    return _save(request, ProfileForm, pk, auto_id=PROFILE_ID, name="profile")


@require_POST
def save_account(request: PageRequest) -> HttpResponse:
    """Save what an admin changes about the account."""
    pk = _own_account(request).pk
    return _save(request, AccountForm, pk, auto_id=ACCOUNT_ID, name="account_form")


@require_POST
def save_shortcuts(request: PageRequest) -> HttpResponse:
    """Save which keys act on their own for the person who is signed in."""
    pk = request.user.pk
    return _save(request, ShortcutsForm, pk, auto_id=SHORTCUTS_ID, name="shortcuts_form")


def _save(
    request: PageRequest,
    form_class: type[VersionedForm],
    pk: UUID,
    *,
    auto_id: str,
    name: str,
) -> HttpResponse:
    """Save what was changed on the page of a row, or show the form again, as the context's `name`,
    with what keeps it from being saved ([S15]).
    """
    model = form_class._meta.model
    with transaction.atomic():
        row = model._base_manager.select_for_update(no_key=True).get(pk=pk)
        form = form_class(request.POST, instance=row, auto_id=auto_id)
        is_try = form_class is RedactionForm and "try" in request.POST
        if form.is_valid() and not is_try:
            form.save_changes()
            return _saved(request)
    request.user.refresh_from_db()
    shown: dict[str, Any] = {name: form}
    if isinstance(form, RedactionForm) and form.is_valid():
        return settings_page(request, masked_sample=form.masked_sample(), **shown)
    if form.is_stale and form.seen is not None:
        form.changed_by = who_changed(row, form.seen.at)
    return settings_page(request, status=form.refusal_status, **shown)


def describe_key(key: ApiKey) -> dict[str, Any]:
    """Return what a page lists of a key."""
    return {
        "id": key.pk,
        "name": key.name,
        "shown": f"rf_{key.prefix}_…",
        "created": display_time(key.created_at),
        "expires": display_time(key.expires_at),
        "last_used": display_time(key.last_used_at),
        "last_used_from": key.last_used_from or "",
        "scopes": ", ".join(key.scopes),
        "is_usable": key.is_usable,
    }


def settings_page(request: PageRequest, *, status: int = 200, **more: Any) -> HttpResponse:
    """Return the page with all settings; `more` is what differs, a form that was refused say."""
    user = request.user
    account = user.account if user.administers_account else None
    keys = ApiKey.objects.filter(user=user, revoked_at=None).order_by("-created_at")
    context = {
        "section": "settings",
        "profile": ProfileForm(instance=user, auto_id=PROFILE_ID),
        "address": describe_address(user),
        "address_form": address_form(),
        "shortcuts_form": ShortcutsForm(instance=user, auto_id=SHORTCUTS_ID),
        "account_form": account and AccountForm(instance=account, auto_id=ACCOUNT_ID),
        "redaction_form": account and RedactionForm(instance=account, auto_id=REDACTION_ID),
        "keys": [describe_key(key) for key in keys],
        "key_form": ApiKeyForm(auto_id=KEY_ID),
        "asks_password": user.has_usable_password() and not is_recently_confirmed(request),
        "has_factor": has_second_factor(user),
        "devices": list_devices(user, current=request.session.session_key),
        "time_zone": timezone.get_current_timezone_name(),
        **more,
    }
    return render(request, "accounts_app/settings.html", context, status=status)


@require_POST
def redaction_settings(request: PageRequest) -> HttpResponse:
    """Save what the account changes about redaction, or show what it does to a sample."""
    pk = _own_account(request).pk
    return _save(request, RedactionForm, pk, auto_id=REDACTION_ID, name="redaction_form")


def _show_key_again(request: PageRequest, submission: Submission) -> HttpResponse:
    """Show the key that this form made a moment ago: a double click shows the second response."""
    key = ApiKey.text_of_seed(request.user, submitted_token(request))
    made = ApiKey.objects.with_digest(ApiKey.digest_of(key))
    if made is None or not made.is_usable or not submission.is_newer_than(MAX_KEY_SHOWN_FOR):
        refusal = "This form has made its key, which can't be shown again. Make another one."
        return redirect_after_post(request, "settings", error=refusal, shows_typed=False)
    return _show_key(request, key, made)


def _show_key(request: PageRequest, key: str, made: ApiKey) -> HttpResponse:
    return settings_page(request, new_key=key, new_key_name=made.name)


@require_POST
@requires_confirmation(action="Creating an API key")
@creates_once(replay=_show_key_again)
def create_api_key(request: PageRequest) -> HttpResponse:
    """Make a key and show it once: what is stored can't be shown again."""
    form = ApiKeyForm(request.POST, auto_id=KEY_ID)
    if not form.is_valid():
        return settings_page(request, key_form=form, status=422)
    made, key = ApiKey.issue(user=request.user, seed=submitted_token(request), **form.values())
    return _show_key(request, key, made)


@require_POST
@requires_confirmation(action="Revoking an API key")
def revoke_api_key(request: PageRequest, pk: UUID) -> HttpResponse:
    """End a key of one's own at once."""
    key = get_object_or_404(ApiKey, pk=pk, user=request.user)
    key.revoke()
    return redirect_after_post(request, "settings", toast=f"The key “{key.name}” no longer works.")
