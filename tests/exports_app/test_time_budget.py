"""Text that takes too long to look through is refused with words, and never exported unmasked."""

import time

import pytest

from resolutionflow.redaction import BudgetExceeded, find, limit_time, time_budget
from tests.factories import add_decision, make_completed

pytestmark = [pytest.mark.django_db, pytest.mark.req("R4")]
SECRET = "password: Winter-2024!"


@pytest.fixture
def work_session(engineer):
    made = make_completed(engineer)
    add_decision(made, notes=SECRET)
    return made


@pytest.fixture
def no_time(monkeypatch):
    monkeypatch.setattr(time_budget, "MAX_SECONDS", -1.0)


def test_a_search_within_its_time_is_as_ever():
    with limit_time():
        assert find(SECRET) == find(SECRET)


def test_a_search_ends_soon_after_its_time():
    hostile = "key=.." * 50_000
    started = time.thread_time()
    with pytest.raises(BudgetExceeded), limit_time(0.2):
        find(hostile)
    assert time.thread_time() - started < 15
    assert find(SECRET)  # there is no limit outside


def test_the_api_says_so(api, engineer, no_time):
    answer = api(engineer).post("/api/v1/redact", {"text": SECRET})
    assert answer.status_code == 422
    assert "takes too long" in answer.json()["detail"]
    assert "Winter" not in answer.content.decode()


def test_an_export_says_so_and_is_not_recorded(api, engineer, work_session, no_time):
    address = f"/api/v1/sessions/{work_session.pk}/export"
    answer = api(engineer).post(address, {"redaction_mode": "mask"})
    assert answer.status_code == 422
    assert "Winter" not in answer.content.decode()
    work_session.refresh_from_db()
    assert work_session.exported is False
    assert api(engineer).post(address, {}).status_code == 200


@pytest.mark.parametrize("part", ["export", "preview", "rendered"])
def test_a_page_says_so(page, engineer, work_session, part, no_time):
    path = {"rendered": "preview/rendered"}.get(part, part)
    answer = page(engineer).post(f"/sessions/{work_session.pk}/{path}", {"redaction_mode": "mask"})
    assert answer.status_code == 422
    assert answer["Content-Type"].startswith("text/plain")
    assert "takes too long" in answer.content.decode()
