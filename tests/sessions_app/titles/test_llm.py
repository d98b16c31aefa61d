"""Titles from a language model, asked over real sockets with the vendor's client."""

import socket

import pytest
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from sessions_app import services
from sessions_app.completion import services as completion_services
from sessions_app.models import Session
from sessions_app.titles import llm
from tests.factories import TreeFactory, structure
from tests.sessions_app.run_driver import Run
from tests.sessions_app.titles.messages_api import serving

pytestmark = pytest.mark.req("H4")

KEY = "key-for-tests-4711"
TIMEOUT_SECONDS = llm.TIMEOUT_SECONDS


@pytest.fixture
def api(settings, monkeypatch):
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setattr(
        llm, "TIMEOUT_SECONDS", 60.0
    )  # an answer comes, however busy the machine is
    with serving() as server:
        settings.TITLE_MODEL = "claude-haiku-4-5"
        settings.ANTHROPIC_API_KEY = KEY
        settings.ANTHROPIC_BASE_URL = server.url
        yield server


@pytest.fixture
def run(engineer, author):
    """A run with a decisive answer, on its way, with everything that must not be sent."""
    nodes = structure()
    nodes["nodes"]["scope"]["options"][0]["label"] = "Certificate expired on {{ gateway }}"
    tree = TreeFactory(author=author, published=True, name="VPN connection", structure=nodes)
    run = Run(engineer, tree=tree, client_name="Fabrikam Ltd", ticket_number="T-20419")
    values = {"gateway": "vpn.fabrikam.example", "passphrase": "hunter2-correct"}
    services.set_variables(user=engineer, pk=run.pk, values=values)
    return run


def jobs():
    rows = ProcrastinateJob.objects.filter(task_name="sessions.title")
    return [row.args["session_id"] for row in rows]


# -- when it is asked --------------------------------------------------------------------------


def test_without_a_model_nothing_is_deferred(run):
    run.answer(0)
    assert run.now.title == "VPN certificate expired"
    assert jobs() == []


def test_the_job_is_of_the_steps_transaction(api, run):
    run.answer(0)
    assert jobs() == [str(run.pk)]
    with pytest.raises(RuntimeError), transaction.atomic():
        end(run)
        assert len(jobs()) == 2
        raise RuntimeError
    assert len(jobs()) == 1
    end(run)
    assert len(jobs()) == 2


def test_an_answer_that_tells_nothing_asks_nobody(api, run):
    run.answer(2)
    assert (run.now.title, jobs()) == ("VPN connection", [])


def test_a_person_s_title_asks_nobody(api, run):
    services.set_title(user=run.user, pk=run.pk, title="Ana's VPN")
    run.answer(0)
    end(run)
    assert (run.now.title, jobs()) == ("Ana's VPN", [])


def end(run):
    completion_services.complete(user=run.user, pk=run.pk, outcome="resolved")


# -- what is sent ------------------------------------------------------------------------------


def test_what_leaves_is_redacted_and_little(api, run):
    run.answer(0, notes="The note says secret-note", command_output="output of a command")
    run.add("Asked Fabrikam Ltd: ana@fabrikam.example at 10.20.30.40, password is Winter24!")
    run.answer(text="T-20419 uses hunter2-correct on vpn.fabrikam.example")
    assert llm.request_title(str(run.pk)) is True
    (request,) = api.requests
    assert request["path"] == "/v1/messages"
    assert request["headers"]["authorization"] == f"Bearer {KEY}"
    assert request["body"]["model"] == "claude-haiku-4-5"
    assert set(api.sent) == {"flow", "steps", "completed"}
    assert api.sent["flow"] == "VPN connection"
    assert len(api.sent["steps"]) == 2
    body = str(request["body"])
    for secret in (
        "secret-note", "output of", "Fabrikam", "fabrikam", "20419", "10.20.30.40", "Winter24",
        "hunter2", run.user.username, run.user.first_name,
    ):  # fmt: skip
        assert secret not in body


def test_what_the_account_has_masked_does_not_leave_nor_come_back(api, run):
    account = run.user.account
    account.redaction_patterns = "project: Bluebird|certificate"
    account.redaction_families_off, account.redaction_allowed = ["ip"], "10.20.30.40"
    account.save()
    run.add("Asked at 10.20.30.40 about Bluebird")
    run.answer(text="Bluebird is down")
    api.says("Bluebird down")
    assert llm.request_title(str(run.pk)) is False
    body = str(api.sent)
    assert "down" in body
    assert "Bluebird" not in body
    assert "10.20.30.40" not in body  # unmasked in notes of their own, not for others


def test_without_a_usable_policy_nothing_leaves(api, run):
    run.answer(0)
    type(run.user.account).objects.filter(pk=run.user.account_id).update(
        redaction_patterns="broken: ("
    )
    assert llm.request_title(str(run.pk)) is False
    assert not api.requests


def test_when_redaction_breaks_nothing_leaves(api, run, monkeypatch, caplog):
    def broken(text, **options):
        raise LookupError

    run.answer(0)
    monkeypatch.setattr(llm, "mask", broken)
    assert llm.request_title(str(run.pk)) is False
    assert (api.requests, run.now.title) == ([], "VPN certificate expired")
    assert "LookupError" in caplog.text


# -- what comes back ---------------------------------------------------------------------------


