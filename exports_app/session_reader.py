"""Read a session for its exports: where everything that a document says comes from."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Exists

from exports_app import step_query
from exports_app.options import ExportOptions
from exports_app.session_data import (
    AddendumData,
    HandoverData,
    IntakeField,
    SessionData,
    StepData,
)
from resolutionflow.redaction import DEFAULT_POLICY
from resolutionflow.web.errors import Busy
from sessions_app import limits
from sessions_app.handover.brief import make_brief
from sessions_app.handover.notices import summary_input
from sessions_app.handover.summary import summarise
from sessions_app.models import Addendum, Handover, State
from sessions_app.recording import drafts
from sessions_app.recording.services import action_of

if TYPE_CHECKING:
    from sessions_app.models import Session

#: How often a session is read for an export before it says that somebody writes all the time.
MAX_READS = 10


def read_session(
    work_session: "Session", options: ExportOptions, *, exported_at: datetime | None = None
) -> SessionData:
    """Return `work_session` as plain data, with the steps that `options` need.

    One query reads the decisions (a second one only when a long output has hardly a line end);
    where command output is left out or cut, it is left out or cut in the database. Where somebody
    wrote to the session since it was read, it is read again, so that all is of one moment.
    """
    found, step_count = _steps(work_session, options)
    has_addenda, has_handover = _has_addenda_and_handovers(work_session)
    snapshot = work_session.tree_snapshot
    return SessionData(
        tree_name=str(snapshot.get("name") or work_session.tree_name),
        steps=found,
        current_step=_current_step(work_session) if options.include_current_step else None,
        step_count=step_count,
        description=str(snapshot.get("description") or ""),
        category=str(snapshot.get("category") or ""),
        version=str(snapshot.get("version") or ""),
        ticket_number=work_session.ticket_number,
        client_name=work_session.client_name,
        title=work_session.title,
        target_label=work_session.target_label,
        engineer=work_session.user.display_name,
        scratchpad=work_session.scratchpad,
        variables=work_session.session_variables,
        intake=tuple(
            IntakeField(
                name=str(field.get("name") or ""),
                label=str(field.get("label") or ""),
                sensitive=bool(field.get("sensitive")),
            )
            for field in snapshot.get("intake_form") or ()
        ),
        started_at=work_session.started_at,
        completed_at=work_session.completed_at,
        exported_at=exported_at,
        outcome=work_session.get_outcome_display() if work_session.outcome else "",
        outcome_notes=work_session.outcome_notes,
        addenda=_addenda(work_session) if has_addenda and options.include_outcome_notes else (),
        handover=_handover(work_session) if has_handover and options.shows_handover else None,
        next_steps=work_session.next_steps,
        time_zone=step_query.account_time_zone(work_session),
        redaction_policy=work_session.account.redaction_policy()
        if options.redaction_mode == "mask"
        else DEFAULT_POLICY,
    )


def _steps(work_session: "Session", options: ExportOptions) -> tuple[Iterable[StepData], int]:
    for _ in range(MAX_READS):
        try:
            return step_query.fetch_steps(
                work_session, options, _offered_answers(work_session.tree_snapshot)
            )
        except step_query.SessionChanged:
            work_session.refresh_from_db()
    raise Busy("This session is written to without a pause just now. Try again in a moment.")


def _addenda(work_session: "Session") -> tuple[AddendumData, ...]:
    """Return what was added after the end, also where the session is open again; one query."""
    return tuple(
        AddendumData(row.author.display_name if row.author else "", row.written_at, row.text)
        for row in Addendum.objects.filter(session=work_session).select_related("author")
    )


def _handover(work_session: "Session") -> HandoverData | None:
    """Return the latest hand-over, with what its receiver reads of the path."""
    latest = work_session.handovers.select_related("from_user", "to_user").last()
    if latest is None:
        return None
    brief = make_brief(summarise(summary_input(work_session)), max_line=limits.NOTES)
    return HandoverData(
        giver=latest.from_user.display_name,
        receiver=latest.to_user.display_name,
        handed_at=latest.handed_at,
        note=latest.note,
        found=tuple((line.question, line.answer) for line in brief.found),
        open_here=brief.open_here,
        unconfirmed=brief.unconfirmed,
    )


def _has_addenda_and_handovers(work_session: "Session") -> tuple[bool, bool]:
    """Return whether there are any: one query where most running sessions have neither."""
    if work_session.is_completed:
        return True, False
    if work_session.state == State.PREPARED:
        return False, False
    of_session = {"session_id": work_session.pk}
    found: tuple[bool, bool] = (
        type(work_session)
        .objects.filter(pk=work_session.pk)
        .values_list(
            Exists(Addendum.objects.filter(**of_session)),
            Exists(Handover.objects.filter(**of_session)),
        )
        .first()
    ) or (False, False)
    return found


def has_current_step(work_session: "Session") -> bool:
    """Return whether the session is in progress and stands at a step."""
    return _current_step(work_session) is not None


def has_typed_step(work_session: "Session") -> bool:
    """Return whether something is typed at the step that a session in progress stands at."""
    step = _current_step(work_session)
    return step is not None and bool(
        step.answer or step.action or step.notes or step.command_output or step.attachments
    )


def _current_step(work_session: "Session") -> StepData | None:
    """Return the step that a session in progress stands at, with what is typed there."""
    node_id = work_session.current_node
    node = work_session.node(node_id) if node_id and work_session.state == State.ACTIVE else None
    if node is None:
        return None
    notes, command_output, answer = drafts.draft_texts(work_session, node_id)
    return StepData(
        node_id=node_id,
        question=str(node.get("title") or ""),
        answer=answer,
        action=action_of(work_session, node) if node["type"] == "custom" else "",
        notes=notes,
        command_output=command_output,
        attachments=tuple(work_session.draft_attachments(node_id)),
    )


def _offered_answers(snapshot: Mapping[str, Any]) -> set[tuple[str, str]]:
    """Return the answers that the flow offers, as (node id, label)."""
    structure = snapshot.get("structure") or {}
    return {
        (node_id, str(option.get("label")))
        for node_id, node in (structure.get("nodes") or {}).items()
        for option in node.get("options") or ()
    }
