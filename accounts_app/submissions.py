"""Forms that make something, sent twice: a double click, a reload, back and sent again.

Such a form has a token (`{% submission_token %}`) and its view is decorated with `creates_once`.
The first submission makes the thing, in one transaction with the row of its token; the others get
the first one's answer, those too that arrive in another process while the first is still at work.
A form that was refused may be sent again. One without a token, of a script or an older page, is
taken as it is. Calls of the API do the same by a header (`accounts_app.api_idempotency`).
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render

from accounts_app.fingerprints import fingerprint_of_form
from accounts_app.http import PageRequest
from accounts_app.models import Submission
from resolutionflow.templatetags.submission_token import TOKEN_FIELD
from resolutionflow.web.forms import uuid_or_none
from resolutionflow.web.responses import AfterPost, redirect_after_post

View = Callable[..., HttpResponse]
Replay = Callable[[PageRequest, Submission], HttpResponse]

UNREADABLE_MESSAGE = "The token of this form can't be read, so nothing was made."
FOREIGN_MESSAGE = "This form was sent by somebody else, so nothing was made."
OTHER_FORM_MESSAGE = "The token of this form belongs to another one, so nothing was made."
CHANGED_MESSAGE = (
    "This form had been sent before, with other contents. This is what it made then; nothing new "
    "was made."
)


def submitted_token(request: PageRequest) -> str:
    """Return the token of the form, or "" for a form without one."""
    token = uuid_or_none(request.POST.get(TOKEN_FIELD, ""))
    return str(token) if token else ""


def creates_once(*, replay: Replay | None = None) -> Callable[[View], View]:
    """Return the decorator of a view that makes something at POST.

    A repeated submission is redirected to where the first one was. With `replay` the view makes its
    thing and responds with a page, and `replay` responds to the others.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapper(request: PageRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method != "POST" or TOKEN_FIELD not in request.POST:
                return view(request, *args, **kwargs)
            token = submitted_token(request)
            if not token:
                return _refuse(request, UNREADABLE_MESSAGE)
            with transaction.atomic():
                if Submission.objects.is_of_another(user=request.user, key=token):
                    return _refuse(request, FOREIGN_MESSAGE)
                submission, is_first = Submission.objects.claim(
                    user=request.user,
                    key=token,
                    path=request.path,
                    fingerprint=_fingerprint(request),
                )
                if is_first:
                    response = view(request, *args, **kwargs)
                    if _has_made(response, is_page=replay is not None):
                        _keep(submission, response)
                    else:
                        submission.delete()  # it may be sent again, mended
                    return response
            return _repeat(request, submission, replay)

        return wrapper

    return decorate


def _has_made(response: HttpResponse, *, is_page: bool) -> bool:
    """Return whether a view did what was asked for. Without `is_page` a page is a refused form."""
    after: AfterPost | None = getattr(response, "after_post", None)
    if response.status_code >= 400 or (after and after.error):
        return False
    return is_page or bool(_location(response))


def _location(response: HttpResponse) -> str:
    return response.get("HX-Redirect") or response.get("Location", "")


def _keep(submission: Submission, response: HttpResponse) -> None:
    after: AfterPost | None = getattr(response, "after_post", None)
    said = {"toast": after.toast, "undo": after.undo} if after else {}
    submission.keep(location=_location(response), result=said)


def _repeat(request: PageRequest, submission: Submission, replay: Replay | None) -> HttpResponse:
    if submission.path != request.path:
        return _refuse(request, OTHER_FORM_MESSAGE)
    is_changed = submission.fingerprint != _fingerprint(request)
    if replay is None:
        said = {"error": CHANGED_MESSAGE} if is_changed else submission.result
        return redirect_after_post(request, submission.location, shows_typed=False, **said)
    if is_changed:
        messages.error(request, CHANGED_MESSAGE)
    return replay(request, submission)


def _refuse(request: PageRequest, detail: str) -> HttpResponse:
    return render(request, "400.html", {"detail": detail}, status=400)


def _fingerprint(request: PageRequest) -> str:
    tokens = (TOKEN_FIELD, "csrfmiddlewaretoken")
    return fingerprint_of_form(request.POST, request.FILES, leave_out=tokens)
