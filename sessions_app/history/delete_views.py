"""Deleting a session, after asking ([S14]), and discarding one that was begun by mistake."""

from dataclasses import replace
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts_app.http import PageRequest
from resolutionflow.web.errors import Conflict, StateError
from resolutionflow.web.forms import number_or_none
from resolutionflow.web.responses import redirect_after_post, trigger_sessions_changed
from resolutionflow.web.text import count_with_noun
from sessions_app import permissions, services
from sessions_app.completion import discarding
from sessions_app.history.list_item import list_card, list_variant
from sessions_app.models import Session
from sessions_app.permissions import STALE_MESSAGE

SIDEBAR = "side"


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: PageRequest, pk: UUID) -> HttpResponse:
    """Ask whether a session of one's own is to be deleted, with what it holds; then delete it."""
    if request.method != "POST":
        return _confirm(request, pk)
    if request.POST.get("sure") != "yes":
        raise PermissionDenied("Confirm that the session is to be deleted.")
    seen = request.POST.get("revision")
    # What is no number has seen nothing.
    revision = None if seen is None else number_or_none(seen) or 0
    try:
        services.delete(user=request.user, pk=pk, revision=revision)
    except Conflict as stale:
        return _confirm(request, pk, notice=stale.message, status=409)
    if not _listed_as(request):
        return redirect_after_post(request, "session-list", toast="Session deleted.")
    toast = {"text": "Session deleted.", "kind": "success"}
    return trigger_sessions_changed(render(request, "_toast_oob.html", toast))


@require_POST
def discard(request: PageRequest, pk: UUID) -> HttpResponse:
    """Discard a session that was begun by mistake; one that something is noted in asks first."""
    seen = request.POST.get("revision")
    revision = None if seen is None else number_or_none(seen) or 0
    try:
        kept = discarding.discard(user=request.user, pk=pk, revision=revision)
    except (Conflict, StateError) as error:
        is_asked = error.message in (STALE_MESSAGE, discarding.NOT_BLANK_MESSAGE)
        page = "session-delete" if is_asked else "session-detail"
        return redirect_after_post(request, page, pk, error=error.message)
    toast = "Discarded. It is back to “Not started”." if kept else "Session discarded."
    return redirect_after_post(request, "dashboard", toast=toast)


def _listed_as(request: PageRequest) -> str:
    """Return how the requesting list shows the session, “side” in the sidebar; "" for no list."""
    return list_variant(request, also=(SIDEBAR,))


def _confirm(
    request: PageRequest, pk: UUID, *, notice: str = "", status: int = 200
) -> HttpResponse:
    work_session = permissions.get_writable_session(request.user, pk)
    if work_session.user_id != request.user.pk:
        raise PermissionDenied("Only its owner may delete a session.")
    context = {
        "section": "sessions",
        "card": replace(list_card(request, pk, ""), url=reverse("session-detail", args=[pk])),
        "shape": _listed_as(request),
        "goes_along": deletion_summary(work_session),
        "notice": notice,
    }
    page = "_delete_form" if request.htmx else "delete"
    response = render(request, f"sessions_app/{page}.html", context, status=status)
    if notice and request.htmx:
        # The question again, in the dialog, instead of what would have gone.
        response["HX-Retarget"], response["HX-Reswap"] = "#delete-body", "innerHTML"
    return response


def deletion_summary(work_session: Session) -> str:
    """Return what is deleted with the session, such as “its 5 steps, its notes and 2 files”."""
    found = []
    if steps := work_session.all_decisions.count():
        found.append(f"its {count_with_noun(steps, 'step')}")
    found.append("its notes")
    if files := work_session.files.count():
        found.append(count_with_noun(files, "file"))
    return found[0] if len(found) == 1 else f"{', '.join(found[:-1])} and {found[-1]}"
