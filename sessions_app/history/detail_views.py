"""The page of one session ([H2])."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts_app.http import PageRequest
from accounts_app.models import User
from resolutionflow.web.dates import display_time, duration
from resolutionflow.web.text import count_lines
from sessions_app import permissions
from sessions_app.attachments.presenters import attachment_items, own_file_ids
from sessions_app.completion.completed_by import who_completed
from sessions_app.history.cards import build_cards
from sessions_app.models import Addendum, Decision, Session, State
from sessions_app.retention import pinning, policies
from sessions_app.run.path_presenters import reused_label


@require_safe
def session_detail(request: PageRequest, pk: UUID) -> HttpResponse:
    """Show a session: its path, its notes, and the bar that exports it."""
    work_session = permissions.get_readable_session(request.user, pk)
    may_write = work_session.may_be_written_by(request.user)
    rows = Session.objects.filter(pk=pk)
    context = {
        "section": "sessions",
        "work_session": work_session,
        "card": build_cards(rows, viewer=request.user)[0],
        **_timeline(work_session),
        **_ending(work_session, request.user, may_write=may_write),
        "may_hand_over": may_write
        and work_session.user_id == request.user.pk
        and work_session.state == State.ACTIVE,
        "started": display_time(work_session.started_at),
        "completed": display_time(work_session.completed_at),
        "prepared_when": display_time(work_session.created_at),
        "duration": _duration(work_session),
        "assigned_to": _name(work_session.assigned_to),
        "prepared_for": _name(work_session.assigned_to)
        if work_session.assigned_to_id != work_session.prepared_by_id
        else "",
        "prepared_by": _name(work_session.prepared_by),
        "variables": _shown_variables(work_session),
        "may_run": work_session.may_be_run_by(request.user),
        "may_rename": may_write,
        "may_reopen": may_write and work_session.is_completed,
        "completed_at": work_session.completed_at.isoformat() if work_session.completed_at else "",
        "may_pin": pinning.may_pin(work_session, request.user),
        "kept_until": policies.kept_until(work_session, request.user.account),
        "kept_why": pinning.pin_reason(work_session) if work_session.pinned else "",
        "may_delete": may_write and work_session.user_id == request.user.pk,
        "may_save_as_flow": may_write
        and work_session.decision_count > 0
        and work_session.user_id == request.user.pk
        and work_session.state != State.PREPARED,
    }
    return render(request, "sessions_app/session_detail.html", context)


def _timeline(work_session: Session) -> dict[str, list[dict[str, Any]]]:
    """Return the steps in order, each with the hand-overs before it, and the hand-overs after all
    steps.

    Steps name who recorded them where several people had a part, and who changed them since.
    """
    decisions = list(work_session.decisions)
    own = own_file_ids(work_session, (decision.attachments for decision in decisions))
    steps = [_timeline_step(decision, own) for decision in decisions]
    handovers = list(work_session.handovers.select_related("from_user", "to_user"))
    people = {step["by_id"] for step in steps} - {None}
    editors = {step["edited_by_id"] for step in steps if step["is_edited_by_other"]}
    if len(people) > 1 or editors:
        wanted = people | editors
        found = User.objects.filter(pk__in=wanted).only("first_name", "last_name", "username")
        names = {person.pk: person.display_name for person in found}
        for step in steps:
            step["by"] = names.get(step["by_id"], "")
            if step["is_edited_by_other"]:
                step["edited_by"] = names.get(step["edited_by_id"], "")
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
                "when": display_time(handover.handed_at),
            }
        )
    return {"steps": steps, "last_handovers": last}


def _ending(work_session: Session, viewer: User, *, may_write: bool) -> dict[str, Any]:
    """Return what was added after the end, and whether the viewer may add to it.

    What somebody typed who wanted to complete it too is kept in their browser: it is offered as an
    addendum, and dropped where the viewer completed it, or has added to it.
    """
    # One that was completed and is open again has them too.
    rows = list(Addendum.objects.filter(session=work_session).select_related("author"))
    is_completed = work_session.is_completed
    is_done = is_completed and (
        any(row.author_id == viewer.pk for row in rows)
        or who_completed(work_session).pk == viewer.pk
    )
    return {
        "addenda": [
            {"by": _name(row.author), "when": display_time(row.written_at), "text": row.text}
            for row in rows
        ],
        "may_add": may_write and is_completed,
        "kept": "addendum" if is_done else "complete",
    }


def _timeline_step(decision: Decision, own: Collection[UUID]) -> dict[str, Any]:
    return {
        "by_id": decision.recorded_by_id,
        "edited_by_id": decision.edited_by_id,
        "edited": display_time(decision.edited_at),
        "is_edited_by_other": decision.edited_by_id not in (None, decision.recorded_by_id),
        "position": decision.position,
        "question": decision.question,
        "answer": decision.answer,
        "reused_from": reused_label(decision),
        "action": decision.action,
        "notes": decision.notes,
        "command_output": decision.command_output,
        "output_lines": count_lines(decision.command_output),
        "files": attachment_items(decision.attachments, own),
        "is_custom": decision.is_custom,
        "when": display_time(decision.timestamp),
    }


def _name(user: User | None) -> str:
    return user.display_name if user else ""


def _duration(work_session: Session) -> str:
    if work_session.started_at is None or work_session.completed_at is None:
        return ""
    return duration(work_session.completed_at - work_session.started_at)


def _shown_variables(work_session: Session) -> list[dict[str, str]]:
    """Return the values by label; of a sensitive one only that it is there."""
    fields = {field["name"]: field for field in work_session.intake_form}
    return [
        {
            "label": fields.get(name, {}).get("label") or name,
            "value": "••••••••" if fields.get(name, {}).get("sensitive") else value,
        }
        for name, value in work_session.session_variables.items()
        if value
    ]
