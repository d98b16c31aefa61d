"""One's own address of mail: asking for another one, and the page behind the link that is sent."""

from typing import Any

from allauth.core.internal import ratelimit
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from accounts_app.addresses import services
from accounts_app.addresses.links import read_token
from accounts_app.addresses.presenters import address_form
from accounts_app.addresses.queries import pending_address
from accounts_app.addresses.tasks import send_confirmation
from accounts_app.confirmation import ask_to_confirm
from accounts_app.http import PageRequest
from accounts_app.views import settings_page
from resolutionflow.web.responses import redirect_after_post

TOO_MANY = "That was sent a few times already. Look into your mail, or wait an hour."
NO_MAIL = "This installation sends no mail. An admin of your account sets your address."


def _ask(request: PageRequest, email: str) -> HttpResponse:
    """Have a link mailed to an address, and say so."""
    if not ratelimit.consume(request, app="allauth.account", action="confirm_email", key=email):
        return redirect_after_post(request, "settings", error=TOO_MANY)
    address = services.request_address(request.user, email)
    if address is None:
        return redirect_after_post(request, "settings", toast=f"{email} is confirmed already.")
    send_confirmation.defer(
        user_id=str(request.user.pk), email=address.email, site=request.build_absolute_uri("/")
    )
    toast = f"A link is on its way to {address.email}. Open it to confirm the address."
    return redirect_after_post(request, "settings", toast=toast)


@require_POST
def change_address(request: PageRequest) -> HttpResponse:
    """Ask for another address, after the password or factor again: links for new passwords go to
    it. It takes the place of the one before when it is confirmed.
    """
    if not settings.SENDS_MAIL:
        return redirect_after_post(request, "settings", error=NO_MAIL)
    form = address_form(request.POST)
    if not form.is_valid():
        return settings_page(request, status=422, address_form=form)
    asked = ask_to_confirm(request, action="Changing your e-mail address")
    return asked if asked is not None else _ask(request, form.cleaned_data["email"].lower())


@require_POST
def send_again(request: PageRequest) -> HttpResponse:
    """Mail the link once more: to the address that is waited for, else to the one there is."""
    email = pending_address(request.user) or request.user.email.lower()
    if not settings.SENDS_MAIL or not email:
        return redirect_after_post(request, "settings", error=NO_MAIL)
    return _ask(request, email)


@require_POST
def keep_address(request: PageRequest) -> HttpResponse:
    """Stay with the address that there is."""
    services.drop_pending(request.user)
    return redirect_after_post(request, "settings", toast="Your address stays as it was.")


@require_http_methods(["GET", "HEAD", "POST"])
def confirm_address(request: PageRequest, token: str) -> HttpResponse:
    """Confirm the address that the link was sent to, for the one who is signed in."""
    user_id, email = read_token(token) or (None, "")
    if user_id != request.user.pk:
        context = {"is_over": user_id is None, "is_of_another": user_id is not None}
        return _page(request, context, status=410 if user_id is None else 403)
    if request.method == "POST":
        if services.confirm_address(request, request.user, email):
            return redirect_after_post(request, "settings")
        return _page(request, {"is_over": True}, status=410)
    return _page(request, {"email": email, "before": request.user.email})


def _page(request: HttpRequest, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    context = {"section": "settings", **context}
    return render(request, "accounts_app/confirm_address.html", context, status=status)
