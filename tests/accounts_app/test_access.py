"""Who reaches which page at all: signed out, and by role."""

import uuid

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from tests.factories import TreeFactory, make_session

pytestmark = pytest.mark.django_db
OPEN = {
    "login",
    "account_login",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "invitation-accept",
    "mfa_authenticate",
    "mfa_login_webauthn",
    "healthz",
    "security-txt",
    "signed-in-user",
}
GUARDED_OTHERWISE = ("admin/", "api/")


def pages():
    """Return the name and path of every page of ours, from the one list of addresses."""
    found = {}
    for pattern in get_resolver().url_patterns:
        if hasattr(pattern, "url_patterns") and str(pattern.pattern) == "":
            found |= {item.name: item for item in pattern.url_patterns}
        elif hasattr(pattern, "name"):
            found[pattern.name] = pattern
    return found


def address(pattern):
    arguments = {
        name: "0" * 32 if name == "handle" else uuid.uuid4() for name in pattern.pattern.converters
    }
    return reverse(pattern.name, kwargs=arguments)


@pytest.mark.parametrize("name", sorted(set(pages()) - OPEN))
@pytest.mark.parametrize("method", ["get", "post"])
def test_every_page_asks_to_sign_in(name, method):
    response = getattr(Client(), method)(address(pages()[name]))
    if name in ("logout", "account_logout"):
        assert response.status_code in (302, 405)
        return
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("login"))


def test_an_htmx_request_takes_the_whole_page_to_the_sign_in():
    """Else the form would be swapped into the middle of a step."""
    work_session = uuid.uuid4()
    response = Client().post(
        reverse("session-answer", args=[work_session]),
        headers={
            "HX-Request": "true",
            "HX-Current-URL": f"http://testserver/sessions/{work_session}/run?step=2",
        },
    )
    assert response.status_code == 401  # a success would drop what was typed
    following = f"%2Fsessions%2F{work_session}%2Frun%3Fstep%3D2"
    assert response["HX-Redirect"] == f"{reverse('login')}?next={following}"


@pytest.mark.parametrize(
    "current", ["", "javascript:alert(1)", "https://evil.example//evil.example/"]
)
def test_a_forged_current_address_leads_nowhere_else(current, client, engineer):
    engineer.set_password("open sesame 1")
    engineer.save()
    response = client.get("/", headers={"HX-Request": "true", "HX-Current-URL": current})
    signed_in = client.post(
        response["HX-Redirect"], {"username": engineer.username, "password": "open sesame 1"}
    )
    assert signed_in.status_code == 302
    assert not signed_in["Location"].startswith(("//", "http", "javascript"))


@pytest.mark.req("A1", "A2")
@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("engineer", 200),
        ("admin", 200),
        ("integration", 200),
        ("colleague", 403),
        ("author", 403),
        ("viewer", 403),
        ("stranger", 404),
    ],
)
def test_who_opens_a_session(who, status, engineer, page, request):
    work_session = make_session(engineer, client_name="Contoso Secret")
    response = page(request.getfixturevalue(who)).get(
        reverse("session-detail", args=[work_session.pk])
    )
    assert response.status_code == status
    if status != 200:
        assert "Contoso Secret" not in response.content.decode()


# Exporting is reading, though it is a POST: it notes that a completed session was exported.
READING = {
    "session-detail",
    "session-run",
    "session-export",
    "session-exported",
    "session-preview",
    "session-rendered",
    "session-step-library",
}
SESSION_POSTS = sorted(
    name
    for name, pattern in pages().items()
    if str(pattern.pattern).startswith("sessions/<id:pk>") and name not in READING
)
VALID = {
    "position": 1,
    "node_id": "scope",
    "choice": 0,
    "notes": "",
    "title": "x",
    "sure": "yes",
    "outcome": "resolved",
    "discarded_branch": str(uuid.uuid4()),
    "scratchpad": "x",
}


@pytest.mark.req("A2", "A4")
@pytest.mark.parametrize("name", SESSION_POSTS)
@pytest.mark.parametrize(
    ("who", "status"), [("colleague", 403), ("admin", 403), ("viewer", 403), ("stranger", 404)]
)
def test_only_its_people_write_a_session(name, who, status, engineer, page, request):
    work_session = make_session(engineer)
    client = page(request.getfixturevalue(who))
    response = client.post(reverse(name, args=[work_session.pk]), VALID)
    if (name, who) == ("session-pin", "admin"):
        status = 303  # admins answer for what their account keeps; the record stays as it is
    assert response.status_code == status
    work_session.refresh_from_db()
    assert (work_session.revision, work_session.scratchpad) == (1, "")


@pytest.mark.req("A1")
def test_a_public_flow_of_another_account_shows_no_names(author, stranger, page):
    """A public flow is shared on purpose; its author and figures are not."""
    tree = TreeFactory(author=author, published=True, is_public=True)
    make_session(author, tree=tree)
    body = page(stranger).get(reverse("flow-detail", args=[tree.pk])).content.decode()
    assert tree.name in body
    assert author.last_name not in body


def test_a_script_is_answered_with_401_instead_of_a_redirect():
    """Followed, the sign-in page would be taken for the answer."""
    address = reverse("session-typing", args=[uuid.uuid4()])
    response = Client().post(address, headers={"X-Page-User": str(uuid.uuid4())})
    assert response.status_code == 401
    assert "kept" in response.json()["message"]


@pytest.mark.parametrize("referer", ["", "http://[", "http://testserver/flows/x?view=steps"])
def test_a_form_comes_back_to_its_page_after_signing_in(referer):
    """The address that took the POST has no page of its own."""
    address = reverse("session-start", args=[uuid.uuid4()])
    response = Client().post(address, headers={"Referer": referer})
    following = "%2Fflows%2Fx%3Fview%3Dsteps" if referer.endswith("steps") else ""
    assert response.status_code == 302
    assert response["Location"] == f"{reverse('login')}?next={following}"


def test_a_page_of_another_user_writes_nothing(client, engineer):
    client.force_login(engineer)
    headers = {"X-Page-User": str(uuid.uuid4())}
    refused = client.post(reverse("settings"), {"first_name": "Other"}, headers=headers)
    assert refused.status_code == 409
    assert engineer.display_name in refused.json()["message"]
    assert client.get(reverse("settings"), headers=headers).status_code == 200
    engineer.refresh_from_db()
    assert engineer.first_name != "Other"
    own = {"X-Page-User": str(engineer.pk)}
    assert client.post(reverse("settings"), {}, headers=own).status_code != 409


def test_who_is_signed_in_is_told_to_the_browser_alone(client, engineer):
    address = reverse("signed-in-user")
    assert client.get(address).json() == {"user": None, "name": ""}
    client.force_login(engineer)
    assert client.get(address).json() == {
        "user": str(engineer.pk),
        "name": engineer.display_name,
    }
