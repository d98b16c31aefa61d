"""Which addresses a step may list, and what becomes of those that it shouldn't."""

import uuid

import pytest
from django.urls import reverse

from sessions_app.attachments import services
from tests.factories import add_decision, make_session

pytestmark = [pytest.mark.django_db, pytest.mark.req("S4", "U1")]

HOSTILE = [
    "/attachments/../settings/keys/21/revoke?x=",
    "/attachments/{file}/../../settings",
    "/attachments/{file}?x=",
    "/attachments/{file}/remove",
    "/attachments/{other}",
    "/attachments/" + str(uuid.UUID(int=1)),
    "/attachments/",
    "/admin/",
    "//evil.example/x",
    "javascript:alert(1)",
    "data:text/html,x",
    "https://",
    "https:///x",
]


@pytest.fixture
def two_files(engineer, colleague):
    mine, theirs = make_session(engineer), make_session(colleague)
    own, other = (
        services.add_attachment(user=work_session.user, pk=work_session.pk, name="a.log", data=b"1")
        for work_session in (mine, theirs)
    )
    return mine, own, other


@pytest.mark.parametrize("address", HOSTILE)
def test_another_address_is_refused(api, engineer, two_files, address):
    work_session, own, other = two_files
    url = address.replace("{file}", str(own.pk)).replace("{other}", str(other.pk))
    step = {"node_id": "scope", "attachments": [{"name": "x", "url": url}]}
    answer = api(engineer).put(
        f"/api/v1/sessions/{work_session.pk}", {"decisions": [step]}, format="json"
    )
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["field"] == "decisions.0.attachments.0.url"


@pytest.mark.parametrize("change", [str, str.upper])
def test_a_file_of_the_session_is_taken(api, engineer, two_files, change):
    work_session, own, _ = two_files
    url = f"/attachments/{change(str(own.pk))}"
    step = {"node_id": "scope", "attachments": [{"name": "x", "url": url}]}
    answer = api(engineer).put(
        f"/api/v1/sessions/{work_session.pk}", {"decisions": [step]}, format="json"
    )
    assert answer.status_code == 200


@pytest.mark.parametrize("address", HOSTILE)
def test_what_is_stored_nevertheless_becomes_no_link(page, engineer, two_files, address):
    work_session, own, other = two_files
    url = address.replace("{file}", str(own.pk)).replace("{other}", str(other.pk))
    add_decision(work_session, attachments=[{"name": "Lamp.png", "url": url}])
    for route in ("session-detail", "session-run"):
        address = reverse(route, args=[work_session.pk]) + "?step=1"
        shown = page(engineer).get(address).content.decode()
        assert "Lamp.png" in shown
        assert f'href="{url}' not in shown
        assert f'hx-post="{url}' not in shown
        assert f'formaction="{url}' not in shown
