"""The JSON of decisions and custom steps that callers send ([S4]).

Lists are sent whole, and every problem is named by its place in them; unknown names are refused,
since a misspelt one would lose what was typed.
"""

from typing import Annotated, Any, NotRequired

from pydantic import AfterValidator, Field, StringConstraints, with_config
from typing_extensions import TypedDict

from resolutionflow.web.schemas import (
    STRICT,
    DateTime,
    Items,
    Refusal,
    RequestModel,
    Text,
    refuse,
    whole,
)
from sessions_app import limits

NODE_ID_PATTERN = "^[a-z0-9][a-z0-9-]{0,63}$"
NODE_ID_OR_NONE_PATTERN = "^([a-z0-9][a-z0-9-]{0,63})?$"
CUSTOM_ID_PATTERN = "^custom-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
# No white space and no control characters.
URL_PATTERN = (
    "^(https?://[^\\u0000-\\u0020\\u007f-\\u00a0/][^\\u0000-\\u0020\\u007f-\\u00a0]*"
    "|/attachments/[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})$"
)
MAX_ATTACHMENTS = 50
MAX_COMMANDS = 20
MAX_SHELL = 40

NOT_A_NODE = "Send a node id: up to 64 of a–z, 0–9 and -."
NodeId = Annotated[str, StringConstraints(pattern=NODE_ID_PATTERN), Refusal(NOT_A_NODE)]
#: Where the run stands; "" is nowhere, as after the last step.
NodeIdOrNone = Annotated[
    str, StringConstraints(pattern=NODE_ID_OR_NONE_PATTERN), Refusal(NOT_A_NODE)
]
CustomId = Annotated[
    str,
    StringConstraints(pattern=CUSTOM_ID_PATTERN),
    Refusal("Send “custom-” and a UUID in lower case."),
]
#: A file of the session, or an address elsewhere that is safe to click; never javascript:, and no
#: other address on this site.
SafeUrl = Annotated[
    str,
    StringConstraints(pattern=URL_PATTERN, max_length=limits.LINE),
    Refusal(
        "Send the address of a file of the session (/attachments/ and its id), or one that begins "
        f"with https:// or http://, of at most {limits.LINE:,} characters."
    ),
]
Line = Annotated[str, Text(limits.LINE)]
Note = Annotated[str, Text(limits.NOTES)]
StepTitle = Annotated[str, Text(limits.CUSTOM_TITLE, not_blank=True)]


# A path may have thousands of steps: dictionaries are made in two thirds of the time of models.
@with_config(STRICT)
class AttachmentRequest(TypedDict):
    """A file or a link that belongs to a step."""

    name: Annotated[str, Text(255, not_blank=True)]
    url: SafeUrl


@with_config(STRICT)
class DecisionRequest(TypedDict):
    """One recorded step of the path."""

    position: NotRequired[
        Annotated[
            Annotated[int, whole(1, limits.DECISIONS)] | None,
            Field(description="If sent, its place in the list, counted from 1."),
        ]
    ]
    node_id: Annotated[NodeId, Field(description="Of the flow, or `custom-<uuid>`.")]
    question: NotRequired[Line | None]
    answer: NotRequired[Line | None]
    action: NotRequired[Note | None]
    notes: NotRequired[Note | None]
    command_output: NotRequired[Annotated[str, Text(limits.COMMAND_OUTPUT)] | None]
    timestamp: NotRequired[
        Annotated[DateTime | None, Field(description="When it was answered; else kept, or now.")]
    ]
    entered_at: NotRequired[
        Annotated[DateTime | None, Field(description="When it was first shown; else kept.")]
    ]
    attachments: NotRequired[Annotated[list[AttachmentRequest], Items(MAX_ATTACHMENTS)] | None]
    carried_over_from: NotRequired[
        Annotated[
            DateTime | None,
            Field(description="Read-only: taken so that a path can be sent back, and ignored."),
        ]
    ]
    edited_at: NotRequired[
        Annotated[DateTime | None, Field(description="Read-only, as `carried_over_from` is.")]
    ]
    edited_by_name: NotRequired[
        Annotated[
            Annotated[str, Text(limits.LINE)] | None,
            Field(description="Read-only, as `carried_over_from` is."),
        ]
    ]


class CommandRequest(RequestModel):
    """A command of a step, and the shell that it is for."""

    label: Annotated[str, Text(limits.CUSTOM_TITLE)] | None = None
    shell: Annotated[str, Text(MAX_SHELL)] | None = None
    code: Note

    def stored(self) -> dict[str, str]:
        """Return the command as it is kept, with every name."""
        return {"label": self.label or "", "shell": self.shell or "", "code": self.code}


Commands = Annotated[list[CommandRequest], Items(MAX_COMMANDS)]


class LibraryStepRequest(RequestModel):
    """A step that all of the account may use."""

    title: StepTitle
    body: Note | None = None
    commands: Commands | None = None

    def stored(self) -> dict[str, Any]:
        """Return the step as it is kept, with every name."""
        return {
            "title": self.title,
            "body": self.body or "",
            "commands": [command.stored() for command in self.commands or []],
        }


class CustomStepRequest(LibraryStepRequest):
    """A step that the engineer added to the session."""

    id: CustomId
    return_to: NodeIdOrNone | None = Field(None, description="The node at which the run goes on.")

    def stored(self) -> dict[str, Any]:
        """Return the step as it is kept, with every name."""
        return {"id": self.id, **super().stored(), "return_to": self.return_to or ""}


def _require_different_ids(steps: list[CustomStepRequest]) -> list[CustomStepRequest]:
    if len({step.id for step in steps}) < len(steps):
        raise refuse("Two steps have the same id.")
    return steps


#: The path as it is to be, its first step first.
Decisions = Annotated[list[DecisionRequest], Items(limits.DECISIONS)]
#: All custom steps of a session, each id once.
CustomSteps = Annotated[
    list[CustomStepRequest],
    Items(limits.CUSTOM_STEPS),
    AfterValidator(_require_different_ids),
]
