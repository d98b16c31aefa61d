"""What django-allauth asks about this product (`ACCOUNT_ADAPTER`)."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.core.internal import ratelimit
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from accounts_app.audit_events import log_failed_sign_in
from accounts_app.mail import notices
from accounts_app.models import Action, User
from accounts_app.sign_in import known_browsers
from accounts_app.sign_in.names import find_user, normalize_name
from resolutionflow.web.client_address import client_address

WRONG_NAME_OR_PASSWORD = (
    "This name and password don’t go together. Check both; capital letters count in the password."  # noqa: S105
)
TOO_MANY_ATTEMPTS = (
    "That was tried too often. Wait five minutes, then try again, or set a new password."
)
# Where a connection has no address, as over a socket file.
NO_ADDRESS = "0.0.0.0"  # noqa: S104


class AccountAdapter(DefaultAccountAdapter):
    """Names of [I6], the product's addresses, words and limits."""

    error_messages = {  # noqa: RUF012
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": WRONG_NAME_OR_PASSWORD,
        "email_password_mismatch": WRONG_NAME_OR_PASSWORD,
        "too_many_login_attempts": TOO_MANY_ATTEMPTS,
        "incorrect_password": "That isn’t your password.",
        "enter_current_password": "That isn’t your password.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """People are invited or provisioned; nobody makes an account for themselves here."""
        return False

    # -- notices -------------------------------------------------------------------------------

    def send_notification_mail(
        self,
        template_prefix: str,
        user: Any,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Have the worker mail a notice about a change of factors, passwords or addresses."""
        kind = template_prefix.rpartition("/")[2]
        notices.send(self.request, kind, user, email or user.email)

    def login(self, request: HttpRequest, user: Any) -> None:
        self._signed_in_before = user.last_login is not None
        super().login(request, user)

    def post_login(self, request: HttpRequest, user: Any, **hooks: Any) -> HttpResponse:
        """Go on to the page that was asked for; a browser that is new is told by mail."""
        response = super().post_login(request, user, **hooks)
        if known_browsers.remember(request, response, user) and self._signed_in_before:
            notices.send(request, "new_device", user, user.email)
        return response

    _signed_in_before = False

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        """Say no more than after a wrong password."""
        messages.error(request, WRONG_NAME_OR_PASSWORD)
        return HttpResponseRedirect(reverse("login"))

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request) or NO_ADDRESS

    def format_email_subject(self, subject: str) -> str:
        return str(subject)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return "/settings"

    def set_password(self, user: User, password: str) -> None:
        """Set a password that its owner chose."""
        user.must_change_password = False
        super().set_password(user, password)

    _by_name: ratelimit.RateLimitUsage | None = None
    _counted_as = ""

    # -- guessing ------------------------------------------------------------------------------

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count an attempt; after too many wrong ones log it and raise `ValidationError`.

        Counted by address; by name from one address, so that a stranger elsewhere keeps nobody
        out; and by name from anywhere. Names are counted as they are typed, so that a count says
        nothing about who exists. A browser that has signed in as this person before is counted by
        itself: no stranger, however determined, can use its attempts up.
        """
        name = _name_in(credentials)
        self._counted_as = _counted_as(request, name)
        try:
            super().pre_authenticate(request, **credentials)
            self._by_name = ratelimit.consume(
                request, app="allauth.account", action="login_failed_by_name", key=self._counted_as
            )
            if not self._by_name:
                raise self.validation_error("too_many_login_attempts")
        except ValidationError:
            log_failed_sign_in(name, action=Action.SIGN_IN_LIMITED)
            raise

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        return f"{self.get_client_ip(request)} {self._counted_as}"

    def _rollback_login_failed_rl_usage(self) -> None:
        super()._rollback_login_failed_rl_usage()
        if self._by_name:
            self._by_name.rollback()

    def reauthenticate(self, user: User, password: str) -> bool:
        """Return whether this is the user's password; wrong ones count as at the sign-in."""
        found = self.authenticate(context.request, username=user.sign_in_name, password=password)
        return found is not None and found.pk == user.pk


def _counted_as(request: HttpRequest, name: str) -> str:
    """Return the name that attempts are counted by; of a browser that is known, another one, which
    nobody can type.
    """
    # Nobody is looked up for a browser that isn't known: the time says nothing about the name.
    if not known_browsers.is_known(request):
        return name
    user = find_user(name)
    return f"\0{user.pk}" if user and known_browsers.is_known_as(request, user) else name


def _name_in(credentials: dict[str, Any]) -> str:
    return normalize_name(credentials.get("username") or credentials.get("email") or "")
