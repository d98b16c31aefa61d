"""Completing a session."""

import pytest

from resolutionflow.web.errors import Invalid, StateError
from sessions_app.completion import services as completion_services
from sessions_app.models import Outcome, State
from sessions_app.recording import drafts
from sessions_app.recording import services as recording_services
from sessions_app.recording.services import StepInput
from tests.factories import (
    make_session,
)
from tests.sessions_app.run_driver import prepared

pytestmark = [pytest.mark.django_db, pytest.mark.req("S5")]


@pytest.mark.parametrize("outcome", Outcome.values)
def test_each_outcome_completes(engineer, outcome):
    work_session = completion_services.complete(
        user=engineer, pk=make_session(engineer).pk, outcome=outcome, outcome_notes="n"
    )
    assert (work_session.state, work_session.outcome) == (State.COMPLETED, outcome)
    assert work_session.completed_at >= work_session.started_at


@pytest.mark.parametrize("outcome", ["", "great", "Resolved", "resolved\x00"])
def test_an_unknown_outcome_is_invalid(engineer, outcome):
    work_session = make_session(engineer)
    with pytest.raises(Invalid) as error:
        completion_services.complete(user=engineer, pk=work_session.pk, outcome=outcome)
    assert set(error.value.fields) == {"outcome"}


def test_a_note_that_is_left_out_keeps_what_was_saved(engineer):
    """One that is sent blank empties it."""
    work_session = make_session(engineer, outcome_notes="saved", next_steps="saved")
    done = completion_services.complete(
        user=engineer, pk=work_session.pk, outcome="resolved", next_steps=""
    )
    assert (done.outcome_notes, done.next_steps) == ("saved", "")


def test_a_prepared_session_is_not_completed(engineer, colleague):
    with pytest.raises(StateError):
        completion_services.complete(
            user=engineer, pk=prepared(engineer, colleague).pk, outcome="resolved"
        )


def answer(work_session, choice):
    step = StepInput(
        position=work_session.decision_count + 1, node_id=work_session.current_node, choice=choice
    )
    return recording_services.answer(user=work_session.user, pk=work_session.pk, step=step)[0]


def test_the_solution_is_the_last_step_and_typing_is_not_lost(engineer):
    work_session = answer(make_session(engineer), 1)
    drafts.save_typing(
        user=engineer,
        pk=work_session.pk,
        step=StepInput(position=2, node_id="outage", notes="Told the team."),
        base_hash=recording_services.text_hash("", "", ""),
    )
    done = completion_services.complete(
        user=engineer, pk=work_session.pk, outcome="escalated", ends_at="outage"
    )
    last = done.decisions.last()
    assert (last.position, last.node_id, last.notes) == (2, "outage", "Told the team.")
    assert last.question == "Escalate to the network team"
    assert (done.decision_count, done.drafts) == (2, {})


@pytest.mark.parametrize("ends_at", ["", "outage", "gone"])
def test_ending_in_the_middle_records_no_step(engineer, ends_at):
    work_session = answer(make_session(engineer), 0)
    done = completion_services.complete(
        user=engineer, pk=work_session.pk, outcome="cancelled", ends_at=ends_at
    )
    assert [row.node_id for row in done.decisions] == ["scope"]
