"""Ticket number and client on the session's page, also once it is completed."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts_app.http import PageRequest
from resolutionflow.web.errors import Conflict, Invalid
from resolutionflow.web.forms import require_valid
from resolutionflow.web.responses import redirect_after_post, trigger_sessions_changed
from sessions_app import permissions, services
from sessions_app.models import Session
from sessions_app.run.forms import ReferenceForm
from sessions_app.run.variable_presenters import SEEN_PREFIX

SAVED = "Saved."
CHANGED_MESSAGE = (
    "This was changed elsewhere in the meantime, to what stands beside each field. Save again to "
    "change that."
)


@require_http_methods(["GET", "HEAD", "POST"])
def ticket(request: PageRequest, pk: UUID) -> HttpResponse:
    """The form, and what it sends. `?cancel` answers HTMX with what stands there."""
    if request.method != "POST":
        work_session = permissions.get_writable_session(request.user, pk)
        if request.htmx and "cancel" in request.GET:
            return _render_reference(request, work_session)
        return _render_form(request, work_session)
    names = [name for name in services.REFERENCE_FIELDS if name in request.POST]
    seen = {
        name: request.POST[SEEN_PREFIX + name]
        for name in names
        if SEEN_PREFIX + name in request.POST
    }
    try:
        form = require_valid(ReferenceForm(request.POST))
        work_session = services.set_reference(
            user=request.user, pk=pk, changes={name: form[name] for name in names}, seen=seen
        )
    except (Conflict, Invalid) as error:
        work_session = permissions.get_writable_session(request.user, pk)
        is_stale = isinstance(error, Conflict)
        return _render_form(
            request,
            work_session,
            typed={name: request.POST[name] for name in names},
            errors=error.fields if isinstance(error, Invalid) else {},
            notice=CHANGED_MESSAGE if is_stale else "",
            status=error.status,
        )
    if request.htmx:
        return _render_reference(request, work_session, text=SAVED)
    return redirect_after_post(request, "session-detail", pk, toast=SAVED)


def _render_form(
    request: PageRequest,
    work_session: Session,
    *,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    notice: str = "",
    status: int = 200,
) -> HttpResponse:
    stored = {name: getattr(work_session, name) for name in services.REFERENCE_FIELDS}
    context: dict[str, Any] = {
        "section": "sessions",
        "work_session": work_session,
        "typed": {**stored, **(typed or {})},
        "errors": errors or {},
        "notice": notice,
    }
    page = "_reference_form" if request.htmx else "ticket"
    response = render(request, f"sessions_app/{page}.html", context, status=status)
    if status != 200 and request.htmx:
        response["HX-Retarget"], response["HX-Reswap"] = "#reference", "outerHTML"
    return response


def _render_reference(
    request: PageRequest, work_session: Session, *, text: str = ""
) -> HttpResponse:
    context = {"work_session": work_session, "may_change_reference": True, "text": text}
    response = render(request, "sessions_app/_reference.html", context)
    return trigger_sessions_changed(response) if text else response
