"""Recording a run step by step: answering, going back, bringing back, adding a step.

Answering costs the same at step 1 and step 500: the session's row is locked and read, one
decision is inserted, the row is saved. Every answer carries the position that the page showed,
so an answer given to an older state is refused instead of recorded twice ([S15]), and the id of
the rendered form, so that a double click or a resent request is recorded once.
"""

import hashlib
import uuid
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts_app.models import User
from resolutionflow.errors import Conflict, Invalid
from sessions_app import limits
from sessions_app.models import Decision, Session
from sessions_app.services import STALE_MESSAGE, locked, locked_open, new_custom_id
from trees_app.variables import fill

DONE = "Done"


@dataclass(frozen=True)
class StepInput:
    """What a step's form sends.

    `position` counts from 1; `choice` is the 0-based option of a question; `text` is the free
    answer of an action or custom step; `request_id` identifies one rendering of the form;
    `revises` is the id of the decision that the page showed, when it showed a recorded step;
    `together` counts the targets of a batch that get this answer at once.
    """

    position: int
    node_id: str
    choice: int | None = None
    text: str = ""
    notes: str = ""
    command_output: str = ""
    request_id: uuid.UUID | None = None
    revises: int | None = None
    together: int = 0

    @property
    def typed(self) -> tuple[str, str, str]:
        """The texts that are saved as they are typed, in the order of their digest."""
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
class Resolved:
    """Where an answer leads: the text recorded, and the node that follows ("" for none)."""

    answer: str
    next_node: str


def digest(*texts: str) -> str:
    """A short mark of what a page has seen of autosaved text, to notice a second writer."""
    return hashlib.sha256("\x00".join(texts).encode("utf-8", "replace")).hexdigest()[:16]


def resolve(work_session: Session, step: StepInput) -> Resolved:
    """Turn the form's choice into the recorded answer and the next node."""
    node = work_session.node(step.node_id)
    if node is None:
        raise Invalid({"node_id": f"The flow of this session has no step “{step.node_id}”."})
    if node["type"] == "question":
        options = node.get("options") or []
        if step.choice is None or not 0 <= step.choice < len(options):
            raise Invalid({"choice": "Choose one of the answers."})
        option = options[step.choice]
        return Resolved(_filled(work_session, option["label"]), option.get("next") or "")
    if node["type"] == "action":
        return Resolved(step.text.strip() or DONE, node.get("next") or "")
    if node["type"] == "custom":
        return Resolved(step.text.strip() or DONE, node.get("return_to") or "")
    raise Invalid({"node_id": "A solution ends the flow; complete the session."})


def answer(*, user: User, pk: Any, step: StepInput) -> tuple[Session, Decision]:
    """Record the current step and move on, or answer an earlier step again ([U6]).

    Answering an earlier question the same way keeps what follows; differently, the later steps
    are set aside. Raises `Conflict` when the page was older than the session.
    """
    step.check()
    with transaction.atomic():
        work_session = locked_open(user, pk)
        if step.position <= work_session.decision_count:
            decision = _answer_again(work_session, step, by=user)
        elif (
            step.revises is None
            and step.position == work_session.decision_count + 1
            and step.node_id == work_session.current_node
        ):
            decision = _append(work_session, step, resolve(work_session, step), by=user)
        else:
            raise Conflict(STALE_MESSAGE, work_session)
        _save_path(work_session)
    return work_session, decision


def _save_path(work_session: Session, *more: str) -> None:
    work_session.save(
        update_fields=[
            "decision_count",
            "current_node",
            "drafts",
            *more,
            *work_session.touched(),
        ]
    )


