"""When a session gets its title, by every door."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sessions_app import services
from sessions_app.batches import services as batches_services
from sessions_app.batches.bulk_answer import SharedAnswer, answer_targets
from sessions_app.completion import services as completion_services
from sessions_app.models import Session
from sessions_app.recording import custom_steps
from sessions_app.recording.custom_steps import CustomStepInput
from sessions_app.retention import closing_idle
from tests.factories import TreeFactory, make_session
from tests.sessions_app.run_driver import Run
from trees_app.models import Tree

pytestmark = pytest.mark.req("H4")

NODES = {
    "symptom": {
        "type": "question",
        "title": "What does the client of {{ user }} say?",
        "options": [
            {"label": "Not known", "next": "cause"},
            {"label": "Certificate error", "next": "cause"},
            {"label": "Refused for {{ user }}", "next": "cause"},
        ],
    },
    "cause": {
        "type": "question",
        "title": "What is the cause?",
        "options": [
            {"label": "The clock is wrong", "next": "set-clock"},
            {"label": "Licence used up", "next": "cause"},
        ],
    },
    "set-clock": {"type": "solution", "title": "Clock set", "outcome": "resolved"},
}
FORM = [
    {"name": "user", "label": "User", "type": "text"},
    {"name": "pin", "label": "PIN", "type": "text", "sensitive": True},
]


@pytest.fixture
def tree(author):
    return TreeFactory(
        author=author,
        published=True,
        name="VPN connection failure",
        tree_type=Tree.Type.TROUBLESHOOTING,
        structure={"schema_version": 1, "start": "symptom", "nodes": NODES},
        intake_form=FORM,
    )


@pytest.fixture
def run(engineer, tree):
    return Run(engineer, tree=tree)


def test_a_new_session_has_no_title(run):
    assert run.now.title == ""


def test_the_first_step_names_it(run):
    run.answer(1)
    assert run.now.title == "VPN certificate error"
    assert not run.now.title_by_person


def test_an_answer_that_tells_nothing_leaves_a_stopgap_until_one_tells_more(run):
    run.answer(0)
    assert run.now.title == "VPN connection failure"
    run.answer(1)
    assert run.now.title == "Licence used up"


def test_a_title_stays_while_it_runs_and_is_made_again_at_the_end(run):
    run.answer(1)
    run.answer(0)
    assert run.now.title == "VPN certificate error"
    complete(run)
    assert run.now.title == "VPN clock wrong"


def complete(run):
    return completion_services.complete(
        user=run.user, pk=run.pk, outcome="resolved", ends_at="set-clock"
    )


def test_undoing_the_end_brings_the_title_back(run):
    run.answer(1)
    run.answer(0)
    done = complete(run)
    completion_services.reopen(user=run.user, pk=run.pk, revision=done.revision)
    assert run.now.title == "VPN certificate error"


@pytest.mark.parametrize(
    ("choices", "title"), [([], "VPN connection failure"), ([0, 1], "Licence used up")]
)
def test_one_that_the_idle_policy_closes_has_a_title_as_any_other(run, choices, title):
    for choice in choices:
        run.answer(choice)
    Session.objects.filter(pk=run.pk).update(
        title="", last_activity_at=timezone.now() - timedelta(days=800)
    )
    assert closing_idle.close_idle_sessions(run.user.account) == 1
    assert run.now.is_completed
    assert run.now.title == title


def test_one_that_the_idle_policy_closes_keeps_a_person_s_title(run):
    services.set_title(user=run.user, pk=run.pk, title="Ana's VPN")
    run.answer(1)
    Session.objects.filter(pk=run.pk).update(last_activity_at=timezone.now() - timedelta(days=800))
    assert closing_idle.close_idle_sessions(run.user.account) == 1
    assert run.now.title == "Ana's VPN"


def test_it_is_found_by_its_title(run):
    run.answer(1)
    assert list(Session.objects.search("certificate err")) == [run.now]


def test_an_earlier_step_answered_differently_names_it_anew(run):
    run.answer(1)
    run.answer(1)
    run.again(1, 0)
    assert run.now.title == "VPN connection failure"
    run.bring_back(run.discarded_branches[0])
    assert run.now.title in ("VPN certificate error", "Licence used up")


def test_a_custom_step_names_it(run):
    run.add("Replaced the router")
    assert run.now.title == ""
    run.answer()
    assert run.now.title == "VPN replaced router"


def test_a_custom_step_added_afterwards_names_it(run):
    run.answer(0)
    run.answer(1)
    Session.objects.filter(pk=run.pk).update(title="")
    first = run.now.decisions.first()
    step = CustomStepInput(title="Swapped the SIM card", body="", commands=[])
    custom_steps.add_custom_step(user=run.user, pk=run.pk, step=step, after=first.pk)
    assert run.now.title == "Swapped SIM card"


def test_a_path_that_is_sent_names_it(api, run):
    client = api(run.user)
    path = [{"node_id": "symptom", "answer": "Not known"}]
    assert client.put(f"/api/v1/sessions/{run.pk}", {"decisions": path}).status_code == 200
    assert run.now.title == "VPN connection failure"
    path.append({"node_id": "cause", "answer": "Firmware of the router too old"})
    answer = client.put(f"/api/v1/sessions/{run.pk}", {"decisions": path}).json()
    assert answer["title"] == run.now.title == "Firmware of router"


def test_a_change_without_a_step_names_nothing(api, run):
    api(run.user).patch(f"/api/v1/sessions/{run.pk}", {"scratchpad": "Wrong password"})
    assert run.now.title == ""


def test_answers_to_several_targets_name_each(engineer, author, account):
    tree = TreeFactory(
        author=author,
        published=True,
        name="Server patching",
        tree_type=Tree.Type.MAINTENANCE,
        structure={"schema_version": 1, "start": "symptom", "nodes": NODES},
        intake_form=FORM,
    )
    batch, sessions = batches_services.prepare_batch(
        user=engineer, tree_id=tree.pk, labels=["A", "B"]
    )
    answer_targets(
        user=engineer,
        batch_id=batch,
        common=SharedAnswer("symptom", 1),
        positions={row.pk: 1 for row in sessions},
    )
    titles = Session.objects.filter(batch_id=batch).values_list("title", flat=True)
    assert list(titles) == ["Server patching"] * 2


def test_the_page_names_it(page, run):
    form = {"position": 1, "node_id": "symptom", "choice": 1, "request_id": str(uuid.uuid4())}
    page(run.user).post(f"/sessions/{run.pk}/answer", form)
    assert run.now.title == "VPN certificate error"


def test_a_person_s_title_is_never_overwritten(run):
    services.set_title(user=run.user, pk=run.pk, title="Ana's VPN")
    run.answer(1)
    run.answer(1)
    run.again(1, 0)
    run.answer(0)
    services.update(
        user=run.user, pk=run.pk, changes={"decisions": [{"node_id": "cause", "answer": "x"}]}
    )
    complete(run)
    assert run.now.title == "Ana's VPN"
    assert run.now.title_by_person


def test_without_a_name_it_is_the_date_in_the_users_time_zone(engineer, author):
    nodes = {"schema_version": 1, "start": "symptom", "nodes": NODES}
    tree = TreeFactory(
        author=author, published=True, name="???", category="", structure=nodes, intake_form=FORM
    )
    run = Run(engineer, tree=tree, started_at=datetime(2026, 11, 12, 8, 15, tzinfo=UTC))
    with timezone.override("Europe/Berlin"):
        run.answer(0)
        assert run.now.title == "12 Nov 09:15"
        run.answer(1)
        assert run.now.title == "Licence used up"


def test_values_and_secrets_stay_out(run):
    services.set_variables(user=run.user, pk=run.pk, values={"user": "Meier", "pin": "Tango"})
    run.answer(2)
    assert run.now.title == "VPN refused"
    run.add("Tango dance")
    run.answer(text="Asked Meier, ana@example.com")
    complete(run)
    for secret in ("Meier", "Tango", "ana"):
        assert secret.casefold() not in run.now.title.casefold()


def test_a_redaction_that_breaks_costs_no_step(run, monkeypatch):
    def broken(text, **options):
        raise RuntimeError

    monkeypatch.setattr("sessions_app.titles.context.mask", broken)
    run.add("Replaced the router")
    run.answer()
    assert run.now.decision_count == 1
    assert run.now.title == "VPN connection failure"


# -- what it costs -----------------------------------------------------------------------------


def statements(context):
    sql = [query["sql"] for query in context.captured_queries]
    return [text for text in sql if not text.startswith(("SAVEPOINT", "RELEASE", "BEGIN"))]


@pytest.mark.parametrize("choice", [0, 1])
def test_the_title_costs_no_round_trip(run, choice):
    """SPEC 9: recording a step is one read, one insert, one update, whatever the title."""
    for before in ("", "VPN connection failure", "VPN certificate error"):
        Session.objects.filter(pk=run.pk).update(title=before, current_node="symptom")
        step = run.input(choice)
        with CaptureQueriesContext(connection) as context:
            run.send(step)
        assert len(statements(context)) == 3


def test_the_end_reads_the_path_once_however_long_it_is(engineer, tree):
    counts = []
    for steps in (1, 300):
        work_session = make_session(engineer, tree=tree)
        path = [{"node_id": "cause", "answer": "Licence used up"}] * steps
        changes = {"decisions": path, "current_node": "set-clock"}
        services.update(user=engineer, pk=work_session.pk, changes=changes)
        with CaptureQueriesContext(connection) as context:
            completion_services.complete(user=engineer, pk=work_session.pk, outcome="resolved")
        counts.append(len(statements(context)))
    assert counts[0] == counts[1] <= 4
