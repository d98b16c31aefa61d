"""What every call about a session shares: bad input, and who may call."""

import uuid
from datetime import UTC, datetime

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts_app.models import User
from sessions_app import limits, permissions
from sessions_app.models import Decision, Session
from tests.factories import TeamFactory, UserFactory, make_key, make_session
from tests.sessions_app.api_helpers import url

pytestmark = [pytest.mark.django_db, pytest.mark.req("S16", "A1", "A2")]


# -- what every call shares ---------------------------------------------------------------------


@pytest.mark.req("S16")
def test_null_instead_of_an_object_is_422(api, engineer):
    answer = send(api(engineer), make_session(engineer), b"null")
    assert answer.status_code == 422
    assert [problem["field"] for problem in answer.json()["detail"]] == [""]


def send(client, work_session, body, content_type="application/json"):
    return client.generic("PUT", url(work_session), body, content_type=content_type)


@pytest.mark.req("S16")
@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"{'scratchpad': 1}",
        b'{"scratchpad": NaN}',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"a":' * 200 + b"1" + b"}" * 200,
        b'{"custom_steps": [1e400]}',
        b"9" * 5_000,
    ],
)
def test_what_isnt_json_is_400(api, engineer, body):
    answer = send(api(engineer), make_session(engineer), body)
    assert answer.status_code == 400
    assert isinstance(answer.json()["detail"], str)


@pytest.mark.req("S16")
def test_other_content_types_are_415(api, engineer):
    work_session = make_session(engineer)
    for kind in (
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
    ):
        answer = send(api(engineer), work_session, b"scratchpad=x", kind)
        assert answer.status_code == 415
        assert answer["Content-Type"] == "application/json; charset=utf-8"


@pytest.mark.req("S16")
def test_five_megabytes_of_log_fit_where_the_limits_say_so(api, engineer):
    work_session = make_session(engineer)
    log = "x" * limits.COMMAND_OUTPUT
    steps = [{"node_id": "ping", "command_output": log} for _ in range(5)]
    answer = api(engineer).put(url(work_session), {"decisions": steps})
    assert answer.status_code == 200
    assert Decision.objects.filter(command_output=log).count() == 5


@pytest.mark.req("S16")
def test_a_body_beyond_all_limits_is_413(api, engineer, settings):
    settings.MAX_REQUEST_BYTES = 1024
    answer = api(engineer).put(url(make_session(engineer)), {"scratchpad": "x" * 2000})
    assert answer.status_code == 413
    assert answer.json()["detail"]


@pytest.mark.req("S16")
@pytest.mark.parametrize("encoding", ["latin-1", "utf-16", "utf-16-le", "cp850"])
def test_a_body_in_another_encoding_is_told_which_one_to_send(api, engineer, encoding):
    """Windows PowerShell 5.1 sends a text as Latin-1 unless it is given bytes."""
    body = '{"scratchpad": "M\u00fcller"}'.encode(encoding)
    address = f"{url(make_session(engineer))}/scratchpad"
    answer = api(engineer).generic("PATCH", address, body, "application/json; charset=utf-8")
    assert answer.status_code == 400
    assert "Send its bytes as UTF-8" in answer.json()["detail"]


@pytest.mark.req("S16")
@pytest.mark.parametrize("kind", ["text/json", "text/plain", "application/x-www-form-urlencoded"])
def test_a_body_of_another_type_is_told_which_one_to_send(api, engineer, kind):
    address = f"{url(make_session(engineer))}/scratchpad"
    answer = api(engineer).generic("PATCH", address, "scratchpad=x", kind)
    assert answer.status_code == 415
    assert answer.json()["detail"] == "Send the body as application/json."


@pytest.mark.req("S16")
def test_wrong_methods_are_405(api, engineer):
    client = api(engineer)
    for method, address in [("DELETE", "/api/v1/sessions"), ("TRACE", "/api/v1/sessions/current")]:
        answer = client.generic(method, address)
        assert answer.status_code == 405
        assert "GET" in answer["Allow"]
        assert answer["Content-Type"] == "application/json; charset=utf-8"


