"""What somebody typed into a form that was not taken, to be shown beside the reason.

A page that refuses a form without showing the form again (an error page, a redirect) would lose it:
browsers forget what stood in a page that they may not keep. What is typed only once is left out
(passwords, files), and so is what was chosen.
"""

from dataclasses import dataclass

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError

from resolutionflow.web.text import sanitize_text

#: Every field of the pages that takes text, by its name in the form. A test asks for new ones.
LABELS = {
    "notes": "Notes",
    "command_output": "Command output",
    "text": "Answer",
    "scratchpad": "Scratchpad",
    "outcome_notes": "What fixed it, or what you found",
    "next_steps": "Next steps",
    "title": "Title",
    "body": "Details",
    "command": "Command",
    "name": "Name",
    "description": "Description",
    "note": "Note",
    "targets": "Targets",
    "ticket_number": "Ticket",
    "client_name": "Client",
    "first_name": "First name",
    "last_name": "Last name",
    "email": "E-mail",
    "close_idle_after_days": "Days until an idle session is closed",
    "retention_days": "Days that a completed session is kept",
    "redaction_allowed": "What stays unmasked",
    "redaction_patterns": "Own patterns",
    "sample": "Sample",
    "idle_timeout_minutes": "Idle timeout minutes",
    "time_zone": "Time zone",
    "expires_in_days": "Valid for days",
}
VARIABLE = "variable-"
SEEN = "seen-"  # what the page showed in a field: sent back as it was, nothing was typed
UNREADABLE = (UnreadablePostError, MultiPartParserError, RequestDataTooBig, TooManyFieldsSent)


@dataclass(frozen=True)
class TypedText:
    """One text with the label of its field; `name` is unique on the page."""

    name: str
    label: str
    text: str


def typed_texts(request: HttpRequest) -> list[TypedText]:
    """Return what was typed into the form that `request` sent, blank fields left out.

    Another site can't have its text shown here.
    """
    is_foreign = request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin"
    if request.method != "POST" or is_foreign:
        return []
    try:
        sent = request.POST
    except UNREADABLE:
        return []
    found = []
    for name in sent:
        label = label_of(name)
        for number, value in enumerate(sent.getlist(name) if label else ()):
            if value.strip() and value != sent.get(SEEN + name):
                found.append(TypedText(f"{name}-{number}", label, sanitize_text(value)))
    return found


def label_of(name: str) -> str:
    """Return the label of a field that takes text, else ""."""
    if name.startswith(VARIABLE):
        return name.removeprefix(VARIABLE).replace("_", " ").capitalize()
    return LABELS.get(name, "")
