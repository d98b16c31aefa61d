"""Every write of the pages: its form as somebody filled it in, and where it is sent.

`WRITES` has a line for every address that takes a POST; `test_forms_meanwhile` asks for one where
it is missing. `typed` is what a person types, `rest` what the page sends along.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts_app.models import User
from resolutionflow.templatetags.submission_token import TOKEN_FIELD
from sessions_app.completion import services as completion_services
from sessions_app.models import Session
from sessions_app.preparing import services as preparing_services
from sessions_app.recording.services import text_hash
from tests.factories import PASSWORD, make_session
from tests.permissions.world import World
from tests.sessions_app.run_driver import START, Run

NEW_PASSWORD = "another battery 77"
Sent = Mapping[str, Any]
# What goes along; with an address before it where the form is about something of its own.
Fill = Callable[[World], Sent | tuple[str, Sent]]


@dataclass(frozen=True)
class Form:
    """A form that is filled in: where it goes, and what it holds."""

    url: str
    sent: Sent

    @property
    def data(self) -> dict[str, Any]:
        """Return what a browser sends; a file is made anew, as it is read once."""
        return {name: value() if callable(value) else value for name, value in self.sent.items()}


@dataclass(frozen=True)
class Write:
    """A write by the name of its address, with the texts that a person types into its form.

    `needs` is the role without which it is refused, "" for what everybody may do. `of` says what
    may move on meanwhile: the session, the flow, or nothing. `keeps` is false where nothing is
    stored. `way` is "plain" or "script" where the other one sends something else.
    """

    name: str
    typed: Mapping[str, str] = field(default_factory=dict)
    fill: Fill = lambda world: {}
    of: str = ""
    needs: str = "engineer"
    keeps: bool = True
    way: str = ""

    def form(self, world: World) -> Form:
        filled = self.fill(world)
        address, rest = filled if isinstance(filled, tuple) else (world.url(self.name), filled)
        return Form(address, {**rest, **self.typed})

    @property
    def by(self) -> str:
        return "admin" if self.needs == "admin" else "owner"


def person(world: World, name: str = "owner") -> User:
    found = world.people[name]
    assert found is not None
    return found


def token(world: World) -> dict[str, str]:
    return {TOKEN_FIELD: str(uuid4())}


def here(world: World) -> dict[str, Any]:
    """Return where the run stands, as the step's form says it."""
    return {
        "position": world.work_session.decision_count + 1,
        "node_id": world.work_session.current_node,
        "request_id": str(uuid4()),
        "base_hash": START,
    }


def a_file() -> SimpleUploadedFile:
    return SimpleUploadedFile("second.log", b"error 810")


def a_prepared_one(world: World) -> tuple[str, Sent]:
    owner = person(world)
    waiting = preparing_services.prepare(user=owner, tree=world.tree, assigned_to_id=owner.pk)
    return reverse("session-begin", args=[waiting.pk]), {}


def completed(world: World) -> Session:
    owner = person(world)
    return completion_services.complete(user=owner, pk=world.recorded.pk, outcome="resolved")


def an_undo(world: World) -> tuple[str, Sent]:
    done = completed(world)
    return f"{reverse('session-reopen', args=[done.pk])}?revision={done.revision}", {}


def a_custom_step(world: World) -> tuple[str, Sent]:
    run = Run(person(world))
    step_id = run.add("Look at the router")
    return reverse("session-drop-custom-step", args=[run.pk]), {"node_id": step_id}


def a_discarded_branch(world: World) -> tuple[str, Sent]:
    run = Run(person(world))
    run.answer(0)
    run.answer()
    run.again(1, 1)
    branch = run.discarded_branches[0]
    return reverse("session-bring-back", args=[run.pk]), {"discarded_branch": str(branch.id)}


def a_draft(name: str) -> Fill:
    return lambda world: (world.url(name, "draft"), {})


def a_blank_one(world: World) -> tuple[str, Sent]:
    return reverse("session-discard", args=[make_session(person(world)).pk]), {}


def an_address(world: World) -> Sent:
    User.objects.filter(pk=person(world).pk).update(email="owner@example.com")
    return {}


