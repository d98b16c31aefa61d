"""Starting, listing, reading and deleting sessions."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts_app.models import User
from accounts_app.requests import PageRequest
from resolutionflow.dates import duration, when
from resolutionflow.errors import Invalid, StateError
from resolutionflow.pages import seeother
from sessions_app import services
from sessions_app.cards import Card, cards
from sessions_app.forms import ReferenceForm, require_valid
from sessions_app.models import Decision, Session, SessionQuerySet, State

PAGE_SIZE = 50


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
    sessions = Session.objects.visible_to(request.user)
    query = request.GET.get("q", "").replace("\x00", "").strip()[:200]
    state = request.GET.get("state", "")
    if query:
        sessions = sessions.filter(
            Q(ticket_number__icontains=query)
            | Q(client_name__icontains=query)
            | Q(tree_name__icontains=query)
            | Q(title__icontains=query)
        )
    if state in State.values:
        sessions = sessions.in_state(State(state))
    else:
        state = ""
    rows, older = _page(sessions, request.GET)
    context = {
        "section": "sessions",
        "query": query,
        "state": state,
        "states": [("", "all"), *((value, label.lower()) for value, label in State.choices)],
        "groups": _by_day(rows, viewer=request.user.pk),
        "older_url": f"?{older}" if older else "",
        "is_filtered": bool(query or state),
    }
    return render(request, "sessions_app/session_list.html", context)


def _page(sessions: SessionQuerySet, asked: QueryDict) -> tuple[SessionQuerySet, str]:
    """One page by key, and the query string of the next one ("" at the end)."""
    after = asked.get("after", "")
    if after:
        try:
            moment_text, _, key_text = after.rpartition("_")
            key = UUID(key_text)
            moment = datetime.fromisoformat(moment_text) if moment_text else None
        except ValueError:
            raise Http404 from None
        if moment is None:
            sessions = sessions.filter(started_at=None, id__lt=key)
        elif timezone.is_naive(moment):
            raise Http404
        else:
            sessions = sessions.filter(
                Q(started_at__lt=moment) | Q(started_at=moment, id__lt=key) | Q(started_at=None)
            )
    sessions = sessions.newest_first()
    keys = list(sessions.values_list("started_at", "id")[: PAGE_SIZE + 1])
    if len(keys) <= PAGE_SIZE:
        return sessions, ""
    started, pk = keys[PAGE_SIZE - 1]
    following = asked.copy()
    following["after"] = f"{started.isoformat() if started else ''}_{pk}"
    return sessions[:PAGE_SIZE], following.urlencode()


def _by_day(sessions: SessionQuerySet, *, viewer: int) -> list[dict[str, Any]]:
    """Cards under the headings Today, Yesterday, This week, Older and Prepared."""
    today = timezone.localdate()
    groups: dict[str, list[Card]] = {}
    for item in cards(sessions, viewer_id=viewer):
        groups.setdefault(_heading(item, today), []).append(item)
    return [{"label": label, "sessions": items} for label, items in groups.items()]


def _heading(item: Card, today: date) -> str:
    if item.state == State.PREPARED:
        return "Prepared, not started"
    days = (today - item.started_on).days if item.started_on else 0
    if days <= 0:
        return "Today"
    if days == 1:
        return "Yesterday"
    if days < 7 and item.started_on and item.started_on >= today - timedelta(today.weekday()):
        return "This week"
    return "Older"


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
        "steps": [_step(decision) for decision in work_session.decisions],
        "started": when(work_session.started_at),
        "completed": when(work_session.completed_at),
        "duration": _length(work_session),
        "assigned_to": _name(work_session.assigned_to),
        "prepared_by": _name(work_session.prepared_by),
        "variables": _shown_variables(work_session),
        "may_run": may_write and not work_session.is_completed,
        "may_delete": may_write and work_session.user_id == request.user.pk,
    }
    return render(request, "sessions_app/session_detail.html", context)


def _step(decision: Decision) -> dict[str, Any]:
    return {
        "position": decision.position,
        "question": decision.question,
        "answer": decision.answer,
        "notes": decision.notes,
        "command_output": decision.command_output,
        "attachments": decision.attachments,
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
