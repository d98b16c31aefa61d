"""The redaction that title making uses, brought by the app that has it.

What finds secrets is `exports_app.redaction`, and imports go from there to here, never back. So
`exports_app` hands its function over when it is set up; a setting with a dotted path would be an
import by another name that nobody checks. Without the function nothing typed gets into a title
and nothing at all leaves the installation.
"""

from typing import Protocol


class Mask(Protocol):
    """As `exports_app.redaction.mask`: the text with what must not be seen replaced."""

    def __call__(self, text: str, *, redact_hostnames: bool = False) -> str: ...


class NotWired(RuntimeError):
    """No app has brought a redaction."""


_mask: Mask | None = None


def use(mask: Mask) -> None:
    """Have `mask` do the work from now on; called once, when the apps are set up."""
    global _mask
    _mask = mask


def mask(text: str, *, redact_hostnames: bool = False) -> str:
    """`text` with addresses and secrets masked; raises `NotWired` rather than let it through."""
    if _mask is None:
        raise NotWired("No redaction for titles.")
    return _mask(text, redact_hostnames=redact_hostnames)


def masked_or_nothing(text: str) -> str:
    """As `mask`, but "" when the redaction breaks: a title is never worth a failed step."""
    try:
        return mask(text)
    except Exception:  # whatever broke, nothing unmasked goes on
        return ""
