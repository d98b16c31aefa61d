"""A form that makes something makes it once: clicked twice, sent again, two at once."""

import re
from collections.abc import Callable
from pathlib import Path
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from accounts_app.models import Submission
from resolutionflow.templatetags.submission_token import TOKEN_FIELD
from tests.factories import add_decision, confirm
from tests.permissions.creating_forms import CHANGING, CREATING
from tests.permissions.page_table import TABLE
from tests.permissions.world import World, read_table
from tests.sessions_app.threads import at_once

pytestmark = pytest.mark.req("I4")
FORM = re.compile(r"<form\b.*?</form>", re.DOTALL)
TOKENED = [name for name, (field, _) in CREATING.items() if field == TOKEN_FIELD]
# Refused with these contents; a start has nothing that could be wrong but its length.
REFUSED: dict[str, dict[str, Any]] = {
    "api-key-create": {"name": ""},
    "scim-key-create": {"name": ""},
    "session-start": {"ticket_number": "7" * 101},
    "session-prepare": {"ticket_number": "7" * 101},
    "session-continue": {"tree_id": ""},
    "batch-new": {"targets": ""},
    "session-save-as-flow": {"name": ""},
    "session-hand-over": {"to": ""},
}


def contents(name: str, world: World) -> dict[str, Any]:
    """Return what the form holds, as its page would send it."""
    mate = world.people["mate"]
    assert mate is not None
    forms: dict[str, dict[str, Any]] = {
        "api-key-create": {"name": "Ticket system 2", "scopes": ["read"]},
        "scim-key-create": {"name": "Entra"},
        "batch-new": {"targets": "SRV-9"},
        "session-continue": {"tree_id": str(world.tree.pk)},
        "session-save-as-flow": {"name": "Call the ISP first", "status": "draft"},
        "session-hand-over": {"to": str(mate.pk)},
        "session-add-custom-step": {"title": "Call the ISP", "keep": "1"},
        "session-attach": {
            "position": world.work_session.decision_count + 1,
            "node_id": world.work_session.current_node,
            "file": SimpleUploadedFile("second.log", b"error 810"),
        },
    }
    return forms.get(name, {"ticket_number": "T-77"})


# Who sends it, where it isn't the owner of the session.
SENDERS = {"scim-key-create": "admin"}


def make_world() -> World:
    world = World.make()
    add_decision(world.work_session)
    return world


def browser(world: World, person: str = "owner") -> Client:
    client = Client()
    user = world.people[person]
    assert user is not None
    client.force_login(user)
    return confirm(client)


Send = Callable[..., HttpResponse]


@pytest.fixture
def world(db: None) -> World:
    return make_world()


@pytest.fixture
def send(world: World) -> Send:
    def sent(name: str, token: object, /, *, person: str = "", **more: Any) -> HttpResponse:
        data = {**contents(name, world), TOKEN_FIELD: str(token), **more}
        answer: HttpResponse = browser(world, person or SENDERS.get(name, "owner")).post(
            world.url(name), data
        )
        return answer

    return sent


def test_each_form_is_known_to_make_something_or_not() -> None:
    posted = {line.name for line in read_table(TABLE) if line.method == "POST"}
    assert posted == CREATING.keys() | CHANGING, "Add the new forms to creating_forms.py."
    assert not CREATING.keys() & CHANGING


@pytest.mark.parametrize("name", [name for name, (field, _) in CREATING.items() if field])
def test_each_form_on_each_page_has_its_field(name: str) -> None:
    """Wherever a template has a form for that address, the field stands in it."""
    field = CREATING[name][0]
    mark = "{% submission_token %}" if field == TOKEN_FIELD else f'name="{field}"'
    found = []
    for path in Path(settings.BASE_DIR, "templates").rglob("*.html"):
        text = path.read_text()
        own_page = path.stem == name.removeprefix("session-").replace("-", "_")
        for form in FORM.findall(text):
            head = form[: form.index(">\n")] if ">\n" in form else form
            if f"'{name}'" in head or (own_page and "action=" not in head):
                found.append(path.name)
                assert mark in form, f"The form of {path.name} lacks {mark}"
    assert found, f"No template has a form for {name}"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", CREATING)
