"""The form that ends a run, on a page of its own where no script opens it in place ([U2])."""

from collections.abc import Mapping
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts_app.http import PageRequest
from resolutionflow.web.errors import Invalid, StateError
from resolutionflow.web.responses import redirect_after_post
from sessions_app import permissions
from sessions_app.completion import services
from sessions_app.completion.presenters import completion_form
from sessions_app.completion.views import undo_url
from sessions_app.run.forms import CompleteForm, require_valid
from sessions_app.run.step_presenters import current_step


@require_http_methods(["GET", "HEAD", "POST"])
def complete(request: PageRequest, pk: UUID) -> HttpResponse:
    """The form that ends a session, prefilled from the solution it stands at ([U2])."""
    if request.method != "POST":
        return _form(request, pk)
    try:
        data = require_valid(CompleteForm(request.POST))
        done = services.complete(
            user=request.user, pk=pk, ends_at=request.POST.get("node_id", "")[:64], **data
        )
    except Invalid as invalid:
        return _form(request, pk, typed=request.POST.dict(), errors=invalid.fields, status=422)
    except StateError as error:
        return redirect_after_post(request, "session-detail", pk, toast=error.message)
    undo = undo_url(done)
    return redirect_after_post(request, "session-detail", pk, toast="Session completed.", undo=undo)


def _form(
    request: PageRequest,
    pk: UUID,
    *,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    work_session = permissions.get_readable_session(request.user, pk)
    if not work_session.may_be_run_by(request.user):
        return redirect_after_post(request, "session-detail", pk)
    step = current_step(work_session)
    context = {
        "section": "sessions",
        "work_session": work_session,
        "step": step,
        "ending": completion_form(work_session, step, typed=typed, errors=errors),
    }
    return render(request, "sessions_app/complete.html", context, status=status)