def _append(
    work_session: Session,
    step: StepInput,
    resolved: Resolved,
    *,
    by: User,
    instead_of: Decision | None = None,
) -> Decision:
    """Record the step; one that is answered anew (`instead_of`) keeps its time and its files."""
    files = work_session.waiting_files(step.node_id)
    entered_at = work_session.node_entered_at or work_session.started_at
    if instead_of is not None:
        files = [*instead_of.attachments, *files]
        entered_at = instead_of.entered_at or entered_at
    node = work_session.node(step.node_id) or {}
    now = timezone.now()
    decision = Decision.objects.create(
        session=work_session,
        position=work_session.decision_count + 1,
        node_id=step.node_id,
        question=_filled(work_session, node.get("title") or "")[: limits.LINE],
        answer=resolved.answer,
        next_node=resolved.next_node,
        action=action_of(work_session, node, together=step.together),
        notes=step.notes,
        command_output=step.command_output,
        attachments=files,
        entered_at=entered_at,
        timestamp=now,
        recorded_by=by,
        request_id=step.request_id,
    )
    work_session.drafts.pop(step.node_id, None)
    work_session.decision_count += 1
    work_session.current_node = resolved.next_node
    work_session.node_entered_at = now
    return decision


def _filled(work_session: Session, text: str) -> str:
    return fill(text, work_session.session_variables)


def action_of(work_session: Session, node: dict[str, Any], *, together: int = 0) -> str:
    """What an action step had the engineer run: its commands by label, else by first line.

    One answer for several targets says so here, where every export shows it.
    """
    names = [f"Answered for {together} targets together"] if together > 1 else []
    for command in node.get("commands") or []:
        lines = (command.get("code") or "").strip().splitlines()
        names.append(command.get("label") or (lines[0] if lines else ""))
    return _filled(work_session, "; ".join(filter(None, names)))[: limits.NOTES]


def _answer_again(work_session: Session, step: StepInput, *, by: User) -> Decision:
    decision = work_session.decisions.filter(position=step.position).first()
    if decision is None or decision.node_id != step.node_id:
        raise Conflict(STALE_MESSAGE, work_session)
    resolved = resolve(work_session, step)
    # The same rendering of the form twice is a double click, a resent request, or an engineer
    # who typed on after a reply was lost: one step, with what was typed last.
    is_repeat = step.request_id is not None and decision.request_id == step.request_id
    if not is_repeat and decision.pk != step.revises:
        raise Conflict(STALE_MESSAGE, work_session)
    node = work_session.node(step.node_id) or {}
    if decision.answer == resolved.answer or node["type"] != "question":
        # The form of an action has no free answer: one that came by the API stays.
        if node["type"] != "action" or step.text.strip():
            decision.answer = resolved.answer
        decision.notes = step.notes
        decision.command_output = step.command_output
        decision.save(update_fields=["answer", "notes", "command_output"])
        return decision
    if is_repeat:
        raise Conflict(STALE_MESSAGE, work_session)
    _set_aside_from(work_session, step.position)
    return _append(work_session, step, resolved, by=by, instead_of=decision)


def _set_aside_from(work_session: Session, position: int) -> None:
    """Take the steps from `position` on off the path, together, to be brought back together."""
    work_session.decisions.filter(position__gte=position).update(shelf=uuid.uuid4())
    work_session.decision_count = position - 1


# -- what was set aside ------------------------------------------------------------------------


@dataclass(frozen=True)
class Shelf:
    """Steps that left the path together: from `position` on, `count` of them."""

    id: uuid.UUID
    position: int
    count: int
    question: str
    answer: str


def shelves(work_session: Session) -> list[Shelf]:
    """What can be brought back, the newest first; nothing once the session is completed.

    Steps that the path doesn't lead to just now are kept, and offered when it does again.
    """
    if work_session.is_completed:
        return []
    found: dict[uuid.UUID | None, list[Decision]] = {}
    rows = work_session.all_decisions.filter(shelf__isnull=False).only(
        "shelf", "position", "node_id", "question", "answer", "session_id"
    )
    for row in rows.order_by("-timestamp", "position"):
        found.setdefault(row.shelf, []).append(row)
    firsts = {shelf: min(steps, key=lambda row: row.position) for shelf, steps in found.items()}
    ways = _ways_to(work_session, [first.position for first in firsts.values()])
    return [
        Shelf(
            id=shelf,
            position=first.position,
            count=len(found[shelf]),
            question=first.question,
            answer=first.answer,
        )
        for shelf, first in firsts.items()
        if shelf is not None and leads_to(work_session, ways.get(first.position), first.node_id)
    ]


