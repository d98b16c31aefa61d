"""What the receiver of a session sees of the hand-over, on the run page and on the card."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q

from accounts_app.models import User
from resolutionflow.web.dates import DisplayTime, display_time
from sessions_app.handover.brief import Brief, make_brief
from sessions_app.handover.summary import HandoverSummary, PathStep, SummaryInput, summarise
from sessions_app.models import Decision, Handover, Session


@dataclass(frozen=True)
class HandoverNotice:
    """The latest hand-over as its receiver sees it; `is_new` until they record or change a step."""

    by: str
    handed_at: DisplayTime | None
    note: str
    is_new: bool
    summary: HandoverSummary

    @property
    def brief(self) -> Brief:
        return make_brief(self.summary)


def notice_for(user: User, work_session: Session) -> HandoverNotice | None:
    """Return the notice on top of the run page: the latest hand-over, if it was to `user`."""
    latest = work_session.handovers.select_related("from_user").last()
    if latest is None or latest.to_user_id != user.pk:
        return None
    return HandoverNotice(
        by=latest.from_user.display_name,
        handed_at=display_time(latest.handed_at),
        note=latest.note,
        is_new=work_session.decision_count <= latest.step_count
        and not Handover.objects.filter(pk=latest.pk).filter(taken_up()).exists(),
        summary=summarise(summary_input(work_session)),
    )


def taken_up() -> Exists:
    """Return whether the receiver of a hand-over has recorded or changed a step since.

    The path alone doesn't tell: it is shorter again when the receiver goes back.
    """
    steps = Decision.objects.filter(session_id=OuterRef("session_id"))
    recorded = Q(recorded_by_id=OuterRef("to_user_id"), timestamp__gte=OuterRef("handed_at"))
    changed = Q(edited_by_id=OuterRef("to_user_id"), edited_at__gte=OuterRef("handed_at"))
    return Exists(steps.filter(recorded | changed))


def summary_input(work_session: Session) -> SummaryInput:
    """Return the run as plain data, without the long texts of its steps: one query."""
    has_evidence = ExpressionWrapper(
        ~Q(notes="") | ~Q(command_output="") | ~Q(attachments=[]), output_field=BooleanField()
    )
    is_carried_over = ExpressionWrapper(
        Q(carried_over_from__isnull=False), output_field=BooleanField()
    )
    rows = work_session.decisions.annotate(
        has_evidence=has_evidence, is_carried_over=is_carried_over
    ).values_list("node_id", "question", "answer", "has_evidence", "is_carried_over")
    return SummaryInput(
        nodes=work_session.structure["nodes"],
        intake_form=work_session.intake_form,
        custom_steps=work_session.custom_steps,
        values=work_session.session_variables,
        current_node=work_session.current_node,
        path=[PathStep(*row) for row in rows],
    )


@dataclass(frozen=True)
class HandoverBadge:
    """What the card of a session shows of its hand-over."""

    by: str
    handed_at: DisplayTime | None
    note: str


def badges_for(user: User, session_ids: Sequence[UUID]) -> dict[str, HandoverBadge]:
    """Return the badges, by id, of those sessions that were handed to `user`, who has recorded
    nothing since.
    """
    rows = (
        Handover.objects.filter(session_id__in=session_ids)
        .annotate(is_taken_up=taken_up())
        .select_related("from_user", "session")
        .only(
            "to_user_id", "note", "handed_at", "step_count", "session__decision_count",
            "from_user__first_name", "from_user__last_name", "from_user__username",
        )
        .order_by("handed_at", "pk")
    )  # fmt: skip
    latest = {row.session_id: row for row in rows}
    return {
        str(key): HandoverBadge(row.from_user.display_name, display_time(row.handed_at), row.note)
        for key, row in latest.items()
        if row.to_user_id == user.pk
        and not row.is_taken_up
        and row.session.decision_count <= row.step_count
    }
