"""Every address that writes: which carry what their page or caller had seen, and which need not.

A new address is not done before it stands in one of the three tables ([S15]).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from accounts_app.models import ProvisionedTeam, User
from sessions_app import services
from sessions_app.completion import services as completion_services
from sessions_app.models import Session
from sessions_app.recording import custom_steps, discarded_branches, drafts
from sessions_app.recording import services as recording_services
from sessions_app.recording.services import StepInput, text_hash
from tests.permissions.world import World
from trees_app import services as tree_services

Act = Callable[[World], Any]


def person(world: World, name: str) -> User:
    user = world.people[name]
    assert user is not None
    return user


# -- what somebody else does meanwhile ---------------------------------------------------------


def record_step(world: World) -> None:
    step = StepInput(position=1, node_id="scope", choice=0)
    recording_services.answer(user=person(world, "assignee"), pk=world.work_session.pk, step=step)


def insert_step(world: World) -> None:
    custom_steps.add_before_current(
        user=person(world, "assignee"), pk=world.work_session.pk, title="Ask the ISP"
    )


def write_scratchpad(world: World) -> None:
    services.set_scratchpad(
        user=person(world, "assignee"), pk=world.work_session.pk, text="Theirs."
    )


def write_draft(world: World) -> None:
    step = StepInput(position=1, node_id="scope", notes="Theirs.")
    user = person(world, "assignee")
    drafts.save_typing(
        user=user, pk=world.work_session.pk, step=step, base_hash=text_hash("", "", "")
    )


def set_variable(world: World) -> None:
    values = {"gateway": "theirs"}
    services.set_variables(user=person(world, "assignee"), pk=world.work_session.pk, values=values)


def set_ticket(world: World) -> None:
    changes = {"ticket_number": "Theirs"}
    user = person(world, "assignee")
    services.set_reference(user=user, pk=world.work_session.pk, changes=changes, seen={})


def rename(world: World) -> None:
    services.set_title(user=person(world, "assignee"), pk=world.work_session.pk, title="Theirs")


def remove_inserted_step(world: World) -> None:
    node_id = Session.objects.get(pk=world.work_session.pk).current_node
    user = person(world, "assignee")
    custom_steps.remove_custom_step(user=user, pk=world.work_session.pk, step_id=node_id)


def complete(world: World) -> None:
    completion_services.complete(
        user=person(world, "owner"), pk=world.work_session.pk, outcome="resolved"
    )


def record_and_answer_otherwise(world: World) -> None:
    """Leave a branch that can be brought back."""
    record_step(world)
    here = Session.objects.get(pk=world.work_session.pk)
    step = StepInput(position=2, node_id=here.current_node)
    recording_services.answer(user=person(world, "owner"), pk=here.pk, step=step)
    opened = here.decisions.first()
    assert opened is not None
    step = StepInput(position=1, node_id="scope", choice=1, revised_decision_id=opened.pk)
    recording_services.answer(user=person(world, "owner"), pk=here.pk, step=step)


def bring_back(world: World) -> None:
    [branch] = discarded_branches.restorable_branches(Session.objects.get(pk=world.work_session.pk))
    discarded_branches.restore_branch(
        user=person(world, "assignee"), pk=world.work_session.pk, discarded_branch=branch.id
    )


def change_flow(world: World) -> None:
    tree_services.update_tree(
        user=person(world, "author"), pk=world.tree.pk, values={"name": "Theirs"}
    )


def change_draft(world: World) -> None:
    tree_services.update_tree(
        user=person(world, "owner"), pk=world.draft.pk, values={"name": "Theirs"}
    )


def change_profile(world: World) -> None:
    User.objects.filter(pk=person(world, "owner").pk).update(last_name="Theirs")


def change_keys(world: World) -> None:
    User.objects.filter(pk=person(world, "owner").pk).update(answer_keys="off")


def change_account(world: World) -> None:
    account = person(world, "admin").account
    assert account is not None
    account.retention_days, account.redaction_allowed = 11, "theirs"
    account.save(update_fields=["retention_days", "redaction_allowed"])


def provision_team(world: World) -> None:
    team = person(world, "owner").team
    ProvisionedTeam.objects.create(team=team, role="engineer")


def change_role_of_team(world: World) -> None:
    ProvisionedTeam.objects.filter(team=person(world, "owner").team).update(role="author")


# -- pages -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Page:
    """A form: the page that has it, what is typed into it, and what somebody else does meanwhile.

    `shows` are texts of the answer: what was typed, and how it stands now. `action` is the form's
    address where it isn't the name's, `before` what has to be so that the page has the form.
    """

    page: str
    typed: dict[str, Any]
    elsewhere: Act
    shows: tuple[str, ...] = ()
    person: str = "owner"
    of: str = ""
    status: int = 409
    before: Act | None = None
    script: bool = False  # a script fills its fields, or sends them
    form: str = ""  # the form's address, where a button of it leads to this one


RUN = "session-run"
PAGES = {
    "settings": Page("settings", {"last_name": "Mine"}, change_profile, ("Mine", "Theirs")),
    "shortcut-settings": Page("settings", {"answer_keys": "alt"}, change_keys, ("None",)),
    "account-settings": Page(
        "settings", {"retention_days": "12"}, change_account, ('"12"', ">11<"), person="admin"
    ),
    "redaction-settings": Page(
        "settings",
        {"redaction_allowed": "mine"},
        change_account,
        (">\nmine<", ">theirs<"),
        person="admin",
    ),
    "provisioning-roles": Page(
        "provisioning",
        {"{team}": "viewer"},
        change_role_of_team,
        ("“Author” now",),
        person="admin",
        before=provision_team,
    ),
    "flow-publish": Page("flow-detail", {}, change_flow, ("Theirs",), person="author"),
    "flow-delete": Page("flow-delete", {}, change_draft, ("Theirs",), of="draft"),
    "batch-answer": Page(
        "batch-detail",
        {"node_id": "scope", "choice": "1", "notes": "Mine.", "target": "{mark}"},
        record_step,
        ("Mine.", "moved on"),
        script=True,
    ),
    "session-close": Page(
        "session-list",
        {"outcome": "resolved", "outcome_notes": "Mine.", "revision": "{revision}"},
        write_scratchpad,
        ("Mine.",),
        script=True,
    ),
    "session-reopen": Page("session-detail", {}, write_scratchpad, status=303, before=complete),
    "session-rename": Page("session-rename", {"title": "Mine"}, rename, ("Mine", "Theirs")),
    "session-ticket": Page(
        "session-ticket", {"ticket_number": "Mine"}, set_ticket, ("Mine", "Theirs")
    ),
    "session-delete": Page("session-delete", {}, write_scratchpad, ("changed elsewhere",)),
    "session-hand-over": Page(
        "session-hand-over", {"to": "{mate}", "note": "Mine."}, record_step, ("Mine.",)
    ),
    "session-answer": Page(RUN, {"choice": "1", "notes": "Mine."}, record_step, ("Mine.",)),
    "session-typing": Page(
        RUN,
        {"position": 1, "node_id": "scope", "notes": "Mine.", "base_hash": text_hash("", "", "")},
        write_draft,
        script=True,
    ),
    "session-scratchpad": Page(
        RUN, {"scratchpad": "Mine."}, write_scratchpad, ("Mine.", "Theirs.")
    ),
    "session-variables": Page(
        RUN, {"variable-gateway": "mine"}, set_variable, (">mine<", "theirs")
    ),
    "session-reference": Page(RUN, {"ticket_number": "Mine"}, set_ticket, ("Mine", "Theirs")),
    "session-add-custom-step": Page(RUN, {"title": "Mine"}, record_step, ("Mine",)),
    "session-drop-custom-step": Page(
        RUN, {}, remove_inserted_step, before=insert_step, form="session-answer"
    ),
    "session-bring-back": Page(RUN, {}, bring_back, before=record_and_answer_otherwise),
    "session-attach": Page(
        RUN, {"file": "{file}", "notes": "Mine."}, insert_step, ("Mine.",), script=True
    ),
    "session-complete": Page(
        "session-complete",
        {"outcome": "resolved", "outcome_notes": "Mine."},
        record_step,
        ("Mine.",),
    ),
}


# -- API ---------------------------------------------------------------------------------------

# By call: what a caller does with `If-Match`, the body of `api_table`; 409 for sessions, 412 for
# flows, each with the state as it is now.
CALLS: dict[str, Act] = {
    "PUT api-session": rename,
    "PATCH api-session": rename,
    "DELETE api-session": write_scratchpad,
    "POST api-session-complete": record_step,
    "PATCH api-session-scratchpad": write_scratchpad,
    "PATCH api-session-variables": set_variable,
    "PATCH api-session-title": rename,
    "PATCH api-session-reference": set_ticket,
    "PUT api-tree": change_flow,
    "PATCH api-tree": change_flow,
    "POST api-tree-publish": change_flow,
    "DELETE api-tree@draft": change_draft,
}


# -- the others --------------------------------------------------------------------------------

NEW = "It makes something new, and changes nothing that was there."
READS = "It reads: what it marks is a fact that no other write undoes."
OWN_SECRET = "It asks for what only this person knows, and shows nothing of a row."
CANNOT_CONFLICT = {
    "POST change-password": "It leads to another address.",
    "POST login": OWN_SECRET,
    "POST account_login": OWN_SECRET,
    "POST logout": "It ends this browser's session, and nothing else.",
    "POST account_logout": "It ends this browser's session, and nothing else.",
    "POST account_reset_password": OWN_SECRET,
    "POST account_reset_password_from_key": OWN_SECRET,
    "POST password_change": OWN_SECRET,
    "POST account_reauthenticate": OWN_SECRET,
    "POST mfa_authenticate": OWN_SECRET,
    "POST mfa_login_webauthn": OWN_SECRET,
    "POST mfa_reauthenticate": OWN_SECRET,
    "POST mfa_reauthenticate_webauthn": OWN_SECRET,
    "POST mfa_activate_totp": "It adds a factor, by a secret of its own page.",
    "POST mfa_deactivate_totp": "The factor that is removed is gone; there is no other one.",
    "POST mfa_generate_recovery_codes": "It makes new codes, and says that the old ones end.",
    "POST mfa_add_webauthn": "It adds a passkey, by a challenge of its own page.",
    "POST mfa_edit_webauthn": "A label of one's own passkey, which nobody else sees or writes.",
    "POST mfa_remove_webauthn": "The passkey that the address names is removed once.",
    "POST mfa_list_webauthn": "It leads to another address.",
    "POST kept-form": "It sends another form on, with what that one's page had seen.",
    "POST kept-form-drop": "What was sent is forgotten once; nothing of it is stored.",
    "POST address-change": "It asks for a confirmation; the address asked for last is waited for.",
    "POST address-send": NEW,
    "POST address-keep": "Links that were sent end; ended already, nothing changes.",
    "POST address-confirm": "An address is confirmed once; confirmed already, it is 410.",
    "POST invitation-create": NEW,
    "POST invitation-accept": "An invitation is accepted once; accepted already, it is 410.",
    "POST invitation-link": READS,
    "POST invitation-withdraw": "An invitation ends once; ended already, nothing changes.",
    "POST reset-link-create": NEW,
    "POST api-key-create": NEW,
    "POST scim-key-create": NEW,
    "POST scim-key-revoke": "A key ends once, and never works again.",
    "POST api-key-revoke": "A key ends once, and never works again.",
    "POST device-end": "A browser is signed out once; signed out already, nothing changes.",
    "POST devices-end-others": "It ends all others, as it says, those that came meanwhile too.",
    "POST session-start": NEW,
    "POST session-prepare": NEW,
    "POST session-continue": NEW,
    "POST session-discard": "It deletes only what nothing is noted in, whoever noted it.",
    "POST session-open-again": "It ends the completion that its page names; all else stays.",
    "POST session-begin": "A session is started once; one that runs stays as it is.",
    "POST batch-new": NEW,
    "POST batch-export": READS,
    "POST session-pin": "It sets one mark to what the button says; set already, nothing changes.",
    "POST attachment-remove": "A file never changes; one that is gone is 404.",
    "POST session-save-as-flow": NEW,
    "POST session-addendum": "It adds to the notes, and leaves what is there.",
    "POST session-export": READS,
    "POST session-preview": READS,
    "POST session-rendered": READS,
    "POST session-exported": READS,
    "POST api-sessions": NEW,
    "POST api-session-prepare": NEW,
    "POST api-session-batch": NEW,
    "POST api-session-addenda": "It adds to the notes, and leaves what is there.",
    "POST api-session-attachments": "It adds a file to a step, which it names, or to the current.",
    "POST api-session-export": READS,
    "POST api-session-save-as-tree": NEW,
    "POST api-steps": NEW,
    "POST api-trees": NEW,
    "POST api-tree-fork": NEW,
    "POST api-tree-validate": READS,
    "POST api-redact": READS,
}


def fill_typed(world: World, typed: dict[str, Any]) -> dict[str, Any]:
    """Return what is typed, with the ids of the world."""
    revision = Session.objects.values_list("revision", flat=True).get(pk=world.work_session.pk)
    known = {"{mate}": str(person(world, "mate").pk), "{revision}": str(revision)}
    team = f"team-{person(world, 'owner').team_id}"
    return {
        name.replace("{team}", team): known.get(value, value) if isinstance(value, str) else value
        for name, value in world.fill(typed).items()
    }
