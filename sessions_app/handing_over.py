"""A session that goes to a team mate while it runs: who may, what moves, who is told what."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet

from accounts_app.models import User
from resolutionflow.dates import When, when
from resolutionflow.errors import Invalid, StateError
from sessions_app import audit, limits
from sessions_app.handover import Brief, PathStep, Run, brief
from sessions_app.models import Handover, Session, State
from sessions_app.services import COMPLETED_MESSAGE, locked

RUNNERS = (User.Role.ADMIN, User.Role.AUTHOR, User.Role.ENGINEER)
NOT_STARTED = "This session hasn't been started yet, so there is nothing to hand over."


def team_mates(user: User) -> QuerySet[User]:
    """Who can take a session of `user` over: their team's people who may run sessions."""
    if user.team_id is None:
        return User.objects.none()
    return (
        User.objects.filter(
            account_id=user.own_account_id, team_id=user.team_id, is_active=True, role__in=RUNNERS
        )
        .exclude(pk=user.pk)
        .order_by("first_name", "last_name", "username")
    )


def require_giver(work_session: Session, user: User) -> None:
    """Raise unless `user` may hand this session over now: its owner, while it runs."""
    if work_session.user_id != user.pk or not user.may_run_sessions:
        raise PermissionDenied("Only its owner may hand a session over.")
    if work_session.is_completed:
        raise StateError(COMPLETED_MESSAGE)
    if work_session.state == State.PREPARED:
        raise StateError(NOT_STARTED)


def hand_over(*, user: User, pk: Any, to: int | None, note: str = "") -> Handover:
    """Make a team mate the owner; the former owner keeps nothing, an admin's reading apart ([A2]).

    An assignment to the former owner goes along; one to somebody else stays. Raises
    `PermissionDenied` for anyone but the owner, `StateError` unless the session runs, `Invalid`
    for somebody who isn't a team mate. An answer at the same moment comes before or after, whole.
    """
    note = note.strip()
    if len(note) > limits.HANDOVER_NOTE:
        raise Invalid(
            {"note": f"{len(note):,} characters; {limits.HANDOVER_NOTE:,} fit in a note."}
        )
    with transaction.atomic():
        work_session = locked(user, pk)
        require_giver(work_session, user)
        receiver = team_mates(user).filter(pk=to).first() if to is not None else None
        if receiver is None:
            raise Invalid({"to": "Choose somebody of your team."})
        handover = Handover.objects.create(
            session=work_session,
            from_user=user,
            to_user=receiver,
            note=note,
            step_count=work_session.decision_count,
        )
        work_session.user = receiver
        if work_session.assigned_to_id == user.pk:
            work_session.assigned_to = receiver
        work_session.save(update_fields=["assigned_to", *work_session.touched()])
        to_whom = {"to": receiver.display_name, "to_id": receiver.pk}
        audit.record(work_session, audit.Action.HANDED_OVER, by=user, **to_whom)
    return handover


# -- who is told what --------------------------------------------------------------------------


@dataclass(frozen=True)
class Told:
    """The latest hand-over as its receiver sees it; `is_new` until they record a step."""

    by: str
    when: When | None
    note: str
    is_new: bool
    brief: Brief


def told_to(user: User, work_session: Session) -> Told | None:
    """What the run page says on top: the latest hand-over, if it was to `user`, and the brief."""
    latest = work_session.handovers.select_related("from_user").last()
    if latest is None or latest.to_user_id != user.pk:
        return None
    return Told(
        by=latest.from_user.display_name,
        when=when(latest.handed_at),
        note=latest.note,
        is_new=work_session.decision_count <= latest.step_count,
        brief=brief(run_of(work_session)),
    )


def run_of(work_session: Session) -> Run:
    """The run as plain data, without the long texts of its steps: one query."""
    has_evidence = ExpressionWrapper(
        ~Q(notes="") | ~Q(command_output="") | ~Q(attachments=[]), output_field=BooleanField()
    )
    is_carried_over = ExpressionWrapper(
        Q(carried_over_from__isnull=False), output_field=BooleanField()
    )
    rows = work_session.decisions.annotate(
        has_evidence=has_evidence, is_carried_over=is_carried_over
    ).values_list("node_id", "question", "answer", "has_evidence", "is_carried_over")
    return Run(
        nodes=work_session.structure["nodes"],
        intake_form=work_session.intake_form,
        custom_steps=work_session.custom_steps,
        values=work_session.session_variables,
        current_node=work_session.current_node,
        path=[PathStep(*row) for row in rows],
    )


@dataclass(frozen=True)
class Received:
    """What the card of a session says that somebody handed over."""

    by: str
    when: When | None
    note: str


def received(user: User, session_ids: Sequence[UUID]) -> dict[str, Received]:
    """Of these sessions those that were handed to `user` and not touched since, by id."""
    rows = (
        Handover.objects.filter(session_id__in=session_ids)
        .select_related("from_user", "session")
        .only(
            "to_user_id", "note", "handed_at", "step_count", "session__decision_count",
            "from_user__first_name", "from_user__last_name", "from_user__username",
        )
        .order_by("handed_at", "pk")
    )  # fmt: skip
    latest = {row.session_id: row for row in rows}
    return {
        str(key): Received(row.from_user.display_name, when(row.handed_at), row.note)
        for key, row in latest.items()
        if row.to_user_id == user.pk and row.session.decision_count <= row.step_count
    }
