"""Every form and write of the pages × what may have happened while somebody filled it in.

Whatever happened: nothing is written under another's name, nothing twice, what was typed stands on
the page (or stays in the browser's form, which a script's request leaves alone), and words say what
happened.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import html5lib
import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import Client

from accounts_app.models import BrowserSession, User
from resolutionflow.web.typed_texts import label_of
from sessions_app.completion import services as completion_services
from tests.crossings.stored_rows import counts, is_stored, stored, words_of
from tests.crossings.writes import NOT_FILLED_IN, WITHOUT_FORM, WRITES, Form, Write, person
from tests.factories import confirm
from tests.permissions.page_table import ELSEWHERE
from tests.permissions.world import World, addresses

pytestmark = [pytest.mark.django_db, pytest.mark.req("S15", "I5", "A4")]
STALE_TOKEN = "a" * 32
SCRIPT = "script"
WAYS = [
    pytest.param(write, way, id=f"{write.name}-{way}")
    for write in WRITES
    for way in ("plain", SCRIPT)
    if write.way in ("", way)
]
each_form = pytest.mark.parametrize(("write", "way"), WAYS)
DONE = (200, 204, 302, 303)


# -- what there is -------------------------------------------------------------------------------


def test_every_address_that_takes_a_post_is_in_the_matrix(world: World) -> None:
    pages = {name for route, name in addresses() if name and not route.startswith(ELSEWHERE)}
    addresses_by_name = {name: world.url(name) for name in pages}
    take = {
        name
        for name, url in addresses_by_name.items()
        if signed_in(person(world)).post(url).status_code != 405
    }
    known = {write.name for write in WRITES} | WITHOUT_FORM
    assert not known & NOT_FILLED_IN.keys()
    assert take == known | NOT_FILLED_IN.keys(), "Add the new writes to tests/crossings/writes.py."


def test_every_form_of_every_template_leads_to_one_of_them() -> None:
    known = {write.name for write in WRITES} | WITHOUT_FORM | NOT_FILLED_IN.keys()
    form = re.compile(r"<form\b[^>]*>|<[a-z-]+\b[^>]*hx-post=[^>]*>", re.DOTALL)
    address = re.compile(r"""(?:action|formaction|hx-post)="\{% url '([a-z-]+)'""")
    found = {
        name
        for path in Path(settings.BASE_DIR, "templates").rglob("*.html")
        for tag in form.findall(path.read_text())
        if "hx-post" in tag or 'method="post"' in tag
        for name in address.findall(tag)
    }
    assert len(found) > 25
    assert found - known == set()


PAGES = (
    "settings",
    "password_change",
    "flow-list",
    "flow-detail",
    "session-prepare",
    "batch-new",
    "dashboard",
    "session-list",
    "session-detail",
    "session-rename",
    "session-ticket",
    "session-run",
    "session-hand-over",
    "session-save-as-flow",
    "session-complete",
    "session-step-library",
    "session-preview",
    "batch-detail",
)
# Passwords are never shown, and searches are asked again; the preview keeps its texts itself.
NOT_SHOWN = re.compile(
    r"old_password|new_password[12]|q|tree_name|.*-to-.*|issue|impact|status|resolution|max_step_index"
)


def test_every_field_that_takes_text_is_shown_again(world: World) -> None:
    """Whatever a form of a page has, on whatever page: an error page can show what was typed."""
    unknown = {}
    for name in PAGES:
        page = signed_in(person(world, "admin" if name == "settings" else "owner"))
        address = world.url(name) + ("?step=scope" if name == "batch-detail" else "")
        root = html5lib.parse(page.get(address).content.decode(), namespaceHTMLElements=False)
        forms = [form for form in root.iter("form") if form.get("method") == "post"]
        fields = [field for form in forms for field in form.iter() if takes_text(field)]
        names = [
            field.get("name") for field in fields if not NOT_SHOWN.fullmatch(field.get("name"))
        ]
        unknown |= {field: name for field in names if not label_of(field)}
    assert unknown == {}, "Add their labels to resolutionflow/web/typed_texts.py."


def takes_text(field: Any) -> bool:
    if not field.get("name"):
        return False
    if field.tag == "input":
        return field.get("type", "text") in ("text", "email", "number", "search", "date", "url")
    return bool(field.tag == "textarea")


# -- the world, before and after -----------------------------------------------------------------


@pytest.fixture
def world() -> World:
    return World.make()


def signed_in(user: User, **options: Any) -> Client:
    client = Client(**options)
    client.force_login(user)
    confirm(client)  # the password, a moment ago
    return client


# -- what may happen -----------------------------------------------------------------------------


@dataclass
class Attempt:
    """One form that somebody has open, about to be sent; `headers` are those of a script."""

    write: Write
    world: World
    form: Form
    user: User
    client: Client
    headers: dict[str, str]

    def post(self, **more: Any) -> HttpResponse:
        headers = {**self.headers, **more.pop("headers", {})}
        answer: HttpResponse = self.client.post(
            self.form.url, {**self.form.data, **more}, headers=headers
        )
        return answer

    @property
    def is_script(self) -> bool:
        return bool(self.headers)


def signed_out(attempt: Attempt) -> HttpResponse:
    BrowserSession.objects.filter(user=attempt.user).delete()
    answer = attempt.post()
    assert answer.status_code == (401 if attempt.is_script else 302)
    return answer


