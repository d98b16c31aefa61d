"""Every page in a state worth looking at, for the tests that look at all of them."""

import uuid
from copy import copy
from dataclasses import dataclass
from datetime import timedelta

from django.db.models.base import ModelState
from django.utils import timezone

from accounts_app.models import User
from sessions_app import services
from sessions_app.completion import services as completion_services
from sessions_app.models import Outcome, Session
from sessions_app.recording import custom_steps
from sessions_app.recording import services as recording_services
from sessions_app.step_library import services as step_library_services
from trees_app.models import Tree

CLIENT = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft mbH"
LONG_LINE = "Get-WinEvent " + "-FilterHashtable " * 20


@dataclass(frozen=True)
class Place:
    """A page by name; `is_open` ones are seen signed out."""

    name: str
    path: str
    is_open: bool = False


def walk(user: User, work_session: Session, *choices: int | None, notes: str = "") -> Session:
    """Answer step by step: an option's index (from 0), or None for a step that is just done."""
    for choice in choices:
        step = recording_services.StepInput(
            position=work_session.decision_count + 1,
            node_id=work_session.current_node,
            choice=choice,
            notes=notes,
            command_output=f"{LONG_LINE}\nok" if notes else "",
            request_id=uuid.uuid4(),
        )
        work_session, _ = recording_services.answer(user=user, pk=work_session.pk, step=step)
    return work_session


def furnish(user: User, tree: Tree) -> list[Place]:
    """Sessions of `user` in every state of the VPN flow, and the pages that show them."""

    def started() -> Session:
        return services.create_and_start(
            user=user, tree=tree, client_name=CLIENT, ticket_number="INC-2026-0004711"
        )

    note = "The client's PC says 809.\nTried twice.\n" + "x" * 120
    question = walk(user, started(), 0, notes=note)
    action = walk(user, started(), 3)
    solution = walk(user, started(), 3, None, 2, notes=note)
    ended = walk(user, started(), 3, None, notes=note)
    custom_steps.add_before_current(user=user, pk=ended.pk, title="Rang the provider " + "y" * 150)
    for title in ("Restart the router", CLIENT):
        step_library_services.add_library_step(
            user=user, title=title, body=note, commands=[{"code": LONG_LINE}]
        )
    ended.refresh_from_db()
    ended = walk(user, ended, None, 2)
    completion_services.complete(
        user=user,
        pk=ended.pk,
        outcome=Outcome.ESCALATED,
        outcome_notes=f"Handed over.\n{LONG_LINE}",
        next_steps="- Call back at 10\n- Check the invoice",
    )
    return [
        Place("sign-in", "/sign-in", is_open=True),
        Place("dashboard", "/"),
        Place("flows", "/flows"),
        Place("flow", f"/flows/{tree.pk}"),
        Place("run question", f"/sessions/{question.pk}/run"),
        Place("run action", f"/sessions/{action.pk}/run"),
        Place("run solution", f"/sessions/{solution.pk}/run"),
        Place("run custom step form", f"/sessions/{question.pk}/run?add=step"),
        Place("run step library", f"/sessions/{question.pk}/steps/library?tab=library&step=1"),
        Place("save as flow", f"/sessions/{ended.pk}/save-as-flow"),
        Place("run earlier step", f"/sessions/{solution.pk}/run?step=1"),
        Place("complete", f"/sessions/{solution.pk}/complete"),
        Place("ticket and client", f"/sessions/{ended.pk}/ticket"),
        Place("continue in another flow", f"/sessions/{ended.pk}/continue"),
        Place("sessions", "/sessions"),
        Place("session", f"/sessions/{ended.pk}"),
        Place("active session", f"/sessions/{solution.pk}"),
        Place("settings", "/settings"),
        Place("not found", "/nothing/here"),
    ]


def fill_history(user: User, tree: Tree, count: int) -> None:
    """`count` completed sessions of `user`, one every seven hours, with all outcomes."""
    now = timezone.now()
    first = services.create_and_start(user=user, tree=tree, client_name=CLIENT)
    rows = []
    for number in range(count):
        row = copy(first)
        row._state = ModelState()
        row.pk = uuid.uuid4()
        row.started_at = row.last_activity_at = now - timedelta(hours=7 * number)
        row.completed_at = row.started_at
        row.outcome = Outcome.values[number % len(Outcome.values)]
        rows.append(row)
    Session.objects.bulk_create(rows)
