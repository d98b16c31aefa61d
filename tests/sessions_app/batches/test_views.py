"""Batches at the door: the form, the page and its live part, answering, the list."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sessions_app.completion.services import complete
from sessions_app.models import Session
from tests.factories import TeamFactory, TreeFactory
from tests.flat_html import flat_html
from tests.html_forms import form_to
from tests.sessions_app.batches.batch_factories import answer, make_batch
from trees_app.models import Tree

pytestmark = [pytest.mark.django_db, pytest.mark.req("S11")]
HTMX = {"HX-Request": "true"}


def text(response):
    return flat_html(response)


@pytest.fixture
def flow(author):
    return TreeFactory(author=author, published=True, tree_type=Tree.Type.MAINTENANCE)


@pytest.fixture
def three(engineer, flow):
    return make_batch(engineer, flow, 3)


def marks(sessions, position=1):
    return [f"{work_session.pk}:{position}" for work_session in sessions]


def shown_targets(response):
    return re.findall(r'id="target-[^"]*"[^>]*>([^<]*)<', text(response))


# -- making one --------------------------------------------------------------------------------


def test_targets_typed_and_in_a_file_make_a_batch(page, engineer, flow):
    file = SimpleUploadedFile("more.csv", b"site,name\nBerlin,SRV-2\nBerlin,srv-1\n")
    response = page(engineer).post(
        f"/flows/{flow.pk}/batch", {"targets": "SRV-1\n", "file": file}, follow=True
    )
    (work_session, _) = sessions = Session.objects.order_by("target_label")
    assert [one.target_label for one in sessions] == ["SRV-1", "SRV-2"]
    assert response.redirect_chain == [(f"/batches/{work_session.batch_id}", 303)]
    assert "2 targets read. 1 duplicate was left out: srv-1." in text(response)
    assert shown_targets(response) == ["SRV-1", "SRV-2"]


def test_what_was_typed_is_never_lost(page, engineer, flow):
    file = SimpleUploadedFile("more.csv", "name,site\nSRV-2,Köln\n,Bonn\n".encode())
    response = page(engineer).post(
        f"/flows/{flow.pk}/batch", {"targets": "SRV-1 & <b>\n" + "x" * 300, "file": file}
    )
    shown = text(response)
    assert response.status_code == 422
    assert f"SRV-1 &amp; &lt;b&gt;\n{'x' * 300}\nSRV-2</textarea>" in shown
    assert "Line 2 has 300 characters" in shown
    assert "Line 3 of more.csv has no target." in shown
    assert not Session.objects.exists()


def test_only_a_maintenance_flow_runs_over_targets(page, engineer, author):
    flow = TreeFactory(author=author, published=True)
    response = page(engineer).get(f"/flows/{flow.pk}/batch")
    assert (response.status_code, response["Location"]) == (303, f"/flows/{flow.pk}")
    refused = page(engineer).post(f"/flows/{flow.pk}/batch", {"targets": "SRV-1"})
    assert refused.status_code == 409
    assert "SRV-1" in text(refused)
    assert not Session.objects.exists()


def test_the_flow_page_offers_it_for_maintenance_alone(page, engineer, author, flow):
    other = TreeFactory(author=author, published=True)
    assert f"/flows/{flow.pk}/batch" in text(page(engineer).get(f"/flows/{flow.pk}"))
    assert f"/flows/{other.pk}/batch" not in text(page(engineer).get(f"/flows/{other.pk}"))


def test_a_flow_of_another_team_isnt_offered_and_answers_403(page, engineer, flow):
    flow.team = TeamFactory(account=flow.account)
    flow.save()
    assert f"/flows/{flow.pk}/batch" not in text(page(engineer).get(f"/flows/{flow.pk}"))
    for send in (page(engineer).get, page(engineer).post):
        assert send(f"/flows/{flow.pk}/batch").status_code == 403


# -- seeing it ---------------------------------------------------------------------------------


def test_the_page_counts_and_filters(page, engineer, three):
    batch_id, sessions = three
    for work_session, choice in zip(sessions, (0, 0, 1), strict=True):
        answer(engineer, work_session, choice)
    Session.objects.filter(pk=sessions[0].pk).update(
        completed_at=sessions[0].created_at, outcome="resolved"
    )
    client = page(engineer)
    response = client.get(f"/batches/{batch_id}")
    assert "<strong>1 of 3</strong> completed" in text(response)
    assert "(most: One user)" in text(response)
    assert shown_targets(client.get(f"/batches/{batch_id}?show=open")) == ["SRV-2", "SRV-3"]
    assert shown_targets(client.get(f"/batches/{batch_id}?show=odd")) == ["SRV-3"]
    assert len(shown_targets(client.get(f"/batches/{batch_id}?show=nonsense"))) == 3


def test_polling_gets_the_live_part_until_all_are_completed(page, engineer, three):
    batch_id, sessions = three
    client = page(engineer)
    response = client.get(f"/batches/{batch_id}?show=open", headers=HTMX)
    assert "<html" not in text(response)
    assert f'hx-get="/batches/{batch_id}?show=open"' in text(response)
    assert "data-poll" in text(response)
    now = sessions[0].created_at
    Session.objects.update(started_at=now, completed_at=now, outcome="resolved")
    done = text(client.get(f"/batches/{batch_id}", headers=HTMX))
    assert "data-poll" not in done
    assert "hx-get" not in done


def test_a_page_of_a_hundred_costs_what_one_of_three_costs(page, engineer, flow, three):
    counts = []
    for batch_id in (three[0], make_batch(engineer, flow, 100)[0]):
        client = page(engineer)
        client.get("/settings")
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/batches/{batch_id}").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 6


def test_another_accounts_batch_isnt_there(page, stranger, three):
    for path in ("", "?show=odd", "?step=scope"):
        assert page(stranger).get(f"/batches/{three[0]}{path}").status_code == 404


def test_batches_are_reached_from_the_sessions_and_the_dashboard(page, engineer, three):
    client = page(engineer)
    assert 'href="/batches"' in text(client.get("/sessions"))
    for path in ("/", "/batches"):
        assert f'href="/batches/{three[0]}"' in text(client.get(path))
    assert "0 of 3 completed" in text(client.get("/batches"))


def test_the_targets_of_a_batch_dont_crowd_the_dashboard(page, engineer, three):
    answer(engineer, three[1][0], 0)
    context = page(engineer).get("/").context
    assert (context["prepared"], context["active"], context["with_others"]) == ([], [], [])
    assert "starters" not in context


# -- answering ---------------------------------------------------------------------------------


def test_the_form_answers_for_the_chosen(page, engineer, three):
    batch_id, sessions = three
    client = page(engineer)
    form = text(client.get(f"/batches/{batch_id}?step=scope"))
    assert re.findall(r'name="target" value="([^"]*)" checked', form) == marks(sessions)
    request_id = re.search(r'name="request_id" value="([^"]*)"', form)[1]
    response = client.post(
        f"/batches/{batch_id}/answer",
        {
            "node_id": "scope",
            "choice": 0,
            "notes": "Seen",
            "request_id": request_id,
            "target": marks(sessions[:2]),
        },
        follow=True,
    )
    assert response.redirect_chain == [(f"/batches/{batch_id}", 303)]
    assert "Recorded for 2 targets." in text(response)
    assert [one.decisions.count() for one in sessions] == [1, 1, 0]
    assert str(sessions[0].decisions.get().request_id) == request_id


def test_a_refused_form_keeps_its_choices(page, engineer, three):
    batch_id, sessions = three
    response = page(engineer).post(
        f"/batches/{batch_id}/answer",
        {"node_id": "scope", "notes": "Seen\nonce", "target": marks(sessions[:1])},
    )
    shown = text(response)
    assert response.status_code == 422
    assert "Choose one of the answers." in shown
    assert "Seen\nonce</textarea>" in shown
    assert re.findall(r'name="target" value="([^"]*)" checked', shown) == marks(sessions[:1])


FORGED = "6f1d2b1e-8f0a-4f9e-9b8e-3f6f1f0a7c11:"


@pytest.mark.parametrize("target", ["", "x", "x:1", FORGED, f"{FORGED}-1", f"{FORGED}{'9' * 9}"])
def test_a_forged_target_chooses_none(page, engineer, three, target):
    response = page(engineer).post(
        f"/batches/{three[0]}/answer", {"node_id": "scope", "choice": 0, "target": target}
    )
    assert response.status_code == 422
    assert "Choose 1 to 100 targets." in text(response)


def test_who_was_left_out_is_named_and_the_note_stays_at_hand(page, engineer, three):
    batch_id, sessions = three
    answer(engineer, sessions[0], 0)
    client = page(engineer)
    sent = {"node_id": "scope", "choice": 0, "notes": "Seen", "target": marks(sessions)}
    response = client.post(f"/batches/{batch_id}/answer", sent)
    shown = text(response)
    assert response.status_code == 200
    assert "Recorded for 2 targets." in shown
    assert "<strong>SRV-1</strong>: It has moved on to “Ping {{ gateway }}”." in shown
    assert "Seen</textarea>" in shown
    again = client.post(f"/batches/{batch_id}/answer", sent)
    assert again.status_code == 409
    assert "Nothing was recorded." in text(again)
    assert [one.decisions.count() for one in sessions] == [1, 1, 1]


@pytest.mark.req("S15")
def test_those_that_moved_on_are_offered_where_they_stand_now(page, engineer, three):
    batch_id, sessions = three
    for one in sessions[:2]:
        answer(engineer, one, 1)
    client = page(engineer)
    stale = [f"{one.pk}:1" for one in sessions]
    sent = {"node_id": "scope", "choice": 0, "notes": "Seen", "target": stale}
    for one in sessions[:2]:
        Session.objects.filter(pk=one.pk).update(current_node="ping")
    response = client.post(f"/batches/{batch_id}/answer", sent)
    shown = text(response)
    for one in sessions[:2]:
        assert f'href="/sessions/{one.pk}/run"' in shown
    form = form_to(response, f"/batches/{batch_id}/answer")
    assert form["node_id"] == ["ping"]
    assert sorted(form["target"]) == sorted(f"{one.pk}:2" for one in sessions[:2])
    assert form["notes"] == ["Seen"]
    assert client.post(f"/batches/{batch_id}/answer", form).status_code == 303
    assert [one.decisions.count() for one in sessions] == [2, 2, 1]


@pytest.mark.req("S15")
def test_an_answer_to_the_same_step_stays_chosen(page, engineer, three):
    """The path grew and leads to the same question again, as a loop does."""
    batch_id, sessions = three
    for one in sessions:
        answer(engineer, one, 0)
        Session.objects.filter(pk=one.pk).update(current_node="scope")
    stale = [f"{one.pk}:1" for one in sessions]
    sent = {"node_id": "scope", "choice": 1, "notes": "Seen", "target": stale}
    response = page(engineer).post(f"/batches/{batch_id}/answer", sent)
    assert response.status_code == 409
    form = form_to(response, f"/batches/{batch_id}/answer")
    assert (form["choice"], form["notes"], len(form["target"])) == (["1"], ["Seen"], 3)


def test_one_that_was_completed_meanwhile_is_offered_nothing(page, engineer, three):
    batch_id, sessions = three
    for one in sessions:
        answer(engineer, one, 0)
        complete(user=engineer, pk=one.pk, outcome="resolved")
    sent = {"node_id": "scope", "choice": 0, "notes": "Seen", "target": marks(sessions)}
    response = page(engineer).post(f"/batches/{batch_id}/answer", sent)
    assert response.status_code == 409
    assert "Answer it where it stands" not in text(response)
    assert "Seen</textarea>" in text(response)


def test_the_session_page_says_that_it_was_answered_for_several_targets(page, engineer, three):
    batch_id, sessions = three
    client = page(engineer)
    sent = {"node_id": "scope", "choice": 0, "target": marks(sessions)}
    client.post(f"/batches/{batch_id}/answer", sent)
    shown = text(client.get(f"/sessions/{sessions[0].pk}"))
    assert "Answered for 3 targets together" in shown
    assert f'href="/batches/{batch_id}"' in shown
