"""Steps that a caller records at nodes that the snapshot doesn't have ([S4])."""

import uuid

import pytest

from exports_app.options import ExportOptions
from exports_app.service import render_session
from sessions_app import permissions, services
from sessions_app.completion import services as completion_services
from sessions_app.models import Decision
from sessions_app.recording import discarded_branches, drafts
from sessions_app.recording import services as recording_services
from sessions_app.recording.services import StepInput
from sessions_app.save_as_flow.linear_tree import path_structure
from sessions_app.suggestions.step_statistics import step_insight
from tests.factories import TreeFactory, make_session, structure
from tests.sessions_app.api_helpers import STEP, url
from trees_app.document.check import publish_problems

pytestmark = [pytest.mark.django_db, pytest.mark.req("S4")]
OFF = {
    "node_id": "switch-port",
    "question": "Which port?",
    "answer": "Gi1/0/7",
    "action": "Asked the switch.",
    "notes": "Port is up.",
    "command_output": "Gi1/0/7 connected",
}


@pytest.fixture
def run(api, engineer):
    work_session = make_session(engineer)
    answer = api(engineer).put(
        url(work_session), {"decisions": [STEP, OFF], "current_node": "ping"}
    )
    assert answer.status_code == 200, answer.json()
    assert answer.json()["path_taken"] == ["scope", "switch-port"]
    return work_session


def now(run):
    return permissions.get_readable_session(run.user, run.pk)


def test_the_step_is_kept_as_it_was_sent(api, engineer, run):
    body = api(engineer).get(url(run)).json()
    assert {name: body["decisions"][1][name] for name in OFF} == OFF
    assert (body["current_node"], body["decision_count"]) == ("ping", 2)


@pytest.mark.parametrize("form", ["markdown", "text", "html", "psa"])
def test_it_is_exported_like_any_other(run, form):
    content = render_session(now(run), ExportOptions(format=form, detail_level="full")).content
    for text in ("Which port?", "Gi1/0/7", "Asked the switch.", "Port is up.", "connected"):
        assert text in content
    assert "CUSTOM" not in content


@pytest.mark.parametrize(
    "page", ["run", "run?step=2", "run?step=1", "complete", "save-as-flow", ""]
)
def test_every_page_shows_the_session(client, engineer, run, page):
    client.force_login(engineer)
    answer = client.get(f"/sessions/{run.pk}{page and '/' + page}")
    assert answer.status_code == 200
    if page in ("run", "run?step=2", ""):
        assert "Which port?" in answer.content.decode()


def test_what_is_typed_at_it_is_kept_and_its_answer_stays(client, engineer, run):
    client.force_login(engineer)
    decision = now(run).decisions.get(position=2)
    form = {"position": 2, "node_id": "switch-port", "revised_decision_id": decision.pk}
    form |= {"notes": "Port is down.", "command_output": "", "text": ""}
    assert client.post(f"/sessions/{run.pk}/answer", form).status_code == 303
    decision.refresh_from_db()
    assert (decision.answer, decision.notes) == ("Gi1/0/7", "Port is down.")
    step = StepInput(
        position=2,
        node_id="switch-port",
        notes="Port is up again.",
        text="Gi1/0/8",
        revised_decision_id=decision.pk,
    )
    seen = recording_services.text_hash(*drafts.recorded_texts(now(run), decision))
    drafts.save_typing(user=engineer, pk=run.pk, step=step, base_hash=seen)
    decision.refresh_from_db()
    assert (decision.answer, decision.notes) == ("Gi1/0/8", "Port is up again.")


def test_the_run_goes_on_after_it(engineer, run):
    step = StepInput(position=3, node_id="ping", request_id=uuid.uuid4())
    work_session, decision = recording_services.answer(user=engineer, pk=run.pk, step=step)
    assert (decision.position, work_session.current_node) == (3, "replies")


def test_going_back_and_bringing_back_stand_where_the_flow_does(engineer, run):
    first = now(run).decisions.get(position=1)
    step = StepInput(position=1, node_id="scope", choice=1, revised_decision_id=first.pk)
    work_session, _ = recording_services.answer(user=engineer, pk=run.pk, step=step)
    assert (work_session.decision_count, work_session.current_node) == (1, "outage")
    (branch,) = discarded_branches.restorable_branches(work_session)
    work_session = discarded_branches.restore_branch(
        user=engineer, pk=run.pk, discarded_branch=branch.id
    )
    assert (work_session.decision_count, work_session.current_node) == (2, "ping")


def test_it_is_a_plain_step_of_the_flow_that_is_saved(engineer, run):
    services.set_variables(user=engineer, pk=run.pk, values={})
    saved = path_structure(now(run))
    node = saved["nodes"]["switch-port"]
    assert (node["type"], node["title"], node["body"]) == (
        "action",
        "Which port?",
        "Asked the switch.",
    )
    assert not [p for p in publish_problems(saved, now(run).intake_form) if p.code != "unused"]


def test_a_later_version_with_that_node_takes_no_figure_or_hint_from_it(api, author, engineer):
    tree = TreeFactory(author=author, published=True)
    for _ in range(6):
        old = services.create_and_start(user=engineer, tree=tree, client_name="Contoso")
        path = {"decisions": [{"node_id": "new-question", "answer": "Yes"}]}
        assert api(engineer).put(url(old), path).status_code == 200
        completion_services.complete(user=engineer, pk=old.pk, outcome="resolved")
    later = structure()
    later["nodes"]["new-question"] = {
        "type": "question",
        "title": "New?",
        "options": [{"label": "Yes", "next": "scope"}],
    }
    later["start"] = "new-question"
    tree.refresh_from_db()
    tree.structure = later
    tree.save()
    tree.publish(by=author)
    work_session = services.create_and_start(user=engineer, tree=tree, client_name="Contoso")
    insight = step_insight(work_session, "new-question")
    assert insight.previous is None
    assert [(o.stats, o.client_history) for o in insight.options] == [(None, None)]
    assert Decision.objects.filter(is_off_flow=True).count() == 6
