"""Changing a session at the service that pages and API share."""

import uuid

import pytest

from resolutionflow.web.errors import Invalid
from sessions_app import services
from sessions_app.models import State
from tests.factories import (
    add_decision,
    make_session,
)
from tests.sessions_app.run_driver import prepared

pytestmark = [pytest.mark.django_db, pytest.mark.req("S4")]


def test_only_what_is_sent_changes(engineer):
    work_session = make_session(engineer, scratchpad="keep", client_name="ACME")
    services.update(user=engineer, pk=work_session.pk, changes={"ticket_number": "T-2"})
    work_session.refresh_from_db()
    assert (work_session.scratchpad, work_session.client_name) == ("keep", "ACME")
    assert work_session.ticket_number == "T-2"
    assert (work_session.current_node, work_session.revision) == ("scope", 2)


def test_the_client_is_found_however_it_is_spelt(engineer):
    work_session = make_session(engineer)
    services.update(user=engineer, pk=work_session.pk, changes={"client_name": " MÜLLER  & Co"})
    work_session.refresh_from_db()
    assert work_session.client_key == "muller & co"


@pytest.mark.req("S16")
@pytest.mark.parametrize("letter", ["\ufdfa", "ﬃ", "İ", "ß"])
def test_a_client_name_that_grows_when_folded_is_kept(engineer, letter):
    """The key is bounded, and never a reason to refuse the name."""
    work_session = make_session(engineer)
    changes = {"client_name": letter * 200}
    services.update(user=engineer, pk=work_session.pk, changes=changes)
    work_session.refresh_from_db()
    assert work_session.client_name == letter * 200


def test_a_first_update_starts_a_prepared_session(engineer, colleague):
    """The acting assignee becomes its owner."""
    work_session = prepared(engineer, colleague)
    services.update(user=colleague, pk=work_session.pk, changes={"scratchpad": "x"})
    work_session.refresh_from_db()
    assert (work_session.state, work_session.user) == (State.ACTIVE, colleague)


def test_its_preparer_starts_it_without_giving_it_away(engineer, colleague):
    work_session = prepared(engineer, colleague)
    services.update(user=engineer, pk=work_session.pk, changes={"scratchpad": "x"})
    work_session.refresh_from_db()
    assert (work_session.user, work_session.assigned_to) == (engineer, colleague)


def steps(*nodes):
    return [{"node_id": node, "answer": f"answer {node}"} for node in nodes]


def test_the_path_becomes_what_is_sent(engineer):
    work_session = make_session(engineer)

    def send(*nodes):
        services.update(user=engineer, pk=work_session.pk, changes={"decisions": steps(*nodes)})
        return [row.node_id for row in work_session.decisions]

    assert send("scope", "ping") == ["scope", "ping"]
    first = work_session.decisions.first()
    assert send("scope", "replies", "ping") == ["scope", "replies", "ping"]
    assert work_session.decisions.first() == first
    assert send() == []
    assert send(f"custom-{uuid.uuid4()}", "scope")[1] == "scope"
    work_session.refresh_from_db()
    assert work_session.decision_count == 2


def test_a_path_leaves_what_was_set_aside(engineer):
    work_session = make_session(engineer)
    add_decision(work_session, discarded_branch=uuid.uuid4())
    changes = {"decisions": steps("scope")}
    services.update(user=engineer, pk=work_session.pk, changes=changes)
    assert work_session.all_decisions.count() == 2
    assert work_session.decisions.count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"decisions": [{"node_id": "scope", "position": 2}]}, "decisions.0.position"),
        ({"current_node": "gone"}, "current_node"),
    ],
)
def test_places_that_a_path_does_not_have(engineer, changes, field):
    work_session = make_session(engineer)
    with pytest.raises(Invalid) as error:
        services.update(user=engineer, pk=work_session.pk, changes=changes)
    assert set(error.value.fields) == {field}
    assert work_session.decisions.count() == 0


@pytest.mark.req("S7")
def test_variables_are_merged(engineer):
    work_session = make_session(engineer, session_variables={"contact": "Ana"})
    services.set_variables(user=engineer, pk=work_session.pk, values={"gateway": "gw1"})
    services.set_variables(user=engineer, pk=work_session.pk, values={"gateway": None})
    work_session.refresh_from_db()
    assert work_session.session_variables == {"contact": "Ana", "gateway": ""}


@pytest.mark.req("S13")
@pytest.mark.parametrize("title", ["", "   ", "x" * 31])
def test_a_title_has_one_to_thirty_characters(engineer, title):
    with pytest.raises(Invalid):
        services.set_title(user=engineer, pk=make_session(engineer).pk, title=title)


def test_a_title_is_one_line_of_a_person(engineer):
    work_session = make_session(engineer)
    services.set_title(user=engineer, pk=work_session.pk, title=" Printer\n jam ")
    work_session.refresh_from_db()
    assert (work_session.title, work_session.title_by_person) == ("Printer jam", True)
