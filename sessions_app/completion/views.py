"""Closing a session where it is listed, undoing that, deleting and keeping it ([H7], [H8]).

A list sends along as which `shape` it shows a session; the answer is that card or row as the
database has it now, with a toast beside it. Without a script each of these is a plain form.
"""

import json
from dataclasses import replace
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts_app.http import PageRequest
from resolutionflow.web.errors import Conflict, DomainError, Invalid, StateError
from resolutionflow.web.responses import redirect_after_post, with_sessions_changed
from resolutionflow.web.text import count_with_noun, shorten
from sessions_app import limits, permissions
from sessions_app import services as session_services
from sessions_app.completion import services
from sessions_app.history.cards import Card, cards, with_handovers
from sessions_app.models import Outcome, Session
from sessions_app.retention import pinning, policies
from sessions_app.run.forms import LenientTextField, require_valid

SHAPES = {"card": "sessions_app/_session_card.html", "row": "sessions_app/_session_row.html"}
MAX_REVISION = 2**31 - 1  # of a revision, as the database counts


class CloseForm(forms.Form):
    """What the Close popover sends; `revision` is the state that the list showed."""

    outcome = forms.ChoiceField(
        choices=Outcome.choices,
        error_messages={"required": "Choose how it ended.", "invalid_choice": "Choose one of six."},
    )
    outcome_notes = LenientTextField(max_length=limits.NOTES)
    revision = forms.IntegerField(min_value=1, max_value=MAX_REVISION, required=False)


class UndoForm(forms.Form):
    """Which closing is undone: the revision that it left."""

    revision = forms.IntegerField(min_value=1, max_value=MAX_REVISION)


# -- what a list gets --------------------------------------------------------------------------


def list_variant(request: PageRequest) -> str:
    """As what the list that asks shows its sessions: “card”, “row”, or "" for no list."""
    shape = request.POST.get("shape", request.GET.get("shape", ""))
    return shape if request.htmx and shape in SHAPES else ""


def render_list_item(
    request: PageRequest, pk: UUID, shape: str, *, status: int = 200, **toast: Any
) -> HttpResponse:
    """The session's card or row as it is now, and a toast where `text` says something."""
    context = {
        "card": _card(request, pk, shape),
        "template": SHAPES[shape],
        "shape": shape,
        "words": (),  # nothing is searched for here
        **toast,
    }
    response = render(request, "sessions_app/_listed.html", context, status=status)
    return with_sessions_changed(response) if toast else response


def _card(request: PageRequest, pk: UUID, shape: str) -> Card:
    permissions.get_readable_session(request.user, pk)
    is_card = shape == "card"
    rows = Session.objects.filter(pk=pk)
    found = cards(rows, viewer=request.user, with_step=is_card, with_people=is_card)
    return with_handovers(found, viewer=request.user)[0]


# -- closing and its undo ----------------------------------------------------------------------


def undo_url(work_session: Session) -> str:
    """Where the closing that left `work_session` as it is can be undone, by POST."""
    address = reverse("session-reopen", args=[work_session.pk])
    return f"{address}?revision={work_session.revision}"


@require_POST
def close(request: PageRequest, pk: UUID) -> HttpResponse:
    """End a session from a list. A blank note keeps what was saved before ([S5])."""
    shape = list_variant(request)
    try:
        standing = permissions.get_writable_session(request.user, pk)
        given = require_valid(CloseForm(request.POST))
        done = services.complete(
            user=request.user,
            pk=pk,
            outcome=given["outcome"],
            outcome_notes=given["outcome_notes"] or None,
            revision=given["revision"],
            ends_at=standing.current_node,
        )
    except (DomainError, PermissionDenied) as error:
        return _not_closed(request, pk, shape, error)
    text = f"Closed as {Outcome(done.outcome).label.lower()}."
    if not shape:
        return redirect_after_post(request, "session-detail", pk, toast=text, undo=undo_url(done))
    return render_list_item(request, pk, shape, text=text, kind="success", undo=undo_url(done))


