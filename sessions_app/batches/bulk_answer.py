"""Answering one step for several targets of a batch at once."""

import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404

from accounts_app.models import User
from resolutionflow.web.errors import Invalid
from resolutionflow.web.text import shorten
from sessions_app.batches.natural_sort import natural_sort_key
from sessions_app.batches.services import MAX_TARGETS
from sessions_app.models import Action, AuditEntry, Decision, Session
from sessions_app.permissions import use_account_of
from sessions_app.recording import services as recording_services
from sessions_app.recording.services import StepInput
from sessions_app.titles.assign import ask_for_title, title_after_steps
from trees_app.models import Tree
from trees_app.variables import fill

SEARCH_FIELDS = ("client_key", "search_key")


@dataclass(frozen=True)
class TargetResult:
    """What came of the answer for one target: recorded, or the `skip_reason` that it
    was left out.
    """

    session_id: uuid.UUID
    label: str
    skip_reason: str = ""


@dataclass(frozen=True)
class SharedAnswer:
    """What is recorded for each of the targets; `choice` is the 0-based option of a question."""

    node_id: str
    choice: int | None = None
    notes: str = ""
    request_id: uuid.UUID | None = None

    def step(self, position: int, *, target_count: int = 0) -> StepInput:
        """Return the answer as one target's form would send it."""
        return StepInput(
            position=position,
            node_id=self.node_id,
            choice=self.choice,
            notes=self.notes,
            request_id=self.request_id,
            target_count=target_count,
        )


def answer_targets(
    *,
    user: User,
    batch_id: uuid.UUID,
    common: SharedAnswer,
    positions: Mapping[uuid.UUID, int],
) -> list[TargetResult]:
    """Record the same answer for the sessions in `positions`, each at the position that the page
    showed.

    A target that has moved on since is left out with a reason; the others are recorded. The same
    form sent twice records once. Raises `Invalid` for an answer that can't be used or no target,
    404 when the user may read none of them, `PermissionDenied` when they may write none.
    """
    if not 1 <= len(positions) <= MAX_TARGETS:
        raise Invalid({"targets": f"Choose 1 to {MAX_TARGETS} targets."})
    common.step(1).check()
    with transaction.atomic():
        # Locked in one order, so that two who answer at once wait for each other in turn.
        sessions = list(
            Session.objects.visible_to(user)
            .filter(batch_id=batch_id, pk__in=positions)
            .select_for_update(of=("self",))
            .order_by("pk")
        )
        if not sessions:
            raise Http404("There is no such batch.")
        for work_session in sessions:
            use_account_of(user, work_session)
        if not any(work_session.may_be_written_by(user) for work_session in sessions):
            raise PermissionDenied("Only a session's owner or assignee may change it.")
        done = _already_recorded(sessions, common)
        why = {
            work_session.pk: ""
            if work_session.pk in done
            else _skip_reason(work_session, user, common.node_id, positions[work_session.pk])
            for work_session in sessions
        }
        ready = [
            work_session
            for work_session in sessions
            if not why[work_session.pk] and work_session.pk not in done
        ]
        _record(ready, common, positions, by=user)
    results = [
        TargetResult(work_session.pk, work_session.target_label, why[work_session.pk])
        for work_session in sessions
    ]
    return sorted(results, key=lambda result: natural_sort_key(result.label))


def _record(
    sessions: list[Session],
    common: SharedAnswer,
    positions: Mapping[uuid.UUID, int],
    *,
    by: User,
) -> None:
    """Record the answer as `recording.services.answer` does, in as many queries for a hundred
    locked sessions as for one.
    """
    _start(sessions, by=by)
    asked: list[Session] = []
    decisions: list[Decision] = []
    changed = {*recording_services.PROGRESS_FIELDS, *SEARCH_FIELDS}
    for work_session in sessions:
        step = common.step(positions[work_session.pk], target_count=len(sessions))
        resolved = recording_services.resolve_choice(work_session, step)
        decision = recording_services.build_decision(work_session, step, resolved, by=by)
        decisions.append(decision)
        changed.update(title_after_steps(work_session, [decision], ask_model=asked.append))
        changed.update(work_session.mark_modified())
        work_session.refresh_search_keys()
    Decision.objects.bulk_create(decisions)
    if sessions:
        Session.objects.bulk_update(sessions, sorted(changed))
    ask_for_title(*asked)


def _start(sessions: list[Session], *, by: User) -> None:
    """Start those that are prepared: the flow counts them, and the audit log has each."""
    started = [work_session for work_session in sessions if work_session.mark_started(by)]
    uses = Counter(work_session.tree_id for work_session in started)
    for tree_id, count in uses.items():
        Tree(pk=tree_id).count_use(count)
    AuditEntry.objects.bulk_create(
        AuditEntry.objects.build_entry(work_session, Action.STARTED, by=by)
        for work_session in started
    )


def _already_recorded(sessions: list[Session], common: SharedAnswer) -> set[uuid.UUID]:
    """Return the sessions for which this form has been recorded before."""
    if common.request_id is None:
        return set()
    rows = Decision.objects.filter(
        session__in=sessions,
        discarded_branch=None,
        node_id=common.node_id,
        request_id=common.request_id,
    )
    return set(rows.values_list("session_id", flat=True))


def _skip_reason(work_session: Session, user: User, node_id: str, position: int) -> str:
    """Return why the answer can't be recorded for this session, "" when it can."""
    if not work_session.may_be_written_by(user):
        return "Only its owner or assignee may answer it."
    if work_session.is_completed:
        return "It was completed in the meantime."
    if work_session.current_node != node_id or work_session.decision_count + 1 != position:
        node = work_session.node(work_session.current_node) or {}
        title = fill(node.get("title") or "", work_session.session_variables)
        return f"It has moved on to “{shorten(title, 80)}”." if title else "It has moved on."
    return ""
