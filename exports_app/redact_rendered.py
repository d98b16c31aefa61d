"""Finding secrets in text that is already written in a format, as it stands in the editor.

Markdown writes `sk_live_…` as `sk\\_live\\_…`, HTML writes `&` as `&amp;`: to a search such a value
does not look like what it is. So the text is searched twice, as it stands and as a reader would
see it, and the places found are joined. Pure, linear in the text's length.
"""

import re
from collections.abc import Iterable, Sequence
from functools import partial

from resolutionflow import redaction
from resolutionflow.redaction import DEFAULT_POLICY, Finding, Policy
from resolutionflow.redaction.known_values import KNOWN_VALUE

# CommonMark 0.31, 2.4 "Backslash escapes": any ASCII punctuation may stand behind the backslash.
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])|&(amp|lt|gt|quot|#x27|#39|#32|#9|nbsp);")
_ENTITIES = {
    "amp": "&",
    "lt": "<",
    "gt": ">",
    "quot": '"',
    "#x27": "'",
    "#39": "'",
    "#32": " ",
    "#9": "\t",
    "nbsp": "\u00a0",
}


def find_in_rendered(
    text: str,
    *,
    redact_hostnames: bool = False,
    redact_phone_numbers: bool = False,
    secrets: Iterable[str] = (),
    policy: Policy = DEFAULT_POLICY,
) -> list[Finding]:
    """Return what `redaction.find` finds in `text` or in `text` as it reads without its escapes.

    In order of place, without overlaps; offsets count characters (Unicode code points) of `text`.
    """
    search = partial(
        redaction.find,
        redact_hostnames=redact_hostnames,
        redact_phone_numbers=redact_phone_numbers,
        secrets=tuple(secrets),
        policy=policy,
    )
    found = [one for one in search(text) if not _stays(text, one, policy)]
    shown, starts, origins = _unescape(text)
    if not starts:
        return found
    again = search(shown)
    return _joined([*found, *_to_original(again, starts, origins)])


def _stays(text: str, finding: Finding, policy: Policy) -> bool:
    """Return whether the account leaves this text, as it reads without its escapes."""
    if not policy.allows_something or finding.rule == KNOWN_VALUE.id:
        return False
    return policy.allows(_unescape(text[finding.start : finding.end])[0])


def propagate_secrets(text: str, found: Sequence[Finding]) -> list[Finding]:
    """Return `found` in `text`, and where its secrets stand again, with escapes or without.

    A note in markdown has `Win\\_ter-22` where the command output, in its fence, has `Win_ter-22`.
    """
    shown, starts, origins = _unescape(text)
    if not starts:
        return redaction.propagate_secrets({text: found})[text]
    values = {_unescape(text[one.start : one.end])[0]: one for one in found if one.kind == "token"}
    texts: dict[str, Sequence[Finding]] = {
        value: [one._replace(start=0, end=len(value))] for value, one in values.items()
    }
    repeated = redaction.propagate_secrets({**texts, shown: [], text: found})
    return _joined([*repeated[text], *_to_original(repeated[shown], starts, origins)])


def _unescape(text: str) -> tuple[str, list[int], list[int]]:
    """The text without escapes; and of each of its pieces the start there, and the start here."""
    parts: list[str] = []
    starts: list[int] = []
    origins: list[int] = []
    done = length = 0

    def add(piece: str, origin: int) -> None:
        nonlocal length
        if piece:
            parts.append(piece)
            starts.append(length)
            origins.append(origin)
            length += len(piece)

    for match in _ESCAPE.finditer(text):
        add(text[done : match.start()], done)
        add(match[1] or _ENTITIES[match[2]], match.start())
        done = match.end()
    if not done:
        return text, [], []
    add(text[done:], done)
    # Where the last character ends, so that an end can be told like a start.
    starts.append(length)
    origins.append(len(text))
    return "".join(parts), starts, origins


def _to_original(
    found: Sequence[Finding], starts: list[int], origins: list[int]
) -> Iterable[Finding]:
    """`found` (in order) with the offsets of the text as it stands."""
    piece = 0
    for finding in found:
        while starts[piece + 1] <= finding.start:
            piece += 1
        start = origins[piece] + finding.start - starts[piece]
        last = piece
        while starts[last + 1] < finding.end:
            last += 1
        if finding.end == starts[last + 1]:
            end = origins[last + 1]
        else:
            end = origins[last] + finding.end - starts[last]
        yield Finding(start, end, finding.kind, finding.rule)


def _joined(found: list[Finding]) -> list[Finding]:
    """`found` in order, what overlaps as one, of the kind of the longest part."""
    joined: list[Finding] = []
    longest = 0
    for finding in sorted(found):
        length = finding.end - finding.start
        if joined and finding.start < joined[-1].end:
            before = joined[-1]
            longer = finding if length > longest else before
            longest = max(longest, length)
            joined[-1] = longer._replace(start=before.start, end=max(before.end, finding.end))
        else:
            joined.append(finding)
            longest = length
    return joined