def _not_closed(
    request: PageRequest, pk: UUID, shape: str, error: DomainError | PermissionDenied
) -> HttpResponse:
    """Say why. What can be tried again is said in the popover, which keeps what was typed."""
    message = str(error)
    if isinstance(error, PermissionDenied):
        if not shape:
            raise error
        return _told_to_popover(HttpResponse(status=403), message)
    if not shape:
        page = "session-complete" if isinstance(error, Invalid) else "session-detail"
        return redirect_after_post(request, page, pk, toast=message)
    if isinstance(error, Invalid):
        response = HttpResponse(status=422)
        response["HX-Reswap"] = "none"
        return _told_to_popover(response, message)
    if isinstance(error, Conflict):
        return _told_to_popover(render_list_item(request, pk, shape, status=409), message)
    note = LenientTextField().to_python(request.POST.get("outcome_notes", "")).strip()
    if note:
        message = f"{message} Your note isn’t in it: “{shorten(note, 2000)}”"
    return render_list_item(request, pk, shape, status=409, text=message, kind="error")


def _told_to_popover(response: HttpResponse, message: str) -> HttpResponse:
    response["HX-Trigger"] = json.dumps({"close-refused": {"message": message}})
    return response


@require_POST
def reopen(request: PageRequest, pk: UUID) -> HttpResponse:
    """Undo a closing; `?revision=` says which."""
    shape = list_variant(request)
    permissions.get_writable_session(request.user, pk)
    try:
        revision = require_valid(UndoForm(request.GET))["revision"]
        services.reopen(user=request.user, pk=pk, revision=revision)
    except (Conflict, Invalid, StateError) as error:
        if not shape:
            return redirect_after_post(request, "session-detail", pk, toast=error.message)
        return render_list_item(request, pk, shape, status=409, text=error.message, kind="warning")
    if not shape:
        return redirect_after_post(request, "session-run", pk, toast="The session is open again.")
    return render_list_item(request, pk, shape, text="The session is open again.", kind="success")


# -- deleting ----------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: PageRequest, pk: UUID) -> HttpResponse:
    """Ask whether a session of one's own is to go, with all that goes along; then delete it."""
    if request.method != "POST":
        return _ask(request, pk)
    if request.POST.get("sure") != "yes":
        raise PermissionDenied("Confirm that the session is to be deleted.")
    session_services.delete(user=request.user, pk=pk)
    if not list_variant(request):
        return redirect_after_post(request, "session-list", toast="Session deleted.")
    toast = {"text": "Session deleted.", "kind": "success"}
    return with_sessions_changed(render(request, "_toast_oob.html", toast))


def _ask(request: PageRequest, pk: UUID) -> HttpResponse:
    work_session = permissions.get_writable_session(request.user, pk)
    if work_session.user_id != request.user.pk:
        raise PermissionDenied("Only its owner may delete a session.")
    context = {
        "section": "sessions",
        "card": replace(_card(request, pk, ""), url=reverse("session-detail", args=[pk])),
        "shape": list_variant(request),
        "goes_along": deletion_summary(work_session),
    }
    page = "_delete_form" if request.htmx else "delete"
    return render(request, f"sessions_app/{page}.html", context)


def deletion_summary(work_session: Session) -> str:
    """What is deleted with the session, in words: “its 5 steps, its notes and 2 files”."""
    found = []
    if steps := work_session.all_decisions.count():
        found.append(f"its {count_with_noun(steps, 'step')}")
    found.append("its notes")
    if files := work_session.files.count():
        found.append(count_with_noun(files, "file"))
    return found[0] if len(found) == 1 else f"{', '.join(found[:-1])} and {found[-1]}"


# -- keeping -----------------------------------------------------------------------------------


@require_POST
def pin(request: PageRequest, pk: UUID) -> HttpResponse:
    """Keep the session from retention (`pinned=yes`), or no longer."""
    pinned = request.POST.get("pinned") == "yes"
    work_session = pinning.set_pinned(user=request.user, pk=pk, pinned=pinned)
    text = "Kept: retention won’t delete it." if pinned else "No longer kept beyond retention."
    if shape := list_variant(request):
        return render_list_item(request, pk, shape, text=text, kind="success")
    if not request.htmx:
        return redirect_after_post(request, "session-detail", pk, toast=text)
    context = {
        "session_id": str(pk),
        "pinned": pinned,
        "may_pin": True,
        "focus_pin": True,
        "kept_until": policies.kept_until(work_session, request.user.account),
        "kept_why": pinning.pin_reason(work_session) if pinned else "",
    }
    return render(request, "sessions_app/_pin.html", context)