def _ways_to(work_session: Session, positions: list[int]) -> dict[int, str]:
    """The node that the path leads to at each of `positions` that it reaches."""
    if not positions:
        return {}
    before = work_session.decisions.filter(position__in=[position - 1 for position in positions])
    ways = {position + 1: node for position, node in before.values_list("position", "next_node")}
    return {1: work_session.structure.get("start") or "", **ways}


def leads_to(work_session: Session, way: str | None, node_id: str) -> bool:
    """Whether a path that leads to `way` (`None`: it isn't as long) can go on at `node_id`.

    An own step stands before the node it returns to; "" is a way that the flow doesn't know.
    """
    if way is None:
        return False
    passed = set()
    while node_id.startswith("custom-") and node_id != way and node_id not in passed:
        passed.add(node_id)
        step = work_session.node(node_id)
        node_id = (step.get("return_to") or way) if step else way
    return way in ("", node_id)


def bring_back(*, user: User, pk: Any, shelf: uuid.UUID) -> Session:
    """Put a shelf's steps back on the path; what took their place is set aside in turn."""
    with transaction.atomic():
        work_session = locked_open(user, pk)
        if shelf not in {offered.id for offered in shelves(work_session)}:
            raise Conflict("Those steps can't be brought back here.", work_session)
        rows = work_session.all_decisions.filter(shelf=shelf)
        positions = list(rows.order_by("position").values_list("position", "next_node"))
        _set_aside_from(work_session, positions[0][0])
        rows.update(shelf=None)
        work_session.decision_count, work_session.current_node = positions[-1]
        work_session.node_entered_at = timezone.now()
        _save_path(work_session)
    return work_session


# -- typing, saved as it goes ------------------------------------------------------------------


def save_typing(*, user: User, pk: Any, step: StepInput, seen: str) -> str:
    """Keep what is typed at a step, recorded or not; answer the digest to send next time.

    `seen` is the digest of the text that the page started from: when somebody else saved
    another text in between, `Conflict` is raised and nothing is overwritten.
    """
    step.check()
    with transaction.atomic():
        work_session = locked_open(user, pk)
        if step.revises is not None:
            _save_typing_of_decision(work_session, step.revises, step, seen)
        else:
            _save_draft(work_session, step, seen)
    return digest(*step.typed)


def _save_typing_of_decision(
    work_session: Session, decision_id: int, step: StepInput, seen: str
) -> None:
    decision = work_session.decisions.filter(pk=decision_id).first()
    if decision is None:
        raise Conflict(STALE_MESSAGE, work_session)
    _require_seen(work_session, seen, typed_of(work_session, decision), new=step.typed)
    decision.notes = step.notes
    decision.command_output = step.command_output
    if (work_session.node(decision.node_id) or {}).get("type") == "custom":
        decision.answer = step.text.strip() or DONE
    decision.save(update_fields=["notes", "command_output", "answer"])
    work_session.save(update_fields=work_session.touched())


def _save_draft(work_session: Session, step: StepInput, seen: str) -> None:
    here = (work_session.decision_count + 1, work_session.current_node)
    if (step.position, step.node_id) != here:
        raise Conflict(STALE_MESSAGE, work_session)
    _require_seen(work_session, seen, draft_of(work_session, step.node_id), new=step.typed)
    work_session.drafts[step.node_id] = {
        **work_session.drafts.get(step.node_id, {}),
        "notes": step.notes,
        "command_output": step.command_output,
        "text": step.text,
    }
    work_session.save(update_fields=["drafts", *work_session.touched(only_draft=True)])


def draft_of(work_session: Session, node_id: str) -> tuple[str, str, str]:
    """What is typed at a step that isn't recorded yet: notes, command output, free answer."""
    draft = work_session.drafts.get(node_id) or {}
    return (draft.get("notes", ""), draft.get("command_output", ""), draft.get("text", ""))


def typed_of(work_session: Session, decision: Decision) -> tuple[str, str, str]:
    """The same of a recorded step; only a step of one's own has a free answer."""
    is_free = decision.is_custom and decision.answer != DONE
    return (decision.notes, decision.command_output, decision.answer if is_free else "")


