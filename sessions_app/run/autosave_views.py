"""Autosaving on the run page: what is typed at a step, and the scratchpad."""

from collections.abc import Callable
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from accounts_app.http import PageRequest
from resolutionflow.web.errors import DomainError
from resolutionflow.web.forms import LenientTextField
from resolutionflow.web.responses import redirect_after_post
from sessions_app import permissions
from sessions_app.recording import drafts
from sessions_app.run.forms import StepForm
from sessions_app.run.step_presenters import current_step
from sessions_app.run.views import render_run


@require_POST
def typing(request: PageRequest, pk: UUID) -> JsonResponse:
    """Save what is typed at a step; the response is JSON for the “Saved” mark."""
    return _json_response(lambda: save_typing(request, pk))


def save_typing(request: PageRequest, pk: UUID) -> str:
    """Save the texts of the step's form in the request; return their hash."""
    return drafts.save_typing(
        user=request.user,
        pk=pk,
        step=StepForm(request.POST).step(),
        base_hash=request.POST.get("base_hash", ""),
    )


@require_POST
def scratchpad(request: PageRequest, pk: UUID) -> HttpResponse:
    """Save the scratchpad; JSON for the script, a redirect for the plain form."""
    text = LenientTextField().to_python(request.POST.get("scratchpad", ""))
    base_hash = request.POST.get("base_hash", "")

    def save() -> str:
        return drafts.save_scratchpad(user=request.user, pk=pk, text=text, base_hash=base_hash)

    if request.headers.get("Accept") == "application/json":
        return _json_response(save)
    try:
        save()
    except DomainError as error:
        return _render_refused_scratchpad(request, pk, text, error)
    return redirect_after_post(request, "session-run", pk, toast="Scratchpad saved.")


def _json_response(save: Callable[[], str]) -> JsonResponse:
    """Run an autosave; return `{"base_hash": hash}`, or `{"message": why}` with its status."""
    try:
        return JsonResponse({"base_hash": save()})
    except DomainError as error:
        return JsonResponse({"message": error.message}, status=error.status)
    except PermissionDenied as refused:
        message = f"{refused} Your text is kept here to copy."
        return JsonResponse({"message": message}, status=403)


def _render_refused_scratchpad(
    request: PageRequest, pk: UUID, text: str, error: DomainError
) -> HttpResponse:
    work_session = permissions.get_readable_session(request.user, pk)
    return render_run(
        request,
        work_session,
        current_step(work_session),
        status=error.status,
        notice=error.message,
        kept={"scratchpad": text},
    )
