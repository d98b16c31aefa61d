"""Sessions (`Session`), their recorded steps (`Decision`) and what else belongs to them."""

from accounts_app.models import Action, AuditEntry
from sessions_app.models.addendum import Addendum
from sessions_app.models.attachment import OWN_FILES, STORED_NAME, Attachment, own_file_id
from sessions_app.models.decision import Decision
from sessions_app.models.handover import Handover
from sessions_app.models.library_step import LibraryStep
from sessions_app.models.outcome import Outcome
from sessions_app.models.session import Session, SessionQuerySet
from sessions_app.models.session_queryset import NEWEST_FIRST, SEARCHED
from sessions_app.models.state import IN_STATE, State, is_recent, state_of

__all__ = (
    "IN_STATE",
    "NEWEST_FIRST",
    "OWN_FILES",
    "SEARCHED",
    "STORED_NAME",
    "Action",
    "Addendum",
    "Attachment",
    "AuditEntry",
    "Decision",
    "Handover",
    "LibraryStep",
    "Outcome",
    "Session",
    "SessionQuerySet",
    "State",
    "is_recent",
    "own_file_id",
    "state_of",
)
