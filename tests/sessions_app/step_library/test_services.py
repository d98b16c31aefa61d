"""The step library: at the service, and its call."""

import pytest
from django.core.exceptions import PermissionDenied

from resolutionflow.web.errors import Invalid
from resolutionflow.web.schemas import validate
from sessions_app import limits
from sessions_app.api.schemas import SessionUpdateRequest
from sessions_app.models import LibraryStep
from sessions_app.recording import custom_steps
from sessions_app.schemas import MAX_COMMANDS
from sessions_app.step_library import services as step_library_services
from tests.factories import UserFactory, make_session

pytestmark = [pytest.mark.django_db, pytest.mark.req("S17")]
STEPS = "/api/v1/steps"
COMMAND = {"label": "Clear", "shell": "cmd", "code": "ipconfig /flushdns {{ gateway }}"}


def titles(found):
    return [step.title for step in found]


# -- at the service ----------------------------------------------------------------------------


@pytest.mark.req("A1")
def test_a_step_is_added_for_all_of_the_account(engineer, viewer, integration, stranger):
    step = step_library_services.add_library_step(
        user=engineer, title=" Flush  the\nDNS cache ", body="**Then** retry.", commands=[COMMAND]
    )
    step.refresh_from_db()
    assert (step.title, step.body) == ("Flush the DNS cache", "**Then** retry.")
    assert (step.commands, step.author) == ([COMMAND], engineer)
    for user in (engineer, viewer, integration):
        assert list(step_library_services.search_library(user)) == [step]
    assert not step_library_services.search_library(stranger).exists()
    assert not step_library_services.search_library(
        UserFactory(account=None, is_superuser=True)
    ).exists()


@pytest.mark.req("S4")
def test_a_step_of_the_library_fits_into_a_run(engineer):
    """What is kept here is what `own_steps.add_custom_step` takes, and [S4] accepts."""
    step = step_library_services.add_library_step(
        user=engineer, title="Flush", commands=[{"code": "ipconfig /flushdns"}]
    )
    assert step.commands == [{"label": "", "shell": "", "code": "ipconfig /flushdns"}]
    work_session = make_session(engineer)
    custom_steps.add_before_current(
        user=engineer,
        pk=work_session.pk,
        title=step.title,
        body=step.body,
        commands=step.commands,
    )
    work_session.refresh_from_db()
    sent = validate(SessionUpdateRequest, {"custom_steps": work_session.custom_steps}).sent()
    assert sent["custom_steps"] == work_session.custom_steps


def test_search_by_part_of_title_or_body(engineer):
    for title, body in (
        ("Restart the spooler", ""),
        ("Ping", "Not the SPOOLER"),
        ("100% load", ""),
    ):
        step_library_services.add_library_step(user=engineer, title=title, body=body)
    assert titles(step_library_services.search_library(engineer)) == [
        "100% load",
        "Ping",
        "Restart the spooler",
    ]
    assert titles(step_library_services.search_library(engineer, " spool ")) == [
        "Ping",
        "Restart the spooler",
    ]
    assert titles(step_library_services.search_library(engineer, "PING")) == ["Ping"]
    assert titles(step_library_services.search_library(engineer, "%")) == ["100% load"]
    assert titles(step_library_services.search_library(engineer, "_")) == []
    assert titles(step_library_services.search_library(engineer, "  ")) == [
        "100% load",
        "Ping",
        "Restart the spooler",
    ]


@pytest.mark.req("A4")
@pytest.mark.parametrize("who", ["viewer", "integration"])
def test_readers_add_nothing(who, request):
    with pytest.raises(PermissionDenied):
        step_library_services.add_library_step(
            user=request.getfixturevalue(who), title="Look twice"
        )
    assert not LibraryStep.objects.exists()


