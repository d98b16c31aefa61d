"""Starting, listing, reading and deleting sessions."""

from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts_app.models import User
from accounts_app.requests import PageRequest
from resolutionflow.dates import duration, when
from resolutionflow.errors import Invalid, StateError
from resolutionflow.pages import seeother
from resolutionflow.pagination import Position
from sessions_app import queries, services
from sessions_app.cards import Card, cards
from sessions_app.forms import ReferenceForm, require_valid
from sessions_app.models import Decision, Session, SessionQuerySet, State
from sessions_app.run_page import files

PAGE_SIZE = 50
SIDEBAR_SIZE = 20


@require_POST
def start(request: PageRequest, pk: int) -> HttpResponse:
    """Start a session of the flow and stand at its first step."""
    try:
        tree = services.startable_tree(request.user, pk)
        reference = require_valid(ReferenceForm(request.POST))
    except (Invalid, StateError) as error:
        return seeother(request, "flow-detail", pk, toast=error.message)
    work_session = services.start(user=request.user, tree=tree, **reference)
    return seeother(request, "session-run", work_session.pk)


@require_safe
def session_list(request: PageRequest) -> HttpResponse:
    """The caller's sessions, newest first, grouped by day, searched by ticket, client, flow."""
    query = request.GET.get("q", "").replace("\x00", "").strip()[:200]
    state = request.GET.get("state", "")
    if state not in State.values:
        state = ""

    def narrow(sessions: SessionQuerySet) -> SessionQuerySet:
        found = sessions.search(query) if query else sessions
        return found.in_state(State(state)) if state else found

    shown, older = _page(request, queries.branches(request.user, narrow=narrow), PAGE_SIZE)
    context = {
        "section": "sessions",
        "query": query,
        "state": state,
        "states": [("", "all"), *((value, label.lower()) for value, label in State.choices)],
        "groups": _by_day(shown),
        "older_url": f"?{older}" if older else "",
        "is_filtered": bool(query or state),
    }
    return render(request, "sessions_app/session_list.html", context)


@require_safe
def sidebar(request: PageRequest) -> HttpResponse:
    """The caller's own sessions for the sidebar, extended by “Show older” ([H1])."""
    own = queries.own_branches(request.user)
    shown, older = _page(request, own, SIDEBAR_SIZE)
    context = {
        "sidebar_groups": _by_day(shown),
        "sidebar_more_url": f"{request.path}?{older}" if older else "",
        "sidebar_continued": "after" in request.GET,
    }
    return render(request, "_sidebar_sessions.html", context)


def _page(request: PageRequest, parts: list[SessionQuerySet], size: int) -> tuple[list[Card], str]:
    """One page of cards by key, and the query string of the next one ("" at the end)."""
    place = None
    if after := request.GET.get("after"):
        try:
            place = Position.decode(after)
        except ValueError:
            raise Http404 from None
    keys = queries.keys(parts, size=size + 1, place=place)
    shown = [pk for _, pk in keys[:size]]
    by_id = {
        item.id: item
        for item in cards(Session.objects.filter(pk__in=shown), viewer_id=request.user.pk)
    }
    found = [by_id[str(pk)] for pk in shown if str(pk) in by_id]
    if len(keys) <= size:
        return found, ""
    following = request.GET.copy()
    following["after"] = queries.place_of(keys[size - 1]).encode()
    return found, following.urlencode()


def _by_day(shown: list[Card]) -> list[dict[str, Any]]:
    """Cards under the headings Today, Yesterday, This week, Older and Prepared."""
    today = timezone.localdate()
    groups: dict[str, list[Card]] = {}
    for item in shown:
        groups.setdefault(_heading(item, today), []).append(item)
    return [{"label": label, "sessions": items} for label, items in groups.items()]


