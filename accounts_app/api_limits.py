"""How many calls a key, and a user with all of their keys, may make in a minute ([I4])."""

from typing import Any

from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from accounts_app.models import ApiKey, User
from accounts_app.rate_limits import RateExceeded, counter


class CallLimits(BaseThrottle):
    """Refuse a call beyond the limit of its key or user (429); `view.cost` says what it counts."""

    def allow_request(self, request: Request, view: Any) -> bool:
        if isinstance(request.user, User):
            cost = view.cost(request) if hasattr(view, "cost") else 1
            key = request.auth if isinstance(request.auth, ApiKey) else None
            count_call(request.user, key, cost=cost)
        return True


def count_call(user: User, key: ApiKey | None, *, cost: int = 1) -> None:
    """Count a call; raise `RateExceeded` beyond the limit of the key, or of the user."""
    limits = {user.pk: settings.API_USER_CALLS_PER_MINUTE}
    if key is not None:
        limits[key.pk] = settings.API_KEY_CALLS_PER_MINUTE
    refused = counter.add(limits, cost)
    if refused is not None:
        subject, seconds = refused
        whose = "by you" if subject == user.pk else "with this key"
        raise RateExceeded(
            f"Too many calls {whose}: {limits[subject]:,} a minute are allowed. Try again in "
            f"{seconds} second{'s' if seconds != 1 else ''}.",
            seconds=seconds,
        )