def test_a_good_answer_is_the_title(api, run):
    run.answer(0)
    before = run.now
    assert llm.request_title(str(run.pk)) is True
    after = run.now
    assert after.title == "VPN MFA phone"
    assert not after.title_by_person
    # No state of the path: an open page, an `If-Match`, the idle clock stay as they are.
    assert (after.revision, after.last_activity_at) == (before.revision, before.last_activity_at)
    assert list(Session.objects.search("mfa phone")) == [after]


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("A title that is far too long for a list", {}),
        ("VPN one two three", {}),
        ("", {}),
        ("VPN MFA", {"stop_reason": "refusal"}),
        ("VPN MFA", {"stop_reason": "max_tokens"}),
        ("I can't help with that.", {}),
        ("<h1>VPN MFA</h1>", {}),
        ('"VPN MFA"', {}),
        ("VPN\nMFA", {}),
        ("VPN\u202eMFA", {}),
        ("10.20.30.40", {}),
        ("VPN MFA", {"content": []}),
        ("VPN MFA", {"content": None}),
        ("VPN MFA", {"content": [{"type": "tool_use", "id": "t", "name": "n", "input": {}}]}),
    ],
)
def test_an_answer_that_is_no_title_leaves_the_local_one(api, run, text, more):
    run.answer(0)
    api.says(text, **more)
    assert llm.request_title(str(run.pk)) is False
    assert run.now.title == "VPN certificate expired"


@pytest.mark.parametrize(
    ("status", "kind", "body"),
    [
        (500, "application/json", b'{"type": "error", "error": {"type": "api_error"}}'),
        (529, "application/json", b"{}"),
        (429, "application/json", b"{}"),
        (401, "application/json", b"{}"),
        (200, "text/html", b"<!doctype html><title>Sign in to the Wi-Fi</title>"),
        (200, "application/json", b'{"id": "msg_1", "content": [{"type"'),
        (200, "application/json", b"[]"),
        (200, "application/json", b"null"),
        (200, "application/json", b""),
        (200, "application/json", b"\xff\xfe"),
    ],
)
def test_a_broken_answer_leaves_the_local_one(api, run, status, kind, body, caplog):
    run.answer(0)
    api.status, api.content_type, api.body = status, kind, body
    assert llm.request_title(str(run.pk)) is False
    assert run.now.title == "VPN certificate expired"
    assert len(api.requests) == 1  # no retry
    assert KEY not in caplog.text


def test_a_slow_answer_is_not_waited_for(api, run, monkeypatch, caplog):
    """The limit is of the whole call. Here it is short; the constant is what the product has."""
    assert TIMEOUT_SECONDS == 3.0
    monkeypatch.setattr(llm, "TIMEOUT_SECONDS", 0.4)
    run.answer(0)
    api.before = api.released.wait  # until the test is over
    assert llm.request_title(str(run.pk)) is False
    assert run.now.title == "VPN certificate expired"
    assert "Time" in caplog.text


def test_nobody_listens(api, run, settings, caplog):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings.ANTHROPIC_BASE_URL = f"http://127.0.0.1:{free.getsockname()[1]}"
        run.answer(0)
        assert llm.request_title(str(run.pk)) is False
    assert run.now.title == "VPN certificate expired"
    assert "APIConnectionError" in caplog.text
    assert KEY not in caplog.text


@pytest.mark.parametrize(
    ("answer", "title"),
    [("VPN certificate expired", "VPN certificate expired"), ("  VPN full.\n", "VPN full"),
     ("Cafe\u0301 Wi-Fi", "Café Wi-Fi"), ("I can't help with that.", ""), ("VPN: full", ""),
     ("VPN full\nBecause the", ""), ("“VPN full”", ""), ("None", "")],
)  # fmt: skip
def test_an_answer_is_taken_or_not(answer, title):
    assert llm.clean_answer(answer) == title


def test_an_answer_in_which_redaction_finds_something_is_not_taken(monkeypatch):
    monkeypatch.setattr(llm, "mask", lambda text, **options: text.replace("full", "[X]"))
    assert llm.clean_answer("VPN full") == ""


# -- what happened meanwhile -------------------------------------------------------------------


def test_a_title_that_a_person_typed_meanwhile_stays(api, run, monkeypatch):
    run.answer(0)
    meanwhile(monkeypatch, lambda: services.set_title(user=run.user, pk=run.pk, title="Ana's"))
    assert llm.request_title(str(run.pk)) is False
    assert run.now.title == "Ana's"


def test_a_session_that_ended_meanwhile_keeps_the_title_of_its_end(api, run, monkeypatch):
    run.answer(0)
    meanwhile(monkeypatch, lambda: end(run))
    assert llm.request_title(str(run.pk)) is False
    assert run.now.title != "VPN MFA phone"


def test_a_session_that_was_deleted_meanwhile(api, run, monkeypatch):
    run.answer(0)
    meanwhile(monkeypatch, lambda: services.delete(user=run.user, pk=run.pk))
    assert llm.request_title(str(run.pk)) is False
    assert llm.request_title(str(run.pk)) is False


def meanwhile(monkeypatch, act):
    """Have `act` happen between asking and saving."""
    ask = llm.ask_model

    def asked(described):
        title = ask(described)
        act()
        return title

    monkeypatch.setattr(llm, "ask_model", asked)


def test_the_job_twice_is_the_job_once(api, run):
    run.answer(0)
    assert llm.request_title(str(run.pk)) is True
    once = run.now
    llm.request_title(str(run.pk))
    assert (run.now.title, run.now.revision) == (once.title, once.revision)


def test_nothing_is_locked_while_the_model_thinks(api, run, monkeypatch):
    """A step can be recorded, and a worker that is killed here leaves nothing behind."""
    run.answer(0)
    ask = llm.ask_model

    def asked(described):
        run.answer()
        return ask(described)

    monkeypatch.setattr(llm, "ask_model", asked)
    assert llm.request_title(str(run.pk)) is True
    assert run.now.decision_count == 2


def test_no_model_any_more(api, run, settings):
    run.answer(0)
    settings.TITLE_MODEL = ""
    assert llm.request_title(str(run.pk)) is False
    assert api.requests == []
