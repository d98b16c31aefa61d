"""Forty real runs of the starter flows, and what each session is called.

Each title was judged by reading it: would an engineer at a service desk write this? `runs` stops
where the answers end, `end` goes on to the solution and completes with its outcome. The answers
are the beginnings of the options' labels; actions in between are done.
"""

import pytest

from sessions_app import services
from sessions_app.completion import services as completion_services
from sessions_app.recording import services as recording_services
from sessions_app.recording.services import StepInput
from trees_app.importing.json_import import STARTER_FLOWS, import_flow, read_flow

pytestmark = pytest.mark.req("H4")

TABLE = """\
ad-account-lockout       | end  | AD account lockout          | One person | Yes, by | Locked, first | Signs in
ad-account-lockout       | end  | AD stored credential        | One person | Yes, by | Locked again | The user's own PC | Stored credential | Yes
ad-account-lockout       | end  | AD security incident        | Several accounts | One internal computer
ad-account-lockout       | runs | Service account lockout     | One service account
ad-account-lockout       | runs | AD password expired         | One person | Yes, by | Password expired
backup-job-failed        | end  | Backup repository full      | No | All jobs to one | Full
backup-job-failed        | end  | Backup writer failed        | No | One machine | Yes, running | VSS | A writer failed | Yes | Success | Yes
backup-job-failed        | end  | Backup files gone           | Yes, or
dns-resolution           | end  | External names fail         | Everyone at one | Internal names yes | Dead ones | Yes
dns-resolution           | end  | DNS failure                 | One computer | All but | Public ones, the router or a dead one, set | Yes
dns-resolution           | end  | DNS domain expired          | Only people outside | Domain expired
domain-trust-broken      | end  | Trust access denied         | The trust | Only this | Local administrator | No, wrong DNS | Yes | Yes | False | Enabled | True | Yes, and
domain-trust-broken      | runs | Domain trust failed         | The trust | Only this | Local administrator | Yes | No
file-share-access        | end  | Share access denied         | Yes, names | One user, this share | Access denied | User is not in | Yes | Yes
file-share-access        | end  | Share ransom note           | No: unknown
file-share-access        | end  | Share volume full           | Yes, names | Everyone, this share | Volume is full | Yes
m365-sign-in-mfa         | end  | M365 phone lost             | Only this user | No | Yes, confirmed | MFA cannot | Phone lost | Yes | Yes
m365-sign-in-mfa         | end  | Phishing page used          | Only this user | Yes, or a phishing | Yes, or not
m365-sign-in-mfa         | end  | M365 Microsoft incident     | Several users | Microsoft reports
m365-sign-in-mfa         | runs | M365 password wrong         | Only this user | No | Yes, confirmed | Password wrong | 50053
monthly-server-patching  | end  | Monthly server patching     | Yes | Yes, checked | Nothing, server | File, print | Yes | The approved | All 2, restart | Yes | Yes | Yes | No
monthly-server-patching  | runs | Monthly server patching     | Yes | No, but | Yes | C: has
monthly-server-patching  | end  | Server doesn't answer       | Yes | Yes, checked | Server doesn't
new-user-onboarding      | end  | New user                    | Yes | Yes | Yes | Yes | Exchange on | Yes, with | Yes | No | New PC | All works
new-user-onboarding      | end  | User request incomplete     | No, something
outlook-exchange-online  | end  | Outlook won't open          | One person | Will not open | Yes | Classic: will not open | Yes
outlook-exchange-online  | end  | Outlook mailbox full        | One person | Asks for a password | Signs in, same | Full | Yes
outlook-exchange-online  | runs | Bounce came back            | One person | A bounce
printing                 | end  | Printing problem            | One person, every | Runs, prints | Yes
printing                 | end  | Printing spooler stopped    | Everyone, every | Spooler was | Yes
printing                 | runs | Printing problem            | Everyone, one | Paper
rdp-connection           | end  | RDP locked out              | Only this | Credentials did | Locked out | Yes, by | Yes
rdp-connection           | end  | RDP places taken            | Only this | No licence | All places | Yes
server-unexpected-reboot | end  | Server Windows Update       | Up, users | 1074 by Windows | Yes, set
server-unexpected-reboot | end  | Server driver               | Up, users | Crash | Driver | Yes, or
slow-workstation         | end  | C: full                     | The whole | C: nearly | Yes
slow-workstation         | end  | Workstation disk failing    | The whole | Nothing | Disk | Warning
vpn-failure              | end  | VPN credentials rejected    | Only this | Credentials | Locked, or | Yes, by | Yes
vpn-failure              | end  | User certificate missing    | Only this | Certificate | PC or user | Yes
workstation-retirement   | end  | Workstation retirement lost | Lost or | Yes
"""  # noqa: E501
ROWS = [tuple(cell.strip() for cell in line.split("|", 3)) for line in TABLE.strip().splitlines()]


@pytest.fixture
def flow_of(engineer):
    """The starter flow of this file name, published in the engineer's account."""

    def imported(name):
        flow = read_flow((STARTER_FLOWS / f"{name}.json").read_bytes())
        return import_flow(flow, account=engineer.account)

    return imported


@pytest.mark.parametrize(("flow", "until", "title", "answers"), ROWS)
def test_what_the_session_is_called(engineer, flow_of, flow, until, title, answers):
    work_session = run(engineer, flow_of(flow), [part.strip() for part in answers.split("|")])
    if until == "end":
        work_session = end(engineer, work_session)
    assert work_session.title == title
    assert not work_session.title_by_person


def run(user, tree, answers):
    """Give these answers; actions on the way are done, also those after the last answer."""
    work_session = services.create_and_start(user=user, tree=tree)
    waiting = list(answers)
    while True:
        node = work_session.node(work_session.current_node)
        if node["type"] == "solution" or (node["type"] == "question" and not waiting):
            assert not waiting, waiting
            return work_session
        choice = None
        if node["type"] == "question":
            beginning = waiting.pop(0)
            labels = [option["label"] for option in node["options"]]
            choice = next(i for i, label in enumerate(labels) if label.startswith(beginning))
        step = StepInput(
            position=work_session.decision_count + 1,
            node_id=work_session.current_node,
            choice=choice,
        )
        work_session, _ = recording_services.answer(user=user, pk=work_session.pk, step=step)


def end(user, work_session):
    node = work_session.node(work_session.current_node)
    return completion_services.complete(
        user=user,
        pk=work_session.pk,
        outcome=node["outcome"],
        ends_at=work_session.current_node,
    )


def test_the_table_has_forty_runs_of_every_starter_flow():
    assert len(ROWS) == len({(flow, answers) for flow, _, _, answers in ROWS}) == 40
    assert {flow for flow, *_ in ROWS} == {path.stem for path in STARTER_FLOWS.glob("*.json")}