def test_two_at_once_make_one(name: str) -> None:
    world = make_world()
    field, model = CREATING[name]
    form = contents(name, world)
    upload = form.pop("file", None)
    if field:
        form[field] = str(uuid4())
    before = model.objects.count()
    ready = Barrier(2)

    def click(index: int) -> HttpResponse:
        client = browser(world, SENDERS.get(name, "owner"))
        files = {"file": SimpleUploadedFile("second.log", b"error 810")} if upload else {}
        ready.wait(timeout=30)
        answer: HttpResponse = client.post(world.url(name), {**form, **files})
        return answer

    first, second = at_once(click, 2, workers=2)
    assert first.status_code == second.status_code in (200, 303)
    assert first.get("Location") == second.get("Location")
    assert model.objects.count() == before + 1
    if name == "api-key-create":
        shown = [re.findall(rb"rf_[0-9a-f]{8}_[\w-]{43}", page.content) for page in (first, second)]
        assert shown[0] == shown[1] != []


@pytest.mark.parametrize("name", TOKENED)
def test_sent_again_it_leads_to_what_was_made(name: str, world: World, send: Send) -> None:
    model, token = CREATING[name][1], uuid4()
    before = model.objects.count()
    first = send(name, token)
    for again in (send(name, token), send(name, str(token).upper())):
        assert (again.status_code, again.get("Location")) == (
            first.status_code,
            first.get("Location"),
        )
    assert model.objects.count() == before + 1


@pytest.mark.parametrize("name", TOKENED)
def test_a_refused_form_may_be_sent_again(name: str, world: World, send: Send) -> None:
    model, token = CREATING[name][1], uuid4()
    before = model.objects.count()
    send(name, token, **REFUSED[name])
    assert model.objects.count() == before
    assert not Submission.objects.exists()
    assert send(name, token).status_code in (200, 303)
    assert model.objects.count() == before + 1


@pytest.mark.parametrize("name", TOKENED)
def test_a_form_without_a_token_works_each_time(name: str, world: World) -> None:
    model = CREATING[name][1]
    before = model.objects.count()
    client = browser(world, SENDERS.get(name, "owner"))
    assert client.post(world.url(name), contents(name, world)).status_code in (200, 303)
    assert model.objects.count() == before + 1
    assert not Submission.objects.exists()


@pytest.mark.parametrize("name", TOKENED)
@pytest.mark.parametrize(
    "token", ["", "x", "1" * 500, "\x00", "6f1d2b1e-8f0a-4f9e-9b8e-3f6f1f0a7c1"]
)
def test_a_malformed_token_makes_nothing(name: str, token: str, world: World, send: Send) -> None:
    model = CREATING[name][1]
    before = model.objects.count()
    answer = send(name, token)
    assert answer.status_code == 400
    assert "nothing was made" in answer.content.decode()
    assert model.objects.count() == before


@pytest.mark.parametrize("other", ["mate", "stranger"])
def test_a_token_of_somebody_else_makes_nothing(other: str, world: World, send: Send) -> None:
    model, token = CREATING["api-key-create"][1], uuid4()
    send("api-key-create", token)
    before = model.objects.count()
    answer = send("api-key-create", token, person=other)
    assert answer.status_code == 400
    assert b"rf_" not in answer.content
    assert model.objects.count() == before


def test_a_token_of_another_form_makes_nothing(world: World, send: Send) -> None:
    token = uuid4()
    send("session-start", token)
    model = CREATING["batch-new"][1]
    before = model.objects.count()
    assert send("batch-new", token).status_code == 400
    assert model.objects.count() == before


def test_other_contents_lead_to_what_was_made_and_say_so(world: World, send: Send) -> None:
    token = uuid4()
    first = send("session-prepare", token)
    client = browser(world)
    data = {"ticket_number": "T-78", TOKEN_FIELD: str(token)}
    again = client.post(world.url("session-prepare"), data)
    assert again["Location"] == first["Location"]
    assert "nothing new was made" in client.get(again["Location"]).content.decode()


def test_two_files_of_one_name_are_other_contents(world: World) -> None:
    token, client = str(uuid4()), browser(world)
    for text in (b"SRV-1", b"SRV-2"):
        upload = SimpleUploadedFile("targets.csv", text)
        answer = client.post(world.url("batch-new"), {"file": upload, TOKEN_FIELD: token})
    assert "nothing new was made" in client.get(answer["Location"]).content.decode()
