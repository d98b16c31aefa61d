"""A plain form that is sent while signed out, without scripts: after signing in, its person gets it
back with all that was typed, and sends it on.
"""

import html
import re
import time
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from accounts_app.kept_forms import services
from accounts_app.models import BrowserSession, User
from tests.crossings.stored_rows import is_stored, stored, words_of
from tests.crossings.writes import WRITES, Write, person
from tests.factories import PASSWORD
from tests.html_forms import form_to, forms_of
from tests.permissions.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.req("S15", "I5")]
TYPED = [write for write in WRITES if write.typed and write.way in ("", "plain") and write.keeps]
KEPT = "/sign-in/form"
START = next(write for write in WRITES if write.name == "session-start")


@pytest.fixture
def world() -> World:
    return World.make()


def sign_in(client: Client, user: User, to: str = "") -> HttpResponse:
    sent = {"username": user.sign_in_name, "password": PASSWORD, "next": to}
    answer: HttpResponse = client.post("/sign-in", sent)
    assert answer.status_code == 302
    return answer


def signed_out_browser(user: User) -> Client:
    """Return a browser in which `user` was signed in, until their session ended."""
    client = Client()
    sign_in(client, user)
    end_sessions(user)
    return client


def end_sessions(user: User) -> None:
    BrowserSession.objects.filter(user=user).delete()


def send(client: Client, write: Write, world: World) -> str:
    """Send the form, signed out, and return the page that follows the sign-in."""
    form = write.form(world)
    before = stored()
    answer = client.post(form.url, form.data, headers={"Referer": "http://testserver/flows?q=vpn"})
    assert answer.status_code == 302
    assert stored() == before
    page = client.get(answer["Location"])
    [_, fields] = next(one for one in forms_of(page) if "password" in one[1])
    return str(fields["next"][0])


def send_on(client: Client, page: Any) -> Any:
    answer = client.post(KEPT, form_to(page, KEPT), follow=True)
    if answer.status_code == 403 and answer.context.get("sent"):  # it asks for the password again
        fields = form_to(answer, answer.context["address"], having="confirm_password")
        answer = client.post(
            answer.context["address"], {**fields, "confirm_password": PASSWORD}, follow=True
        )
    return answer


@pytest.mark.parametrize("write", TYPED, ids=lambda write: write.name)
def test_each_form_comes_back_and_is_sent_on(write: Write, world: World) -> None:
    user = person(world, write.by)
    client = signed_out_browser(user)
    following = send(client, write, world)
    assert following.startswith(f"{KEPT}?")
    assert sign_in(client, user, following)["Location"] == following
    page = client.get(following)
    for text in write.typed.values():
        assert all(line in words_of(page) for line in text.split("\n"))
    answer = send_on(client, page)
    if write.name == "session-attach":  # its file has to be chosen again: the form says so
        assert answer.status_code == 422
        assert all(is_stored(text) or text in words_of(answer) for text in write.typed.values())
        return
    assert answer.status_code == 200
    assert [text for text in write.typed.values() if not is_stored(text.split("\n")[0])] == []
    assert services.SESSION_KEY not in client.session


def test_it_is_nobody_elses(world: World) -> None:
    owner, mate = person(world), person(world, "assignee")
    client = signed_out_browser(owner)
    following = send(client, START, world)
    sign_in(client, mate, following)
    page = client.get(following)
    assert page.status_code == 302
    before = stored()
    assert client.post(KEPT, {"ticket_number": "x"}).status_code == 302
    assert stored() == before
    assert services.SESSION_KEY not in client.session


def test_nothing_is_kept_for_a_browser_in_which_nobody_signed_in(world: World) -> None:
    client, form = Client(), START.form(world)
    answer = client.post(form.url, form.data)
    assert KEPT not in answer["Location"]
    assert not BrowserSession.objects.exists()


def test_no_password_is_kept_and_files_are_named(world: World) -> None:
    client = signed_out_browser(person(world))
    write = next(one for one in WRITES if one.name == "address-change")
    form = write.form(world)
    client.post(form.url, {**form.data, "confirm_password": PASSWORD, "confirm_code": "123456"})
    kept = client.session[services.SESSION_KEY]
    assert kept["fields"] == [["email", write.typed["email"]]]
    assert PASSWORD not in str(kept)
    with_file = next(one for one in WRITES if one.name == "session-answer" and one.typed)
    form = with_file.form(world)
    file = next(one for one in WRITES if one.name == "session-attach").form(world).data
    end_sessions(person(world))
    client.post(form.url, {**form.data, **file})
    following = sign_in(client, person(world), KEPT)["Location"]
    assert "second.log" in words_of(client.get(following))


def test_its_address_is_ours_whatever_is_sent(world: World) -> None:
    user = person(world)
    client = signed_out_browser(user)
    following = send(client, START, world)
    sign_in(client, user, following)
    sent = {**form_to(client.get(following), KEPT), "address": "https://evil.example/"}
    assert client.post(KEPT, sent)["Location"] == START.form(world).url
    for page in ("https://evil.example/", "//evil.example", "javascript:alert(1)"):
        assert client.get(KEPT, {"page": page})["Location"] == "/"


def test_its_token_is_asked_for_on_both_ways(world: World) -> None:
    user = person(world)
    client = signed_out_browser(user)
    following = send(client, START, world)
    sign_in(client, user, following)
    page = client.get(following)
    client.handler.enforce_csrf_checks = True
    fields = form_to(page, KEPT)
    before = stored()
    assert client.post(KEPT, {**fields, "csrfmiddlewaretoken": "x"}).status_code == 403
    assert stored() == before
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.content.decode())
    assert token
    assert (
        client.post(KEPT, {**fields, "csrfmiddlewaretoken": token[1]}, follow=True).status_code
        == 200
    )
    assert stored() != before


def test_it_can_be_dropped_and_ends_by_itself(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = person(world)
    client = signed_out_browser(user)
    following = send(client, START, world)
    sign_in(client, user, following)
    dropped = client.post(f"{KEPT}/drop")
    assert (dropped.status_code, dropped["Location"]) == (303, "/flows?q=vpn")
    assert services.SESSION_KEY not in client.session
    end_sessions(user)
    send(client, START, world)
    sign_in(client, user)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + services.MAX_SECONDS + 1)
    assert client.get(KEPT).status_code == 302


def test_what_is_typed_is_text(world: World) -> None:
    user = person(world)
    client = signed_out_browser(user)
    form = START.form(world)
    client.post(form.url, {**form.data, "client_name": '"><script>alert(1)</script>'})
    sign_in(client, user)
    page = client.get(KEPT).content.decode()
    assert "<script>alert(1)" not in page
    assert '"><script>alert(1)</script>' in html.unescape(page)
