"""Adding a step at the door: typed, from the library, at an earlier step."""

import uuid

import pytest
from django.urls import reverse

from sessions_app.models import LibraryStep
from sessions_app.step_library import services as step_library_services
from tests.flat_html import flat_html
from tests.sessions_app.run_driver import Run

pytestmark = [pytest.mark.django_db, pytest.mark.req("S17")]
HTMX = {"HX-Request": "true"}
WAYS = pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])


@pytest.fixture
def run(engineer):
    run = Run(engineer)
    run.answer(0)
    run.answer()
    return run


@pytest.fixture
def kept(colleague):
    commands = [{"label": "Ping", "shell": "cmd", "code": "ping 1.1.1.1"}]
    return step_library_services.add_library_step(
        user=colleague, title="Swap <b>it</b>", body="Lamps.", commands=commands
    )


def address(run, name):
    return reverse(f"session-{name}", args=[run.pk])


def text(response):
    return flat_html(response)


@WAYS
def test_added_at_an_earlier_step(page, run, headers):
    client = page(run.user)
    opened = run.now.decisions.get(position=1)
    body = text(client.get(address(run, "run") + "?step=1&add=step"))
    assert f'name="after" value="{opened.pk}"' in body
    sent = {"title": "Look at the router", "after": opened.pk, "request_id": str(uuid.uuid4())}
    for _ in range(2):
        response = client.post(address(run, "add-custom-step"), sent, headers=headers)
        place = response["HX-Replace-Url"] if headers else response["Location"]
        assert place == address(run, "run") + "?step=2"
    assert [row.question for row in run.now.decisions][1] == "Look at the router"
    assert run.now.decision_count == 3


@WAYS
def test_a_stale_place_keeps_what_was_typed(page, run, headers):
    sent = {"title": "Look", "body": "typed", "command": "ping x", "after": 2**40, "keep": "1"}
    sent |= {"command_label": "", "command_shell": ""}
    response = page(run.user).post(address(run, "add-custom-step"), sent, headers=headers)
    assert response.status_code == 409
    body = text(response)
    assert 'value="Look"' in body and "typed</textarea>" in body and "ping x</textarea>" in body
    assert 'name="keep" value="1" checked' in body
    assert run.now.decision_count == 2


@WAYS
@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"title": ""}, "custom-title-error"),
        ({"title": "x" * 201}, "custom-title-error"),
        ({"body": "x" * 100_001}, "custom-body-error"),
        ({"command": ["y", "x" * 100_001]}, "custom-command-2-error"),
        ({"after": "x"}, "custom-title-error"),
        ({"library": "1"}, "custom-title-error"),
        ({"request_id": "x"}, "custom-title-error"),
    ],
)
def test_a_refused_form_is_shown_as_typed(page, run, headers, wrong, place):
    sent = {"title": "Look", "body": "typed", "command": ["a", "b"], "keep": "1", **wrong}
    sent |= {"command_label": ["", "Second"], "command_shell": ["", "cmd"]}
    opened = run.now.decisions.get(position=1).pk
    response = page(run.user).post(
        address(run, "add-custom-step"), {"after": opened, **sent}, headers=headers
    )
    assert response.status_code == 422
    body = text(response)
    assert f'id="{place}"' in body
    assert 'name="command_shell" value="cmd"' in body
    assert run.now.custom_steps == [] and not LibraryStep.objects.exists()


def test_several_commands_are_kept_apart(page, run):
    sent = {"title": "Look", "command": ["a\r\nb", " ", "c"]}
    sent |= {"command_label": ["One", "", "Three"], "command_shell": ["cmd", "", "bash"]}
    page(run.user).post(address(run, "add-custom-step"), {**sent, "keep": "1"})
    commands = [
        {"label": "One", "shell": "cmd", "code": "a\nb"},
        {"label": "Three", "shell": "bash", "code": "c"},
    ]
    assert run.now.custom_steps[0]["commands"] == commands
    assert step_library_services.search_library(run.user).get().commands == commands


@WAYS
def test_taken_from_the_library_as_it_stands(page, run, kept, headers):
    """What else the form says doesn't count, and it isn't kept twice."""
    sent = {"library": kept.pk, "title": "Other", "keep": "1"}
    page(run.user).post(address(run, "add-custom-step"), sent, headers=headers)
    (step,) = run.now.custom_steps
    assert (step["title"], step["body"]) == (kept.title, kept.body)
    assert step["commands"] == kept.commands
    assert LibraryStep.objects.count() == 1


@pytest.mark.req("A1")
def test_the_library_of_another_account_is_not_there(page, run, stranger):
    foreign = step_library_services.add_library_step(user=stranger, title="Theirs")
    client = page(run.user)
    response = client.post(address(run, "add-custom-step"), {"library": foreign.pk})
    assert response.status_code == 422 and "no longer in the library" in text(response)
    for query in ("?tab=library", "?tab=library&q=their", f"?use={foreign.pk}"):
        assert "Theirs" not in text(client.get(address(run, "step-library") + query))


@WAYS
@pytest.mark.parametrize("query", ["swap", "LAMPS", "", " ", "%00"])
def test_the_search_finds_by_title_and_body(page, run, kept, headers, query):
    url = f"{address(run, 'step-library')}?tab=library&q={query}"
    body = text(page(run.user).get(url, headers=headers))
    assert "Swap &lt;b&gt;it&lt;/b&gt;" in body and "1 command" in body
    assert ("<html" in body) == (not headers)


def test_while_searching_the_list_alone_comes(page, run, kept):
    headers = {**HTMX, "HX-Target": "step-library"}
    url = address(run, "step-library") + "?tab=library&q="
    client = page(run.user)
    assert text(client.get(url + "swap", headers=headers)).strip().startswith("<ul")
    assert "Nothing in the library says “&lt;x&gt;”" in text(
        client.get(url + "<x>", headers=headers)
    )
    LibraryStep.objects.all().delete()
    assert "The library is empty" in text(client.get(url, headers=headers))


def test_a_long_list_says_how_many_more(page, run):
    account = run.user.account
    LibraryStep.objects.bulk_create(
        LibraryStep(account=account, title=f"Step {number:03}") for number in range(130)
    )
    url = address(run, "step-library") + "?tab=library&q="
    body = text(page(run.user).get(url + "step"))
    assert body.count('class="library__item"') == 20 and "Over 100 more" in body
    assert "5 more" in text(page(run.user).get(url + "step 0")) or "more" in body
    assert "more. Type" not in text(page(run.user).get(url + "step 00"))


def test_typed_on_from_the_library_at_an_earlier_step(page, run, kept):
    opened = run.now.decisions.get(position=1)
    url = f"{address(run, 'step-library')}?use={kept.pk}&step=1"
    for headers in ({}, HTMX):
        body = text(page(run.user).get(url, headers=headers))
        assert 'value="Swap &lt;b&gt;it&lt;/b&gt;"' in body and "ping 1.1.1.1</textarea>" in body
        assert f'name="after" value="{opened.pk}"' in body
        assert f'key="{run.pk}/add-step"' not in body


@pytest.mark.parametrize("use", [str(uuid.UUID(int=7)), "x", "9" * 30, "٣"])
def test_a_library_step_that_is_not_there_says_so(page, run, use):
    response = page(run.user).get(f"{address(run, 'step-library')}?use={use}")
    assert response.status_code == 200
    if "-" in use:
        assert "no longer in the library" in text(response)


def test_looking_changes_nothing(page, run, kept):
    before = run.now.revision
    page(run.user).get(address(run, "step-library") + "?tab=library&q=x&step=1")
    assert run.now.revision == before
