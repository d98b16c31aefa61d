"""Preparing a session and starting a prepared one, at the door."""

import re

import pytest

from sessions_app.models import Session
from sessions_app.preparing import services as preparing_services
from tests.factories import TeamFactory, TreeFactory, UserFactory, make_session
from tests.flat_html import flat_html

pytestmark = [pytest.mark.django_db, pytest.mark.req("S10")]


def text(response):
    return flat_html(response)


@pytest.fixture
def team(account, engineer, colleague):
    team = TeamFactory(account=account)
    for user in (engineer, colleague):
        user.team = team
        user.save()
    return team


@pytest.fixture
def flow(author):
    return TreeFactory(author=author, published=True)


def choices(response):
    options = re.search(r'<select[^>]*name="assigned_to_id".*?</select>', text(response), re.S)[0]
    return re.findall(r'value="([0-9a-f-]{36})"', options)


def test_the_form_offers_the_team_and_the_flows_variables(
    page, engineer, colleague, team, flow, stranger
):
    UserFactory(account=engineer.account, team=team, role="viewer")
    UserFactory(account=engineer.account)
    response = page(engineer).get(f"/flows/{flow.pk}/prepare")
    assert choices(response) == [str(engineer.pk), str(colleague.pk)]
    for name in ("variable-gateway", "variable-contact", "variable-passphrase"):
        assert f'name="{name}"' in text(response)


def test_it_prepares_and_shows_what_waits_with_whom(page, engineer, colleague, team, flow):
    response = page(engineer).post(
        f"/flows/{flow.pk}/prepare",
        {
            "ticket_number": "T-1",
            "client_name": "Contoso",
            "assigned_to_id": colleague.pk,
            "variable-gateway": "gw1",
            "variable-contact": " ",
        },
        follow=True,
    )
    work_session = Session.objects.get()
    assert response.redirect_chain == [(f"/sessions/{work_session.pk}", 303)]
    assert work_session.state == "prepared"
    assert work_session.session_variables == {"gateway": "gw1"}
    assert (work_session.ticket_number, work_session.client_name) == ("T-1", "Contoso")
    shown = text(response)
    assert f"Prepared for {colleague.display_name}." in shown
    assert f"for <strong>{colleague.display_name}</strong>" in shown
    assert f'action="/sessions/{work_session.pk}/begin"' in shown
    mine = page(engineer).get("/").context
    assert [card.assigned_to for card in mine["with_others"]] == [colleague.display_name]
    assert mine["prepared"] == []
    theirs = page(colleague).get("/")
    assert [card.prepared_by for card in theirs.context["prepared"]] == [engineer.display_name]
    assert f"Prepared by {engineer.display_name}" in text(theirs)


def test_without_an_assignee_it_waits_for_who_prepared_it(page, engineer, flow):
    page(engineer).post(f"/flows/{flow.pk}/prepare", {})
    context = page(engineer).get("/").context
    assert len(context["prepared"]) == 1
    assert context["with_others"] == []


def test_errors_stand_at_their_fields_with_what_was_typed(page, engineer, flow, stranger):
    response = page(engineer).post(
        f"/flows/{flow.pk}/prepare",
        {"client_name": "Contoso", "variable-gateway": "two words"},
    )
    shown = text(response)
    assert response.status_code == 422
    assert 'value="two words"' in shown
    assert 'value="Contoso"' in shown
    assert re.search(r'id="p-variable-gateway-error"[^>]*>Type a host name', shown)
    response = page(engineer).post(
        f"/flows/{flow.pk}/prepare", {"assigned_to_id": stranger.pk, "ticket_number": "x" * 101}
    )
    assert response.status_code == 422
    assert 'id="p-ticket-error"' in text(response)
    response = page(engineer).post(f"/flows/{flow.pk}/prepare", {"assigned_to_id": stranger.pk})
    assert response.status_code == 422
    assert "Choose one of the people in the list." in text(response)
    assert not Session.objects.exists()


def test_a_draft_isnt_prepared(page, author):
    flow = TreeFactory(author=author)
    response = page(author).get(f"/flows/{flow.pk}/prepare")
    assert (response.status_code, response["Location"]) == (303, f"/flows/{flow.pk}")


@pytest.mark.req("S4")
def test_the_assignee_starts_it_and_becomes_its_owner(page, engineer, colleague, team, flow):
    work_session = preparing_services.prepare(user=engineer, tree=flow, assigned_to_id=colleague.pk)
    response = page(colleague).post(f"/sessions/{work_session.pk}/begin")
    assert (response.status_code, response["Location"]) == (303, f"/sessions/{work_session.pk}/run")
    work_session.refresh_from_db()
    assert (work_session.state, work_session.user) == ("active", colleague)
    flow.refresh_from_db()
    assert flow.usage_count == 1


def test_starting_twice_changes_nothing(page, engineer, flow):
    work_session = make_session(engineer, tree=flow)
    before = Session.objects.values().get()
    page(engineer).post(f"/sessions/{work_session.pk}/begin")
    assert Session.objects.values().get() == before


def test_looking_at_the_run_doesnt_start_it(page, engineer, flow):
    work_session = preparing_services.prepare(user=engineer, tree=flow)
    assert page(engineer).get(f"/sessions/{work_session.pk}/run").status_code == 200
    work_session.refresh_from_db()
    assert work_session.started_at is None


def test_the_first_write_starts_it_too(page, engineer, flow):
    work_session = preparing_services.prepare(user=engineer, tree=flow)
    page(engineer).post(
        f"/sessions/{work_session.pk}/answer", {"position": 1, "node_id": "scope", "choice": 0}
    )
    work_session.refresh_from_db()
    assert (work_session.state, work_session.decision_count) == ("active", 1)


def test_a_completed_one_isnt_started_again(page, engineer):
    work_session = make_session(engineer)
    work_session.completed_at, work_session.outcome = work_session.started_at, "resolved"
    work_session.save()
    response = page(engineer).post(f"/sessions/{work_session.pk}/begin", follow=True)
    assert "This session is completed" in text(response)


def test_the_flow_page_offers_it_beside_start(page, engineer, viewer, flow):
    link = f'href="/flows/{flow.pk}/prepare"'
    assert link in text(page(engineer).get(f"/flows/{flow.pk}"))
    assert link not in text(page(viewer).get(f"/flows/{flow.pk}"))
