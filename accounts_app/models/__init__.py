"""The MSP (`Account`), its teams and people, and the keys of its integrations.

Who may do what stands on `User`; what a user may *see* stands on the querysets of the models
that are seen (`visible_to`).
"""

from accounts_app.models.account import (
    MAX_RETENTION_DAYS,
    Account,
    UnusablePolicy,
    default_retention_days,
)
from accounts_app.models.api_key import ApiKey, ApiKeyQuerySet
from accounts_app.models.audit_entry import Action, AuditedObject, AuditEntry, ObjectType
from accounts_app.models.audited import AuditedModel, AuditedQuerySet, Changes
from accounts_app.models.browser_session import BrowserSession
from accounts_app.models.invitation import Invitation
from accounts_app.models.minute_count import MinuteCount
from accounts_app.models.provisioning import (
    ProvisionedRole,
    ProvisionedTeam,
    ProvisionedUser,
    Provisioning,
    TeamMembership,
)
from accounts_app.models.submission import Submission
from accounts_app.models.team import Team
from accounts_app.models.time_zone import validate_time_zone
from accounts_app.models.user import User

__all__ = (
    "MAX_RETENTION_DAYS",
    "Account",
    "Action",
    "ApiKey",
    "ApiKeyQuerySet",
    "AuditEntry",
    "AuditedModel",
    "AuditedObject",
    "AuditedQuerySet",
    "BrowserSession",
    "Changes",
    "Invitation",
    "MinuteCount",
    "ObjectType",
    "ProvisionedRole",
    "ProvisionedTeam",
    "ProvisionedUser",
    "Provisioning",
    "Submission",
    "Team",
    "TeamMembership",
    "UnusablePolicy",
    "User",
    "default_retention_days",
    "validate_time_zone",
)