@pytest.mark.req("S16")
def test_json_whatever_accept_says_and_nothing_is_cached(api, engineer):
    answer = api(engineer).get(url(make_session(engineer)), headers={"Accept": "text/html"})
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/json; charset=utf-8"
    assert answer["Cache-Control"] == "private, no-store"


# -- who; the whole matrix is in tests/permissions -------------------------------------------------


@pytest.mark.req("A1", "A2", "A4")
def test_errors_dont_tell_other_accounts_objects_from_none(api, engineer, stranger):
    theirs, none = make_session(stranger), Session(pk=uuid.uuid4())
    client = api(engineer)
    for verb, method, given in [
        ("", "get", None),
        ("", "put", {"scratchpad": "x"}),
        ("", "delete", None),
        ("complete", "post", {"outcome": "resolved"}),
        ("export", "post", {}),
    ]:
        answers = [getattr(client, method)(url(it, verb), given) for it in (theirs, none)]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].content == answers[1].content


@pytest.mark.req("A1", "A2", "A4")
def test_browser_login_works_with_csrf_only(engineer):
    client = Client(enforce_csrf_checks=True)
    client.force_login(engineer)
    work_session = make_session(engineer)
    assert client.get(url(work_session)).status_code == 200
    given = {"data": '{"scratchpad": "x"}', "content_type": "application/json"}
    refused = client.put(url(work_session), **given)
    assert refused.status_code == 403
    assert refused["Content-Type"] == "application/json; charset=utf-8"
    client.cookies["csrftoken"] = "a" * 32
    passed = client.put(url(work_session), headers={"X-CSRFToken": "a" * 32}, **given)
    assert passed.status_code == 200


@pytest.mark.req("A1", "A2", "A4")
def test_the_operator_without_an_account_sees_no_sessions(api, engineer):
    operator = User.objects.create(username="root", is_superuser=True)
    work_session = make_session(engineer)
    client = api(operator)
    assert client.get("/api/v1/sessions").json() == []
    assert client.get(url(work_session)).status_code == 404
    assert client.post("/api/v1/sessions", {"tree_id": work_session.tree_id}).status_code == 403


@pytest.mark.req("A1", "A2", "A4")
def test_names_stay_readable_when_the_tree_is_gone(api, engineer):
    work_session = make_session(engineer)
    name = work_session.tree_name
    work_session.tree.delete()
    body = api(engineer).get(url(work_session)).json()
    assert (body["tree_id"], body["tree_name"]) == (None, name)


@pytest.mark.req("A1", "A2", "A4")
def test_times_are_utc(api, engineer):
    moment = datetime(2026, 3, 1, 12, tzinfo=UTC)
    work_session = make_session(engineer, started_at=moment)
    assert api(engineer).get(url(work_session)).json()["started_at"] == "2026-03-01T12:00:00Z"


@pytest.mark.req("A1", "A2", "A4")
def test_team_mates_without_a_share_in_it_get_403(api, account):
    team = TeamFactory(account=account)
    owner, mate = (UserFactory(account=account, team=team) for _ in range(2))
    assert api(mate).get(url(make_session(owner))).status_code == 403


@pytest.mark.req("A1", "A2", "A4")
def test_a_key_that_was_made_for_a_deactivated_person_is_401(api, engineer):
    key = make_key(engineer)
    User.objects.filter(pk=engineer.pk).update(is_active=False)
    answer = APIClient().get("/api/v1/sessions", headers={"Authorization": f"Token {key}"})
    assert answer.status_code == 401


@pytest.mark.req("A1", "A2", "A4")
def test_services_and_api_agree_on_the_stale_message(api, engineer):
    answer = api(engineer).delete(url(make_session(engineer)), headers={"If-Match": '"9"'})
    assert answer.json()["detail"] == permissions.STALE_MESSAGE
