"""What lists and marks show of a session after every write that may change it ([H1])."""

import pytest

from sessions_app import services
from sessions_app.handover import notices
from sessions_app.handover import services as handover_services
from sessions_app.models import Session
from tests.factories import TeamFactory, UserFactory
from tests.sessions_app.run.browser_driver import HTMX, Browser, text
from tests.sessions_app.run_driver import Run, prepared

pytestmark = [pytest.mark.django_db, pytest.mark.req("H1", "H4")]


@pytest.fixture
def run(engineer):
    return Run(engineer)


@pytest.fixture
def browser(page, run):
    return Browser(page(run.user), run.now)


def reloads_the_sidebar(response):
    return "sessions-changed" in response.headers.get("HX-Trigger", "")


# -- title × everything that moves the path ------------------------------------------------------


def test_bringing_steps_back_renames_in_the_sidebar(run, browser):
    run.answer(0)
    run.answer()
    run.again(1, 1)
    Session.objects.filter(pk=run.pk).update(title="Before")
    response = browser.post(
        "bring-back", {"discarded_branch": str(run.discarded_branches[0].id)}, HTMX
    )
    assert run.now.title != "Before"
    assert reloads_the_sidebar(response)


def test_inserting_a_step_renames_in_the_sidebar(run, browser):
    run.answer(0)
    run.answer()
    Session.objects.filter(pk=run.pk).update(title="")
    first = run.now.decisions.get(position=1)
    response = browser.post(
        "add-custom-step", {"title": "Restart the print spooler", "after": str(first.pk)}, HTMX
    )
    assert run.now.title
    assert reloads_the_sidebar(response)


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("add-custom-step", {"title": "Look at the router"}),
        ("variables", {"variable-gateway": "gw-1"}),
    ],
)
def test_the_first_write_of_a_prepared_session_shows_in_the_sidebar(page, engineer, name, form):
    waiting = prepared(engineer, engineer)
    response = Browser(page(engineer), waiting).post(name, form, HTMX)
    assert response.status_code == 200
    assert reloads_the_sidebar(response)


def test_a_write_that_changes_nothing_there_leaves_the_sidebar_alone(run, browser):
    run.answer(0)
    run.answer()
    services.set_title(user=run.user, pk=run.pk, title="Anke's VPN")
    assert not reloads_the_sidebar(browser.answer(1, HTMX))


def test_a_refused_write_shows_what_others_have_made_of_it(run, browser):
    run.answer(0)
    response = browser.post("answer", {"position": "1", "node_id": "ping", "notes": "x"}, HTMX)
    assert response.status_code == 409
    assert reloads_the_sidebar(response)


# -- hand-over × going back ----------------------------------------------------------------------


@pytest.fixture
def receiver(run):
    team = TeamFactory(account=run.user.account)
    run.user.team = team
    run.user.save()
    return UserFactory(account=run.user.account, team=team)


def is_new(run, viewer):
    shown = notices.notice_for(viewer, run.now).is_new
    assert bool(notices.badges_for(viewer, [run.pk])) == shown
    return shown


@pytest.fixture
def handed(run, receiver):
    run.answer(0)
    run.answer()
    handover_services.hand_over(user=run.user, pk=run.pk, to=receiver.pk)
    run.user = receiver
    return run


@pytest.mark.req("U6")
def test_a_hand_over_is_not_new_again_after_going_back(handed, receiver):
    assert is_new(handed, receiver)
    handed.answer(1)
    assert not is_new(handed, receiver)
    handed.again(1, 2)
    assert handed.now.decision_count < 2
    assert not is_new(handed, receiver)


@pytest.mark.req("U6")
def test_going_back_at_once_takes_a_session_up_too(handed, receiver):
    handed.again(1, 1)
    assert not is_new(handed, receiver)


def test_changing_a_recorded_step_takes_a_session_up_too(handed, receiver):
    handed.again(1, 0, notes="Two users.")
    assert not is_new(handed, receiver)


def test_one_handed_over_twice_is_new_again(handed, receiver):
    giver = handed.now.handovers.get().from_user
    handed.answer(1)
    handover_services.hand_over(user=receiver, pk=handed.pk, to=giver.pk)
    handed.user = giver
    assert is_new(handed, giver)


def test_a_closed_card_says_what_was_recorded_not_who_handed_it_over(page, handed, receiver):
    form = {"outcome": "resolved", "revision": handed.now.revision, "shape": "card"}
    response = page(receiver).post(f"/sessions/{handed.pk}/close", form, headers=HTMX)
    assert "2 steps recorded" in text(response)
    assert "handed it to you" not in text(response)


# -- prepared × for whom -------------------------------------------------------------------------


@pytest.mark.req("S10")
def test_a_session_prepared_for_oneself_waits_for_nobody(page, engineer):
    waiting = prepared(engineer, engineer, prepared_by=engineer)
    assert f"Waits for {engineer.display_name}" not in text(page(engineer).get("/"))
    detail = text(page(engineer).get(f"/sessions/{waiting.pk}"))
    assert f"for {engineer.display_name}" not in detail


@pytest.mark.req("S10")
def test_a_session_prepared_for_another_waits_for_them(page, engineer, colleague):
    prepared(engineer, colleague, prepared_by=engineer)
    assert f"Waits for {colleague.display_name}" in text(page(engineer).get("/"))