def a_mate(world: World) -> dict[str, Any]:
    return {**token(world), "to": str(person(world, "mate").pk)}


def roles_of_teams(world: World) -> dict[str, Any]:
    return {"first_role": "engineer", f"team-{person(world).team_id}": "viewer"}


STEP = {"notes": "Typed notes 4711", "command_output": "Typed output 4711"}
REFERENCE = {"ticket_number": "Typed T-4711", "client_name": "Typed client 4711"}
FINAL = {
    "outcome_notes": "Typed ending 4711",
    "next_steps": "Typed next 4711",
    "ticket_number": "Typed T-4711",
}

WRITES = (
    # -- a person's and the account's own --------------------------------------------------------
    Write(
        "settings",
        {"first_name": "Typed 4711", "last_name": "Typed last"},
        lambda world: {"time_zone": ""},
        needs="",
    ),
    Write("address-change", {"email": "typed@example.com"}, needs=""),
    Write("address-send", fill=an_address, needs=""),
    Write("address-keep", needs=""),
    Write("shortcut-settings", fill=lambda world: {"answer_keys": "alt"}, needs=""),
    Write(
        "account-settings",
        {"close_idle_after_days": "47", "retention_days": "471"},
        lambda world: {"time_zone": "Asia/Tokyo"},
        needs="admin",
    ),
    Write(
        "redaction-settings",
        {
            "redaction_allowed": "typed-4711.example.com",
            "redaction_patterns": "asset: typed-[0-9]{4}",
        },
        needs="admin",
    ),
    Write(
        "password_change",
        fill=lambda world: {
            "old_password": PASSWORD,
            "new_password1": NEW_PASSWORD,
            "new_password2": NEW_PASSWORD,
        },
        needs="",
    ),
    Write(
        "api-key-create",
        {"name": "Typed key 4711"},
        lambda world: {**token(world), "scopes": ["read"], "expires_in_days": "7"},
        needs="",
    ),
    Write("api-key-revoke", needs=""),
    Write(
        "invitation-create",
        {"email": "typed-4711@example.com"},
        lambda world: {**token(world), "role": "engineer"},
        needs="admin",
    ),
    Write("provisioning-roles", fill=roles_of_teams, needs="admin"),
    Write(
        "scim-key-create",
        {"name": "Typed directory 4711"},
        lambda world: {**token(world), "expires_in_days": "7"},
        needs="admin",
    ),
    # -- flows -----------------------------------------------------------------------------------
    Write("flow-publish", fill=a_draft("flow-publish")),
    Write("flow-delete", fill=a_draft("flow-delete")),
    Write("session-start", REFERENCE, token, "flow"),
    Write("session-prepare", {**REFERENCE, "variable-contact": "Typed Ana"}, token, "flow"),
    Write("batch-new", {"targets": "Typed-SRV-4711\nTyped-SRV-4712"}, token, "flow"),
    # -- a session, where it is listed and on its page --------------------------------------------
    Write("session-begin", fill=a_prepared_one),
    Write(
        "session-close",
        {"outcome_notes": "Typed ending 4711"},
        lambda world: {"outcome": "resolved", "revision": world.work_session.revision},
        "session",
    ),
    Write("session-reopen", fill=an_undo),
    Write(
        "session-rename", {"title": "Typed title 4711"}, lambda world: {"seen_title": ""}, "session"
    ),
    Write("session-ticket", REFERENCE, of="session"),
    Write(
        "session-open-again",
        fill=lambda world: (reverse("session-open-again", args=[completed(world).pk]), {}),
    ),
    Write("session-discard", fill=a_blank_one),
    Write(
        "session-continue",
        fill=lambda world: {**token(world), "tree_id": str(world.tree.pk)},
        of="session",
    ),
    Write("session-delete", fill=lambda world: {"sure": "yes"}, of="session"),
    Write("session-pin", fill=lambda world: {"pinned": "yes"}, of="session"),
    Write("session-hand-over", {"note": "Typed note 4711"}, a_mate, "session"),
    Write(
        "session-save-as-flow",
        {"name": "Typed flow 4711", "description": "Typed description 4711"},
        lambda world: {**token(world), "status": "draft"},
    ),
    Write(
        "session-addendum",
        {"outcome_notes": "Typed addendum 4711"},
        lambda world: (reverse("session-addendum", args=[completed(world).pk]), {}),
    ),
    # -- the run ---------------------------------------------------------------------------------
    Write("session-answer", STEP, lambda world: {**here(world), "choice": 0}, "session"),
    Write("session-typing", STEP, here, "session", way="script"),
    Write(
        "session-scratchpad",
        {"scratchpad": "Typed evidence 4711"},
        lambda world: {"base_hash": text_hash("")},
        "session",
    ),
    Write("session-variables", {"variable-contact": "Typed Ana 4711"}, of="session"),
    Write("session-reference", REFERENCE, of="session"),
    Write(
        "session-add-custom-step",
        {"title": "Typed step 4711", "body": "Typed details 4711", "command": "typed-command 4711"},
        lambda world: {**here(world), "keep": "1"},
        "session",
    ),
    Write("session-drop-custom-step", fill=a_custom_step),
    Write("session-bring-back", fill=a_discarded_branch),
    Write(
        "session-attach",
        STEP,
        lambda world: {**here(world), "file": a_file},
        "session",
        way="plain",
    ),
    Write("attachment-remove", of="session"),
    Write(
        "session-complete",
        FINAL,
        lambda world: {**here(world), "outcome": "resolved"},
        "session",
    ),
    # -- batches ---------------------------------------------------------------------------------
    Write(
        "batch-answer",
        {"notes": "Typed for all 4711"},
        lambda world: {"choice": 0, "node_id": "scope", "target": f"{world.work_session.pk}:1"},
        "session",
    ),
    # -- exports: they store nothing that is typed ----------------------------------------------
    *(
        Write(name, fill=lambda world: {"format": "psa"}, needs="", keeps=False)
        for name in (
            "session-export",
            "session-preview",
            "session-rendered",
            "session-exported",
            "batch-export",
        )
    ),
)
# Nobody is signed in before or after these (tests/e2e/test_signed_out.py), and the last one leads
# to the form of a new password, however it is asked for.
WITHOUT_FORM = {
    "login",
    "logout",
    "account_login",
    "account_logout",
    "account_reset_password",
    "account_reset_password_from_key",
    "change-password",
    "kept-form",
    "kept-form-drop",
}
FACTOR = "It adds, proves or removes a factor by a code or key of this moment: nothing is written."
PASSWORD_AGAIN = "It asks for the password again, which is typed once and never shown."
NOTHING_TYPED = "A button alone: nothing is typed, and sent again it finds the thing done."
MAILED = "It is opened by a link of a mail, by somebody who is not signed in."
# The other addresses that take a POST, each with the reason why `WRITES` leaves it out.
NOT_FILLED_IN = {
    "account_reauthenticate": PASSWORD_AGAIN,
    "address-confirm": NOTHING_TYPED,
    "device-end": NOTHING_TYPED,
    "devices-end-others": NOTHING_TYPED,
    "invitation-accept": MAILED,
    "invitation-link": NOTHING_TYPED,
    "invitation-withdraw": NOTHING_TYPED,
    "mfa_activate_totp": FACTOR,
    "mfa_add_webauthn": FACTOR,
    "mfa_authenticate": FACTOR,
    "mfa_deactivate_totp": FACTOR,
    "mfa_download_recovery_codes": "It is a file, however it is asked for.",
    "mfa_edit_webauthn": FACTOR,
    "mfa_generate_recovery_codes": FACTOR,
    "mfa_list_webauthn": "It leads to another address.",
    "mfa_login_webauthn": FACTOR,
    "mfa_reauthenticate": FACTOR,
    "mfa_reauthenticate_webauthn": FACTOR,
    "mfa_remove_webauthn": FACTOR,
    "reset-link-create": NOTHING_TYPED,
    "scim-key-revoke": NOTHING_TYPED,
}
