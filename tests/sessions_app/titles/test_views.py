"""Renaming a session by page and API; the rule itself is `services.set_title`."""

import pytest

from tests.factories import make_completed, make_session

pytestmark = pytest.mark.req("H4")

HTMX = {"HX-Request": "true"}


@pytest.fixture
def work_session(engineer):
    return make_session(engineer, title="VPN full")


def address(work_session):
    return f"/sessions/{work_session.pk}/title"


def title_of(work_session):
    work_session.refresh_from_db()
    return work_session.title, work_session.title_by_person


def test_the_plain_form(page, engineer, work_session):
    client = page(engineer)
    assert 'value="VPN full"' in client.get(address(work_session)).content.decode()
    response = client.post(address(work_session), {"title": "  Ana's \n VPN "})
    assert (response.status_code, response["Location"]) == (303, f"/sessions/{work_session.pk}")
    assert title_of(work_session) == ("Ana's VPN", True)


def test_one_without_a_title_is_offered_one_that_would_be_taken(page, engineer):
    work_session = make_session(engineer, tree_name="Outlook can't be opened on a terminal server")
    shown = page(engineer).get(address(work_session)).context["title"]
    assert shown == "Outlook can't be opened on a t"
    page(engineer).post(address(work_session), {"title": shown})
    assert title_of(work_session) == (shown, True)


def test_in_the_heading(page, engineer, work_session):
    response = page(engineer).post(address(work_session), {"title": "<b>VPN</b>"}, headers=HTMX)
    html = response.content.decode()
    assert "<h1>&lt;b&gt;VPN&lt;/b&gt;</h1>" in html
    assert "Renamed." in html
    assert "<html" not in html


def test_cancelling_answers_what_stands(page, engineer, work_session):
    html = page(engineer).get(f"{address(work_session)}?cancel", headers=HTMX).content.decode()
    assert "<h1>VPN full</h1>" in html
    assert title_of(work_session) == ("VPN full", False)


def test_in_a_list_the_row_comes_back(page, engineer, work_session):
    values = {"title": "VPN MTU", "shape": "row"}
    html = page(engineer).post(address(work_session), values, headers=HTMX).content.decode()
    assert f'id="session-{work_session.pk}"' in html
    assert "VPN MTU" in html


@pytest.mark.parametrize("typed", ["", "   ", "x" * 31])
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_title_that_is_none_is_refused_with_what_was_typed(
    page, engineer, work_session, typed, headers
):
    response = page(engineer).post(address(work_session), {"title": typed}, headers=headers)
    html = response.content.decode()
    assert response.status_code == 422
    assert "1 to 30 characters" in html
    assert f'value="{typed}"' in html
    assert title_of(work_session) == ("VPN full", False)


def test_what_cannot_be_stored_is_cleaned(page, engineer, work_session):
    page(engineer).post(address(work_session), {"title": "VPN\x00 full"})
    assert title_of(work_session) == ("VPN full", True)


def test_a_completed_session_may_be_renamed(page, engineer):
    done = make_completed(engineer)
    page(engineer).post(address(done), {"title": "VPN MTU"})
    assert title_of(done) == ("VPN MTU", True)


def test_only_who_may_write_is_offered_it(page, engineer, admin, work_session):
    detail = f"/sessions/{work_session.pk}"
    assert "data-rename" in page(engineer).get(detail).content.decode()
    assert "data-rename" not in page(admin).get(detail).content.decode()
