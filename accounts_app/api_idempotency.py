"""`Idempotency-Key`: a call that makes something, repeated, makes it once ([I4]).

The answer of the first is kept with the key for a day, in the transaction that makes the thing: it
is there exactly when the thing is, whenever a process dies. What was refused is not kept, and may
be sent again with the same key. Forms of pages do the same by their tokens, over the same rows
(`accounts_app.submissions`).
"""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response

from accounts_app.authentication import caller
from accounts_app.fingerprints import fingerprint_of_document, fingerprint_of_form
from accounts_app.models import Submission
from resolutionflow.api.base import Utf8JSONRenderer
from resolutionflow.api.idempotency import KEY_HEADER, KEY_MESSAGE, REPLAYED_HEADER, is_key
from resolutionflow.web.errors import Invalid
from resolutionflow.web.responses import JSON

OTHER_CALL_MESSAGE = "This key was sent with another call before. Nothing was made."
OTHER_BODY_MESSAGE = "This key was sent with another body before. Nothing was made."
UNREADABLE_MESSAGE = (
    "This call was answered before, and that answer can't be read any more. Look whether what it "
    "was to make is there; send another call with another key."
)


def answer_once(
    request: Request, *args: Any, call: Callable[..., Response], **kwargs: Any
) -> HttpResponseBase:
    """Return the answer of `call`, or that of the first call with the same key.

    Raises `Invalid` for a key that can't be one or belongs to another call, `StillRunning` while
    the first one runs.
    """
    key = request.headers[KEY_HEADER]
    if not is_key(key):
        raise Invalid({KEY_HEADER: KEY_MESSAGE})
    fingerprint = _fingerprint(request)
    with transaction.atomic():
        submission, is_first = Submission.objects.claim(
            user=caller(request), key=key, path=request.path, fingerprint=fingerprint, wait=False
        )
        if not is_first:
            return _replay(submission, request.path, fingerprint)
        response = call(request, *args, **kwargs)
        if response.status_code >= 400:
            transaction.set_rollback(True)
            return response
        kept = _kept_answer(response)
        submission.keep(result=kept)
    return _response(kept)


def _fingerprint(request: Request) -> str:
    if (request.content_type or "").startswith("multipart/"):
        return fingerprint_of_form(request.POST, request.FILES)
    return fingerprint_of_document(request.data)


def _replay(submission: Submission, path: str, fingerprint: str) -> HttpResponse:
    if submission.path != path:
        raise Invalid({KEY_HEADER: OTHER_CALL_MESSAGE})
    if submission.fingerprint != fingerprint:
        raise Invalid({KEY_HEADER: OTHER_BODY_MESSAGE})
    if "status" not in submission.result:
        raise Invalid({KEY_HEADER: UNREADABLE_MESSAGE})
    response = _response(submission.result)
    response[REPLAYED_HEADER] = "true"
    return response


def _kept_answer(response: Response) -> dict[str, Any]:
    headers = {name: value for name, value in response.items() if name != "Content-Type"}
    body = Utf8JSONRenderer().render(response.data).decode()
    return {"status": response.status_code, "headers": headers, "body": body}


def _response(kept: dict[str, Any]) -> HttpResponse:
    """Return the answer as it is kept, so that the first is what the others are."""
    return HttpResponse(
        kept["body"], status=kept["status"], headers=kept["headers"], content_type=JSON
    )
