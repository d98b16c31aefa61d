"""The request of a signed-in page, for type checkers."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from accounts_app.models import User


class PageRequest(HttpRequest):
    """A request of a signed-in user; `LoginRequiredMiddleware` and django-htmx guarantee it."""

    user: User
    htmx: HtmxDetails
