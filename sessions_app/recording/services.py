"""Recording a run step by step.

An answer costs the same at step 1 and step 500: the session's row is locked and read, one decision
is inserted, the row is saved. Every answer carries the position that the page showed, so that an
answer to an older state is refused instead of recorded twice ([S15]), and the id of the rendered
form, so that a double click or a resent request is recorded once.
"""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts_app.models import User
from resolutionflow.web.errors import Conflict, Invalid
from sessions_app import limits
from sessions_app.models import Decision, Session
from sessions_app.permissions import STALE_MESSAGE, lock_open_session
from sessions_app.recording.edits import save_edit
from sessions_app.titles.assign import title_after_change, title_after_steps
from sessions_app.variable_validation import fitting_values
from trees_app.variables import fill

DONE = "Done"
REVISED_FIELDS = ("answer", "notes", "command_output", "carried_over_from")


@dataclass(frozen=True)
class StepInput:
    """What a step's form sends.

    `position` counts from 1; `choice` is the 0-based option of a question; `text` is the free
    answer of an action or custom step; `request_id` identifies one rendering of the form;
    `revised_decision_id` is the decision that the page showed, when it showed a recorded step;
    `target_count` is how many targets of a batch get this answer at once; `carried_over_from` is
    when the answer was given in an earlier session, if it is reused (`reuse_answer`).
    """

    position: int
    node_id: str
    choice: int | None = None
    text: str = ""
    notes: str = ""
    command_output: str = ""
    request_id: uuid.UUID | None = None
    revised_decision_id: int | None = None
    target_count: int = 0
    carried_over_from: datetime | None = None

    @property
    def typed_texts(self) -> tuple[str, str, str]:
        """The texts that are saved as they are typed, in the order in which they are hashed."""
        return (self.notes, self.command_output, self.text)

    def check(self) -> None:
        """Raise `Invalid` for text that is too long to keep, with its size and the limit."""
        errors = {
            name: f"{len(value):,} characters; {limit:,} fit in one step. Shorten it, or keep the "
            "rest in a file."
            for name, value, limit in (
                ("text", self.text, limits.LINE),
                ("notes", self.notes, limits.NOTES),
                ("command_output", self.command_output, limits.COMMAND_OUTPUT),
            )
            if len(value) > limit
        }
        if errors:
            raise Invalid(errors)


@dataclass(frozen=True)
class ResolvedAnswer:
    """The answer to record, and the node that it leads to ("" for none)."""

    answer: str
    next_node: str


def text_hash(*texts: str) -> str:
    """Return a short hash of autosaved texts: a page sends it back, so that a second writer is
    noticed.
    """
    return hashlib.sha256("\x00".join(texts).encode("utf-8", "replace")).hexdigest()[:16]


def resolve_choice(work_session: Session, step: StepInput) -> ResolvedAnswer:
    """Return the answer to record and the next node for what the form chose."""
    node = work_session.node(step.node_id)
    if node is None:
        raise Invalid({"node_id": f"The flow of this session has no step “{step.node_id}”."})
    if node["type"] == "question":
        options = node.get("options") or []
        if step.choice is None or not 0 <= step.choice < len(options):
            raise Invalid({"choice": "Choose one of the answers."})
        option = options[step.choice]
        return ResolvedAnswer(_fill_values(work_session, option["label"]), option.get("next") or "")
    if node["type"] == "action":
        return ResolvedAnswer(step.text.strip() or DONE, node.get("next") or "")
    if node["type"] == "custom":
        return ResolvedAnswer(step.text.strip() or DONE, node.get("return_to") or "")
    raise Invalid({"node_id": "A solution ends the flow; complete the session."})


def answer(*, user: User, pk: Any, step: StepInput) -> tuple[Session, Decision]:
    """Record the current step and move on, or answer an earlier step again ([U6]).

    The same answer to an earlier question keeps the later steps; a different one discards them.
    Raises `Conflict` when the page was older than the session.
    """
    step.check()
    with transaction.atomic():
        work_session = lock_open_session(user, pk)
        if step.position <= work_session.decision_count:
            decision = _answer_again(work_session, step, by=user)
        elif (
            step.revised_decision_id is None
            and step.position == work_session.decision_count + 1
            and step.node_id == work_session.current_node
        ):
            decision = _append(work_session, step, resolve_choice(work_session, step), by=user)
        else:
            raise Conflict(STALE_MESSAGE, work_session)
        save_progress(work_session, *(["title"] if work_session.is_list_changed else []))
    return work_session, decision


PROGRESS_FIELDS = ("decision_count", "current_node", "drafts")


def save_progress(work_session: Session, *more: str) -> None:
    """Save where the run stands after its path has changed, and the fields in `more`."""
    work_session.save(update_fields=[*PROGRESS_FIELDS, *more, *work_session.mark_modified()])


