"""Finding the flow's own label for a recorded answer, in which values were filled."""

from typing import Any

from sessions_app.models import Session
from trees_app.variables import PLACEHOLDER, fill


def label_of(work_session: Session, node: dict[str, Any], answer: str, went_to: str) -> str:
    """Return the flow's own label of a recorded answer, in which values were filled; "" for none.

    The values may have changed since, and callers of the API send answers in words of their own, so
    where the answer led counts too.
    """
    options = node.get("options") or []
    values = work_session.session_variables
    led = [option for option in options if went_to and option.get("next") == went_to]
    said = [o for o in options if answer in (o["label"], fill(o["label"], values))]
    fitting = [option for option in options if matches_label(option["label"], answer)]
    found = (
        [option for option in said if option in led]
        or said
        or [option for option in fitting if option in led]
        or (led if len(led) == 1 else fitting)
    )
    # The one with the most words of its own: "{{ name }}" alone fits any answer.
    own_words = [len(PLACEHOLDER.sub("", option["label"])) for option in found]
    return found[own_words.index(max(own_words))]["label"] if found else ""


def matches_label(label: str, answer: str) -> bool:
    """Return whether `answer` can be `label` with some values in place of its placeholders."""
    parts = PLACEHOLDER.split(label)[:: PLACEHOLDER.groups + 1]
    if len(parts) < 2:
        return False
    first, *middle, last = parts
    at, end = len(first), len(answer) - len(last)
    if at > end or not (answer.startswith(first) and answer.endswith(last)):
        return False
    for part in middle:
        found = answer.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True
