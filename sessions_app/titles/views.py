"""Giving a session a title of one's own ([H4]): in the heading, in a list, or on a plain page."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts_app.http import PageRequest
from resolutionflow.web.errors import Conflict, Invalid
from resolutionflow.web.responses import redirect_after_post, trigger_sessions_changed
from resolutionflow.web.text import sanitize_text
from sessions_app import limits, permissions, services
from sessions_app.history.list_item import list_variant, render_list_item
from sessions_app.models import Session

RENAMED = "Renamed."


@require_http_methods(["GET", "HEAD", "POST"])
def rename(request: PageRequest, pk: UUID) -> HttpResponse:
    """The form, and what it sends. `?cancel` answers HTMX with the title as it stands."""
    shape = list_variant(request)
    if request.method != "POST":
        work_session = permissions.get_writable_session(request.user, pk)
        if not (request.htmx and "cancel" in request.GET):
            return _form(request, work_session, shape)
        return render_list_item(request, pk, shape) if shape else _heading(request, work_session)
    typed = sanitize_text(request.POST.get("title", ""))
    try:
        seen = request.POST.get("seen_title")
        work_session = services.set_title(user=request.user, pk=pk, title=typed, seen=seen)
    except (Conflict, Invalid) as error:
        work_session = permissions.get_writable_session(request.user, pk)
        message = error.message
        if isinstance(error, Conflict):
            message = (
                f"It was renamed to “{work_session.title}” in the meantime. "
                "Save again to change that."
            )
        return _form(request, work_session, shape, typed=typed, error=message, status=error.status)
    if shape:
        return render_list_item(request, pk, shape, text=RENAMED, kind="success")
    if request.htmx:
        return _heading(request, work_session, text=RENAMED)
    return redirect_after_post(request, "session-detail", pk, toast=RENAMED)


def _form(
    request: PageRequest,
    work_session: Session,
    shape: str,
    *,
    typed: str | None = None,
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    title = work_session.title or work_session.tree_name[: limits.TITLE].rstrip()
    context: dict[str, Any] = {
        "section": "sessions",
        "work_session": work_session,
        "title": title if typed is None else typed,
        "error": error,
        "shape": shape,
    }
    page = "_rename_form" if request.htmx else "rename"
    response = render(request, f"sessions_app/{page}.html", context, status=status)
    if error and request.htmx:
        # The form alone, wherever a good title would have gone.
        response["HX-Retarget"] = f"#rename-{work_session.pk}" if shape else "#session-title"
        response["HX-Reswap"] = "outerHTML"
    return response


def _heading(request: PageRequest, work_session: Session, *, text: str = "") -> HttpResponse:
    context = {"work_session": work_session, "may_rename": True, "text": text}
    response = render(request, "sessions_app/_title.html", context)
    return trigger_sessions_changed(response) if text else response
