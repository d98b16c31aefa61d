"""`POST /sessions/{id}/export`: the export over the API."""

import json
import uuid

import pytest

from exports_app import service
from exports_app.options import ExportOptions
from tests.factories import add_decision, make_completed, make_session

pytestmark = [pytest.mark.django_db, pytest.mark.req("S8")]


def export(client, work_session, given=None):
    return client.post(f"/api/v1/sessions/{work_session.pk}/export", given)


@pytest.fixture
def work_session(engineer):
    made = make_session(engineer, ticket_number="T-7", scratchpad="seen from 10.1.2.3")
    add_decision(made, notes="Größe: 5 µs")
    return made


@pytest.mark.parametrize(
    ("kind", "media_type"),
    [
        (None, "text/markdown"),
        ("markdown", "text/markdown"),
        ("text", "text/plain"),
        ("html", "text/html"),
        ("psa", "text/plain"),
    ],
)
def test_the_response_is_the_text_itself(api, engineer, work_session, kind, media_type):
    response = export(api(engineer), work_session, {"format": kind} if kind else None)
    assert response.status_code == 200
    assert response["Content-Type"] == f"{media_type}; charset=utf-8"
    assert response["Content-Disposition"].startswith('attachment; filename="')
    assert "t-7" in response["Content-Disposition"]
    assert response["X-Redaction-Mode"] == "none"
    assert "X-Redaction-Summary" not in response
    expected = service.export_session(work_session, ExportOptions(format=kind or "markdown"))
    assert response.content.decode("utf-8") == expected.content


@pytest.mark.req("R3")
def test_headers_count_what_was_masked(api, engineer, work_session):
    response = export(api(engineer), work_session, {"redaction_mode": "mask"})
    assert response["X-Redaction-Mode"] == "mask"
    assert sum(json.loads(response["X-Redaction-Summary"]).values()) == 1
    assert b"10.1.2.3" not in response.content


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"format": "pdf"}, "format"),
        ({"detail_level": 5}, "detail_level"),
        ({"max_step_index": 0}, "max_step_index"),
        ({"max_step_index": 1.5}, "max_step_index"),
        ({"max_step_index": True}, "max_step_index"),
        ({"include_summary": "yes"}, "include_summary"),
        ({"redaction": "mask"}, "redaction"),
        ({"summary": []}, "summary"),
        ({"summary": {"impact": 5}}, "summary.impact"),
        ({"summary": {"impact": "\x00"}}, "summary.impact"),
        ([], "options"),
    ],
)
def test_options_that_cant_be_used_are_422_and_named(api, engineer, work_session, given, field):
    response = export(api(engineer), work_session, given)
    assert response.status_code == 422
    assert [problem["field"] for problem in response.json()["detail"]] == [field]


def test_a_whole_number_may_be_written_with_a_point(api, engineer, work_session):
    assert export(api(engineer), work_session, {"max_step_index": 1.0}).status_code == 200


def test_every_wrong_option_is_named_at_once(api, engineer, work_session):
    response = export(api(engineer), work_session, {"format": "x", "max_step_index": -1})
    assert len(response.json()["detail"]) == 2


@pytest.mark.req("X8")
def test_only_a_completed_session_is_marked(api, engineer, work_session):
    done = make_completed(engineer)
    for it, marked in ((work_session, False), (done, True)):
        before = it.revision
        assert export(api(engineer), it).status_code == 200
        it.refresh_from_db()
        assert (it.exported, it.revision) == (marked, before)


@pytest.mark.req("A2")
def test_who_exports(api, engineer, colleague, admin, integration, viewer, stranger):
    work_session = make_session(engineer)
    expected = {engineer: 200, admin: 200, integration: 200, colleague: 403, viewer: 403}
    for user, status in {**expected, stranger: 404}.items():
        assert export(api(user), work_session).status_code == status
    none = api(engineer).post(f"/api/v1/sessions/{uuid.uuid4()}/export")
    assert none.status_code == 404


@pytest.mark.req("R4")
def test_a_failed_redaction_is_500_without_content(api, engineer, work_session, monkeypatch):
    def broken(*args, **kwargs):
        raise service.RedactionFailed("broken near 10.1.2.3")

    monkeypatch.setattr(service.redact_document, "redact", broken)
    client = api(engineer)
    client.raise_request_exception = False
    response = export(client, work_session, {"redaction_mode": "mask"})
    assert response.status_code == 500
    assert b"10.1.2.3" not in response.content
    assert response["Content-Type"] == "application/json; charset=utf-8"
