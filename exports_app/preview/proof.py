"""What the server signs of a text that the preview shows, so that the log needs no caller's word.

The page sends it back when the text is copied or saved. It says of which session the text was made,
with which options, and its SHA-256.
"""

from typing import Any

from django.core import signing

from exports_app.export_log import export_details
from exports_app.options import ExportOptions
from exports_app.rendered_export import RenderedExport
from sessions_app.models import Session

SALT = "exports_app.preview.proof"


def sign_export(work_session: Session, rendered: RenderedExport, options: ExportOptions) -> str:
    """Return the proof that this text was made of this session with these options."""
    about = {"session": str(work_session.pk), **export_details(rendered, options)}
    return signing.dumps(about, salt=SALT, compress=True)


def read_proof(work_session: Session, proof: str) -> dict[str, Any]:
    """Return the details that were signed; none for another session's proof, or for no proof."""
    try:
        about: dict[str, Any] = signing.loads(proof, salt=SALT)
    except signing.BadSignature:
        return {}
    return about if about.pop("session", None) == str(work_session.pk) else {}