def test_nobody_adds_without_an_account():
    with pytest.raises(PermissionDenied):
        step_library_services.add_library_step(
            user=UserFactory(account=None, is_superuser=True), title="Look twice"
        )


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({"title": ""}, {"title"}),
        ({"title": " \n"}, {"title"}),
        ({"title": "x" * (limits.CUSTOM_TITLE + 1)}, {"title"}),
        ({"title": "a\x00", "body": "b\ud800"}, {"title", "body"}),
        ({"title": "a", "body": "x" * (limits.NOTES + 1)}, {"body"}),
        ({"title": "a", "commands": [{"label": "x"}]}, {"commands.0.code"}),
        ({"title": "a", "commands": [{"code": 1}, {"code": ""}]}, {"commands.0.code"}),
        ({"title": "a", "commands": [{"code": "x", "shel": "cmd"}]}, {"commands.0.shel"}),
        ({"title": "a", "commands": [{"code": "x"}] * (MAX_COMMANDS + 1)}, {"commands"}),
        ({"title": "", "commands": ["x"]}, {"title", "commands.0"}),
    ],
)
def test_every_problem_is_named(engineer, given, fields):
    with pytest.raises(Invalid) as error:
        step_library_services.add_library_step(user=engineer, **given)
    assert set(error.value.fields) == fields
    assert not LibraryStep.objects.exists()


def test_the_longest_title_and_body_are_kept(engineer):
    step = step_library_services.add_library_step(
        user=engineer, title="x" * limits.CUSTOM_TITLE, body="y" * limits.NOTES, commands=[]
    )
    step.refresh_from_db()
    assert (len(step.title), len(step.body)) == (limits.CUSTOM_TITLE, limits.NOTES)


# -- over REST ---------------------------------------------------------------------------------


def test_add_and_find(api, engineer):
    added = api(engineer).post(STEPS, {"title": "Flush DNS", "commands": [COMMAND]})
    assert added.status_code == 201
    assert added.json() == {
        "id": str(LibraryStep.objects.get().pk),
        "title": "Flush DNS",
        "body": "",
        "commands": [COMMAND],
        "author_id": str(engineer.pk),
        "author_name": engineer.display_name,
        "created_at": added.json()["created_at"],
    }
    assert added.json()["created_at"].endswith("Z")
    found = api(engineer).get(STEPS, {"q": "dns"})
    assert (found.status_code, found.json()) == (200, [added.json()])
    assert api(engineer).get(STEPS, {"q": "printer"}).json() == []


def test_a_step_outlives_its_author(api, engineer, colleague):
    step_library_services.add_library_step(user=colleague, title="Look twice")
    colleague.delete()
    (step,) = api(engineer).get(STEPS).json()
    assert (step["author_id"], step["author_name"]) == (None, "")


def test_pages_in_the_manner_that_was_asked(api, engineer):
    for number in range(5):
        step_library_services.add_library_step(user=engineer, title=f"Step {number}")
    client = api(engineer)
    for query in ({"size": 2}, {"limit": 2}, {"size": 2, "q": "step"}):
        answer, seen = client.get(STEPS, query), []
        while True:
            assert answer["X-Total-Count"] == "5"
            seen += [step["title"] for step in answer.json()]
            if "Link" not in answer:
                break
            answer = client.get(answer["Link"].split(">")[0].removeprefix("<http://testserver"))
        assert seen == [f"Step {number}" for number in range(5)]


@pytest.mark.req("S16")
@pytest.mark.parametrize(
    "query", [{"q": "x" * 256}, {"q": "\x00"}, {"page": "0"}, {"size": "101"}, {"skip": "-1"}]
)
def test_what_cannot_be_looked_for_is_refused(api, engineer, query):
    answer = api(engineer).get(STEPS, query)
    assert answer.status_code == 422
    assert [problem["field"] for problem in answer.json()["detail"]] == list(query)


@pytest.mark.req("S16")
@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({}, {"title"}),
        ({"title": 7}, {"title"}),
        ({"title": None, "commands": None}, {"title"}),
        ({"title": "a", "commands": {}}, {"commands"}),
        ({"title": "a", "commands": [{"code": "x", "label": 1}]}, {"commands.0.label"}),
        ({"titel": "a"}, {"titel", "title"}),
        ([], {""}),
    ],
)
def test_wrong_bodies(api, engineer, given, fields):
    answer = api(engineer).post(STEPS, given)
    assert answer.status_code == 422
    assert {problem["field"] for problem in answer.json()["detail"]} == fields


def test_the_list_costs_the_same_with_more_steps(api, engineer, django_assert_num_queries):
    client = api(engineer)
    step_library_services.add_library_step(user=engineer, title="One")
    client.get(STEPS)  # remembers when the key was used
    with django_assert_num_queries(3):
        client.get(STEPS)
    for number in range(20):
        step_library_services.add_library_step(user=engineer, title=f"Step {number}")
    with django_assert_num_queries(3):
        assert len(client.get(STEPS).json()) == 21