def save_scratchpad(*, user: User, pk: Any, text: str, seen: str) -> str:
    """As `save_typing`, for the scratchpad of the run page."""
    if len(text) > limits.SCRATCHPAD:
        message = f"{len(text):,} characters; {limits.SCRATCHPAD:,} fit in the scratchpad."
        raise Invalid({"scratchpad": message})
    with transaction.atomic():
        work_session = locked(user, pk)
        _require_seen(work_session, seen, (work_session.scratchpad,), new=(text,))
        work_session.begin(user)
        work_session.scratchpad = text
        work_session.save(update_fields=["scratchpad", *work_session.touched()])
    return digest(text)


def _require_seen(
    work_session: Session, seen: str, stored: tuple[str, ...], *, new: tuple[str, ...]
) -> None:
    """Refuse to write over text that the page has never shown; the same text twice is fine."""
    if stored != new and seen != digest(*stored):
        raise Conflict(
            "This was also typed into somewhere else. Your text is still here; reload to see "
            "the other one.",
            work_session,
        )


# -- a step that the flow forgot ---------------------------------------------------------------


def add_custom_step(
    *,
    user: User,
    pk: Any,
    title: str,
    body: str = "",
    commands: list[dict[str, str]] | None = None,
    request_id: uuid.UUID | None = None,
) -> Session:
    """Put a step of the engineer's own before the current one, and stand at it.

    When it is answered, the run returns to where it was. The same form sent twice adds one step.
    """
    with transaction.atomic():
        work_session = locked_open(user, pk)
        step_id = custom_id_of(request_id)
        if work_session.node(step_id) is not None:
            return work_session
        keep_custom_step(
            work_session,
            step_id,
            title=title,
            body=body,
            commands=commands or [],
            return_to=work_session.current_node,
        )
        work_session.current_node = step_id
        work_session.node_entered_at = timezone.now()
        _save_path(work_session, "custom_steps")
    return work_session


def custom_id_of(request_id: uuid.UUID | None) -> str:
    """The node id of the step that a form adds: the same one when it is sent twice."""
    return f"custom-{request_id}" if request_id else new_custom_id()


def keep_custom_step(
    work_session: Session,
    step_id: str,
    *,
    title: str,
    body: str,
    commands: list[dict[str, str]],
    return_to: str,
) -> dict[str, Any]:
    """Check a step of the engineer's own and put it among the session's; the caller saves it."""
    title = " ".join(title.split())
    if not 1 <= len(title) <= limits.CUSTOM_TITLE:
        raise Invalid({"title": f"Give the step a title of 1 to {limits.CUSTOM_TITLE} characters."})
    if len(body) > limits.NOTES:
        raise Invalid({"body": f"At most {limits.NOTES:,} characters fit here."})
    if len(work_session.custom_steps) >= limits.CUSTOM_STEPS:
        raise Invalid({"title": f"A session has room for {limits.CUSTOM_STEPS} own steps."})
    step = {
        "id": step_id,
        "title": title,
        "body": body,
        "commands": commands,
        "return_to": return_to,
    }
    work_session.custom_steps = [*work_session.custom_steps, step]
    return step


def drop_custom_step(*, user: User, pk: Any, step_id: str) -> Session:
    """Take back an own step that was opened but not recorded yet; stand where it was added."""
    with transaction.atomic():
        work_session = locked_open(user, pk)
        node = work_session.node(step_id)
        if node is None or node["type"] != "custom" or work_session.current_node != step_id:
            raise Conflict(STALE_MESSAGE, work_session)
        work_session.custom_steps = [
            step for step in work_session.custom_steps if step["id"] != step_id
        ]
        files = work_session.waiting_files(step_id)
        work_session.drafts.pop(step_id, None)
        work_session.current_node = node.get("return_to") or ""
        if files:
            there = work_session.waiting_files(work_session.current_node)
            work_session.keep_waiting_files(work_session.current_node, [*there, *files])
        work_session.node_entered_at = timezone.now()
        _save_path(work_session, "custom_steps")
    return work_session
