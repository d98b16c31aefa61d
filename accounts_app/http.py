"""The request as a signed-in page sees it, for type checkers."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from accounts_app.models import User


class PageRequest(HttpRequest):
    """`LoginRequiredMiddleware` has seen to the user, django-htmx to `htmx`."""

    user: User
    htmx: HtmxDetails