def deactivated(attempt: Attempt) -> HttpResponse:
    User.objects.filter(pk=attempt.user.pk).update(is_active=False)
    try:
        return attempt.post()
    finally:
        User.objects.filter(pk=attempt.user.pk).update(is_active=True)


def token_renewed(attempt: Attempt) -> HttpResponse:
    """Signed in anew in another tab. (The pages' scripts renew the token: see tests/e2e.)"""
    attempt.client = signed_in(attempt.user, enforce_csrf_checks=True)
    attempt.client.get("/settings")
    answer = attempt.post(csrfmiddlewaretoken=STALE_TOKEN, headers={"X-CSRFToken": STALE_TOKEN})
    assert answer.status_code == 403
    return answer


def somebody_else(attempt: Attempt) -> HttpResponse:
    """Another person signed in in the same browser: their sign-in renewed the token, too."""
    other = person(attempt.world, "assignee")
    attempt.client = signed_in(other, enforce_csrf_checks=not attempt.is_script)
    attempt.client.get("/settings")
    answer = attempt.post(csrfmiddlewaretoken=STALE_TOKEN)
    assert answer.status_code == (409 if attempt.is_script else 403)
    if attempt.is_script:
        assert other.display_name in answer.json()["message"]
    return answer


def role_taken_away(attempt: Attempt) -> HttpResponse | None:
    if not attempt.write.needs:
        return None
    before = attempt.user.role
    less = User.Role.ENGINEER if attempt.write.needs == "admin" else User.Role.VIEWER
    User.objects.filter(pk=attempt.user.pk).update(role=less)
    try:
        answer = attempt.post()
    finally:
        User.objects.filter(pk=attempt.user.pk).update(role=before)
    assert answer.status_code == 403
    return answer


@contextmanager
def database_away() -> Iterator[None]:
    def refuse(*args: Any) -> Any:
        raise OperationalError("the connection is closed")

    with connection.execute_wrapper(refuse):
        yield


def server_answers_503(attempt: Attempt) -> HttpResponse:
    attempt.client.raise_request_exception = False
    with database_away():
        answer = attempt.post()
    assert answer.status_code == 503
    return answer


EVENTS: tuple[Callable[[Attempt], HttpResponse | None], ...] = (
    signed_out,
    deactivated,
    token_renewed,
    somebody_else,
    role_taken_away,
    server_answers_503,
)


def is_kept(text: str, answer: HttpResponse, attempt: Attempt) -> bool:
    """Return whether a text is on the page that came, or stays in the form of a script's page.

    Whoever is sent to sign in finds a plain form filled in again (`static/js/signed-in.js`).
    """
    if attempt.is_script:
        return answer.status_code in (400, 401, 403, 409, 422, 503)
    if answer.status_code == 302:
        return answer["Location"].startswith("/sign-in?next=")
    return all(line in words_of(answer) for line in text.split("\n"))


def headers_of(way: str, user: User) -> dict[str, str]:
    return {"HX-Request": "true", "X-Page-User": str(user.pk)} if way == SCRIPT else {}


@each_form
def test_nothing_is_lost_and_nothing_is_written(write: Write, way: str, world: World) -> None:
    """And once all is well again, the very same form is taken."""
    user = person(world, write.by)
    form = write.form(world)
    headers = headers_of(way, user)
    before, wrong = stored(), []
    for event in EVENTS:
        attempt = Attempt(write, world, form, user, signed_in(user), headers)
        answer = event(attempt)
        if answer is None:
            continue
        if stored() != before:
            wrong.append(f"{event.__name__}: something was written")
        wrong += [
            f"{event.__name__}: {name} is lost ({answer.status_code})"
            for name, text in write.typed.items()
            if not is_kept(text, answer, attempt)
        ]
    assert not wrong
    done = Attempt(write, world, form, user, signed_in(user), headers).post()
    assert done.status_code in DONE
    assert [text for text in write.typed.values() if not is_stored(text.split("\n")[0])] == []


@each_form
def test_sent_twice_it_is_done_once(write: Write, way: str, world: World) -> None:
    user = person(world, write.by)
    form = write.form(world)
    attempt = Attempt(write, world, form, user, signed_in(user), headers_of(way, user))
    assert attempt.post().status_code in DONE
    once = counts()
    again = attempt.post()
    assert again.status_code < 500
    assert counts() == once or not write.keeps  # each export is logged
    assert [text for text in write.typed.values() if not is_stored(text.split("\n")[0])] == []


MOVED_ON = [write for write in WRITES if write.of]


@pytest.mark.parametrize("write", MOVED_ON, ids=lambda write: write.name)
def test_what_it_is_about_has_moved_on(write: Write, world: World) -> None:
    """A colleague completed the session, or an author took the flow back: what was typed is taken,
    or it stands on the page that says why not.
    """
    user = person(world, write.by)
    headers = headers_of(write.way or "plain", user)
    attempt = Attempt(write, world, write.form(world), user, signed_in(user), headers)
    if write.of == "session":
        completion_services.complete(
            user=person(world, "assignee"), pk=world.work_session.pk, outcome="resolved"
        )
    else:
        type(world.tree).objects.filter(pk=world.tree.pk).update(is_active=False)
    answer = attempt.post()
    assert answer.status_code in (200, 303, 400, 404, 409, 422)
    lost = [
        name
        for name, text in write.typed.items()
        if not is_stored(text.split("\n")[0]) and not is_kept(text, answer, attempt)
    ]
    assert not lost, answer.status_code