def _heading(item: Card, today: date) -> str:
    if item.started_on is None:
        return "Prepared, not started"
    days = (today - item.started_on).days
    if days <= 0:
        return "Today"
    if days == 1:
        return "Yesterday"
    return "This week" if days <= today.weekday() else "Older"


@require_safe
def session_detail(request: PageRequest, pk: UUID) -> HttpResponse:
    """A session to read: its path, its notes, and the bar that exports it."""
    work_session = services.readable(request.user, pk)
    may_write = work_session.may_be_written_by(request.user)
    rows = Session.objects.filter(pk=pk)
    context = {
        "section": "sessions",
        "work_session": work_session,
        "card": cards(rows, viewer_id=request.user.pk)[0],
        **_timeline(work_session),
        "may_hand_over": may_write
        and work_session.user_id == request.user.pk
        and work_session.state == State.ACTIVE,
        "started": when(work_session.started_at),
        "completed": when(work_session.completed_at),
        "prepared_when": when(work_session.created_at),
        "duration": _length(work_session),
        "assigned_to": _name(work_session.assigned_to),
        "prepared_by": _name(work_session.prepared_by),
        "variables": _shown_variables(work_session),
        "may_run": may_write and not work_session.is_completed,
        "may_delete": may_write and work_session.user_id == request.user.pk,
        "may_save_as_flow": may_write
        and work_session.user_id == request.user.pk
        and work_session.state != State.PREPARED,
    }
    return render(request, "sessions_app/session_detail.html", context)


def _timeline(work_session: Session) -> dict[str, list[dict[str, Any]]]:
    """The steps in order, each with the hand-overs before it, and those that came after all.

    Who did a step is said where several people did.
    """
    steps = [_step(decision) for decision in work_session.decisions]
    handovers = list(work_session.handovers.select_related("from_user", "to_user"))
    people = {step["by_id"] for step in steps} - {None}
    if len(people) > 1:
        found = User.objects.filter(pk__in=people).only("first_name", "last_name", "username")
        names = {person.pk: person.display_name for person in found}
        for step in steps:
            step["by"] = names.get(step["by_id"], "")
    last: list[dict[str, Any]] = []
    for handover in handovers:
        # Going back may have made the path shorter than it was at that moment.
        place = handover.step_count
        shown = steps[place].setdefault("handovers", []) if place < len(steps) else last
        shown.append(
            {
                "by": handover.from_user.display_name,
                "to": handover.to_user.display_name,
                "note": handover.note,
                "when": when(handover.handed_at),
            }
        )
    return {"steps": steps, "last_handovers": last}


def _step(decision: Decision) -> dict[str, Any]:
    return {
        "by_id": decision.recorded_by_id,
        "position": decision.position,
        "question": decision.question,
        "answer": decision.answer,
        "action": decision.action,
        "notes": decision.notes,
        "command_output": decision.command_output,
        "files": files(decision.attachments),
        "is_custom": decision.is_custom,
        "when": when(decision.timestamp),
    }


def _name(user: User | None) -> str:
    return user.display_name if user else ""


def _length(work_session: Session) -> str:
    if work_session.started_at is None or work_session.completed_at is None:
        return ""
    return duration(work_session.completed_at - work_session.started_at)


def _shown_variables(work_session: Session) -> list[dict[str, str]]:
    """The values by label; a sensitive one shows that it is there, not what it is."""
    fields = {field["name"]: field for field in work_session.intake_form}
    return [
        {
            "label": fields.get(name, {}).get("label") or name,
            "value": "••••••••" if fields.get(name, {}).get("sensitive") else value,
        }
        for name, value in work_session.session_variables.items()
        if value
    ]


@require_POST
def delete(request: PageRequest, pk: UUID) -> HttpResponse:
    """Delete a session of one's own, decisions and all ([S14])."""
    if request.POST.get("sure") != "yes":
        raise PermissionDenied("Confirm that the session is to be deleted.")
    services.delete(user=request.user, pk=pk)
    return seeother(request, "session-list", toast="Session deleted.")
