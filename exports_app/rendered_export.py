"""A finished export: its text, and what was masked in it."""

import json
from dataclasses import dataclass, field

from exports_app.redact_document import RedactionReport


@dataclass(frozen=True, slots=True)
class RenderedExport:
    """A finished export: its text, what it is, what a download is called, what was masked."""

    content: str
    media_type: str
    file_name: str
    redaction: RedactionReport = field(default_factory=RedactionReport)
    # As `file_name`, in the scripts that ticket and flow are written in.
    full_name: str = ""

    @property
    def content_type(self) -> str:
        """The `Content-Type` header's value; exports are UTF-8."""
        return f"{self.media_type}; charset=utf-8"

    @property
    def headers(self) -> dict[str, str]:
        """The response headers about the redaction [R3]: counts by kind, never a value."""
        headers = {"X-Redaction-Mode": self.redaction.mode}
        if self.redaction.mode != "none":
            headers["X-Redaction-Summary"] = json.dumps(dict(self.redaction.counts))
        return headers
