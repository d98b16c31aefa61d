"""A session as plain data: what the builder reads from the database, and tests write by hand."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from resolutionflow.redaction import DEFAULT_POLICY, Policy


class StepData(NamedTuple):
    """A recorded step as it is stored; `timestamp` is aware or None.

    `engineer` is who recorded it, "" for the owner of the session. `carried_over_from` is when the
    answer was given in an earlier session that it was taken from, else None.

    A tuple: sessions have up to a thousand, and a frozen dataclass takes three times as long.
    """

    node_id: str = ""
    question: str = ""
    answer: str = ""
    action: str = ""
    notes: str = ""
    command_output: str = ""
    attachments: tuple[Mapping[str, Any], ...] = ()
    timestamp: datetime | None = None
    answer_offered: bool = False
    engineer: str = ""
    carried_over_from: datetime | None = None


class AddendumData(NamedTuple):
    """What was added after the session was completed, as it is stored."""

    author: str
    written_at: datetime
    text: str


class HandoverData(NamedTuple):
    """The latest hand-over of a session that runs, with what its receiver reads of the path.

    `found` are questions with their answers.
    """

    giver: str
    receiver: str
    handed_at: datetime
    note: str
    found: tuple[tuple[str, str], ...] = ()
    open_here: tuple[str, ...] = ()
    unconfirmed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IntakeField:
    """A variable that the flow asks for; `sensitive` ones are masked by their value [R1]."""

    name: str
    label: str = ""
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class SessionData:
    """A session as plain data. `steps` are those of the path in order and may be read only once.

    `current_step` is where a session in progress stands, if the options ask for it.
    `step_count` counts the whole path, also where `steps` brings only what the options need.
    `outcome` is the label, "" until completed. `exported_at` dates the file of a session that has
    no time of its own. Times are aware; `time_zone` is an IANA name.
    """

    tree_name: str
    steps: Iterable[StepData] = ()
    step_count: int = 0
    current_step: StepData | None = None
    description: str = ""
    category: str = ""
    version: str = ""
    ticket_number: str = ""
    client_name: str = ""
    title: str = ""
    target_label: str = ""
    engineer: str = ""
    scratchpad: str = ""
    variables: Mapping[str, Any] | None = None
    intake: tuple[IntakeField, ...] = ()
    started_at: datetime | None = None
    completed_at: datetime | None = None
    exported_at: datetime | None = None
    outcome: str = ""
    outcome_notes: str = ""
    addenda: tuple[AddendumData, ...] = ()
    handover: HandoverData | None = None
    next_steps: str = ""
    time_zone: str = "UTC"
    redaction_policy: Policy = DEFAULT_POLICY