def _append(
    work_session: Session,
    step: StepInput,
    resolved: ResolvedAnswer,
    *,
    by: User,
    instead_of: Decision | None = None,
) -> Decision:
    """Record the step; one that is answered differently (`instead_of`) keeps its time and its
    files.
    """
    decision = build_decision(work_session, step, resolved, by=by, instead_of=instead_of)
    decision.save(force_insert=True)
    if instead_of is None:
        title_after_steps(work_session, [decision])
    else:
        title_after_change(work_session)
    return decision


def build_decision(
    work_session: Session,
    step: StepInput,
    resolved: ResolvedAnswer,
    *,
    by: User,
    instead_of: Decision | None = None,
) -> Decision:
    """Return the recorded step, not saved, and move the session on to the next node."""
    files = work_session.draft_attachments(step.node_id)
    entered_at = work_session.node_entered_at or work_session.started_at
    if instead_of is not None:
        files = [*instead_of.attachments, *files]
        entered_at = instead_of.entered_at or entered_at
    node = work_session.node(step.node_id) or {}
    now = timezone.now()
    decision = Decision(
        session=work_session,
        position=work_session.decision_count + 1,
        node_id=step.node_id,
        question=_fill_values(work_session, node.get("title") or "")[: limits.LINE],
        answer=resolved.answer,
        next_node=resolved.next_node,
        action=action_of(work_session, node, target_count=step.target_count),
        notes=step.notes,
        command_output=step.command_output,
        attachments=files,
        entered_at=entered_at,
        timestamp=now,
        recorded_by=by,
        request_id=step.request_id,
        carried_over_from=step.carried_over_from,
    )
    work_session.drafts.pop(step.node_id, None)
    work_session.decision_count += 1
    work_session.current_node = resolved.next_node
    work_session.node_entered_at = now
    return decision


def _fill_values(work_session: Session, text: str) -> str:
    return fill(text, work_session.session_variables)


def action_of(work_session: Session, node: dict[str, Any], *, target_count: int = 0) -> str:
    """Return what was done at a step: its commands by label, else by first line.

    Of a custom step the details that the engineer wrote come first. An answer for several targets
    is mentioned here, because every export shows this text.
    """
    names = [f"Answered for {target_count} targets together"] if target_count > 1 else []
    values = work_session.session_variables
    in_commands = fitting_values(work_session.intake_form, values)
    for command in node.get("commands") or []:
        lines = (command.get("code") or "").strip().splitlines()
        label = fill(command.get("label") or "", values)
        names.append(label or (fill(lines[0], in_commands) if lines else ""))
    details = (node.get("body") or "").strip() if node.get("type") == "custom" else ""
    done = [fill(details, values), "; ".join(filter(None, names))]
    return "\n".join(filter(None, done))[: limits.NOTES]


def _answer_again(work_session: Session, step: StepInput, *, by: User) -> Decision:
    decision = work_session.decisions.filter(position=step.position).first()
    if decision is None or decision.node_id != step.node_id:
        raise Conflict(STALE_MESSAGE, work_session)
    if decision.is_off_flow:
        # The flow says nothing about it: what was answered stays until something else is typed.
        resolved = ResolvedAnswer(step.text.strip() or decision.answer, decision.next_node)
    else:
        resolved = resolve_choice(work_session, step)
    # The same rendering of the form twice is a double click, a resent request, or an engineer
    # who typed on after a reply was lost: one step, with what was typed last.
    is_repeat = step.request_id is not None and decision.request_id == step.request_id
    if not is_repeat and decision.pk != step.revised_decision_id:
        raise Conflict(STALE_MESSAGE, work_session)
    kind = (work_session.node(step.node_id) or {}).get("type")
    if decision.answer == resolved.answer or kind != "question":
        before = [getattr(decision, name) for name in REVISED_FIELDS]
        # The form of an action has no free answer: one that came by the API stays.
        if kind != "action" or step.text.strip():
            decision.answer = resolved.answer
        decision.notes = step.notes
        decision.command_output = step.command_output
        # Answered by hand it is tested again.
        decision.carried_over_from = step.carried_over_from
        if before != [getattr(decision, name) for name in REVISED_FIELDS]:
            save_edit(work_session, decision, REVISED_FIELDS, by=by)
        return decision
    if is_repeat:
        raise Conflict(STALE_MESSAGE, work_session)
    discard_from(work_session, step.position)
    return _append(work_session, step, resolved, by=by, instead_of=decision)


def discard_from(work_session: Session, position: int) -> None:
    """Take the steps from `position` on off the path, as one branch that can be
    restored together.
    """
    work_session.decisions.filter(position__gte=position).update(discarded_branch=uuid.uuid4())
    work_session.decision_count = position - 1
