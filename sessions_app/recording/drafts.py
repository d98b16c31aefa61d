"""Saving what is typed at a step as it is typed: a draft of the current one, a change of a recorded
one.
"""

from typing import Any

from django.db import transaction

from accounts_app.models import User
from resolutionflow.web.errors import Conflict, Invalid
from sessions_app import limits
from sessions_app.models import Decision, Session
from sessions_app.permissions import STALE_MESSAGE, lock_open_session, lock_session
from sessions_app.recording.edits import save_edit
from sessions_app.recording.services import DONE, StepInput, text_hash

TYPED_FIELDS = ("notes", "command_output", "answer")


def save_typing(*, user: User, pk: Any, step: StepInput, base_hash: str) -> str:
    """Save what is typed at a step, recorded or not; return the hash to send next time.

    `base_hash` is the hash of the text that the page started from. Raises `Conflict`, and
    overwrites nothing, when somebody else has saved another text since.
    """
    step.check()
    with transaction.atomic():
        work_session = lock_open_session(user, pk)
        if step.revised_decision_id is not None:
            _save_typing_of_decision(
                work_session, step.revised_decision_id, step, base_hash, by=user
            )
        else:
            _save_draft(work_session, step, base_hash)
    return text_hash(*step.typed_texts)


def _save_typing_of_decision(
    work_session: Session, decision_id: int, step: StepInput, base_hash: str, *, by: User
) -> None:
    decision = work_session.decisions.filter(pk=decision_id).first()
    if decision is None:
        raise Conflict(STALE_MESSAGE, work_session)
    _require_base_hash(
        work_session, base_hash, recorded_texts(work_session, decision), new=step.typed_texts
    )
    before = [getattr(decision, name) for name in TYPED_FIELDS]
    decision.notes = step.notes
    decision.command_output = step.command_output
    if (work_session.node(decision.node_id) or {}).get("type") == "custom":
        decision.answer = step.text.strip() or DONE
    elif decision.is_off_flow and step.text.strip():
        decision.answer = step.text.strip()
    if before != [getattr(decision, name) for name in TYPED_FIELDS]:
        save_edit(work_session, decision, TYPED_FIELDS, by=by)
    work_session.save(update_fields=work_session.mark_modified())


def _save_draft(work_session: Session, step: StepInput, base_hash: str) -> None:
    here = (work_session.decision_count + 1, work_session.current_node)
    if (step.position, step.node_id) != here:
        raise Conflict(STALE_MESSAGE, work_session)
    _require_base_hash(
        work_session, base_hash, draft_texts(work_session, step.node_id), new=step.typed_texts
    )
    work_session.drafts[step.node_id] = {
        **work_session.drafts.get(step.node_id, {}),
        "notes": step.notes,
        "command_output": step.command_output,
        "text": step.text,
    }
    work_session.save(update_fields=["drafts", *work_session.mark_modified(only_draft=True)])


def draft_texts(work_session: Session, node_id: str) -> tuple[str, str, str]:
    """Return what is typed at a step that isn't recorded yet: notes, command output,
    free answer.
    """
    draft = work_session.drafts.get(node_id) or {}
    return (draft.get("notes", ""), draft.get("command_output", ""), draft.get("text", ""))


def recorded_texts(work_session: Session, decision: Decision) -> tuple[str, str, str]:
    """Return the same texts of a recorded step; only one that the flow lacks has a free answer."""
    is_free = (decision.is_custom or decision.is_off_flow) and decision.answer != DONE
    return (decision.notes, decision.command_output, decision.answer if is_free else "")


def save_scratchpad(*, user: User, pk: Any, text: str, base_hash: str) -> str:
    """Save the scratchpad of the run page, as `save_typing` does for a step."""
    if len(text) > limits.SCRATCHPAD:
        message = f"{len(text):,} characters; {limits.SCRATCHPAD:,} fit in the scratchpad."
        raise Invalid({"scratchpad": message})
    with transaction.atomic():
        work_session = lock_session(user, pk)
        _require_base_hash(work_session, base_hash, (work_session.scratchpad,), new=(text,))
        work_session.write_scratchpad(text, by=user)
    return text_hash(text)


def _require_base_hash(
    work_session: Session, base_hash: str, stored: tuple[str, ...], *, new: tuple[str, ...]
) -> None:
    """Raise `Conflict` for a write over text that the page has never shown; the same
    text is fine.
    """
    if stored != new and base_hash != text_hash(*stored):
        raise Conflict(
            "This was also typed into somewhere else. Your text is still here; reload to see "
            "the other one.",
            work_session,
        )
