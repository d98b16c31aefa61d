"""Which forms of the pages make something: sent twice, each makes it once.

Every POST of the page table is in `CREATING` or in `CHANGING`. A form of `CREATING` has the field
that makes it one form however often it is sent, or says why it needs none.
"""

from accounts_app.models import ApiKey
from resolutionflow.templatetags.submission_token import TOKEN_FIELD
from sessions_app.models import Attachment, Handover, LibraryStep, Session
from trees_app.models import Tree

REQUEST_ID = "request_id"  # of the step that is recorded or added; the step itself is told by it
SAME_BYTES = ""  # the same bytes at the same step are one file

# By the name of the address: the field, and what is made.
CREATING = {
    "api-key-create": (TOKEN_FIELD, ApiKey),
    "scim-key-create": (TOKEN_FIELD, ApiKey),
    "session-start": (TOKEN_FIELD, Session),
    "session-continue": (TOKEN_FIELD, Session),
    "session-prepare": (TOKEN_FIELD, Session),
    "batch-new": (TOKEN_FIELD, Session),
    "session-save-as-flow": (TOKEN_FIELD, Tree),
    "session-hand-over": (TOKEN_FIELD, Handover),
    "session-add-custom-step": (REQUEST_ID, LibraryStep),
    "session-attach": (SAME_BYTES, Attachment),
}

# These change what is there; sent again, they find it changed.
CHANGING = {
    "login",
    "logout",
    "account_login",
    "account_logout",
    "invitation-create",  # an earlier one to the same address ends: one is open
    "invitation-link",
    "invitation-withdraw",
    "invitation-accept",  # a link works once
    "reset-link-create",
    "kept-form",  # it sends another form on, with that one's own token
    "kept-form-drop",
    "address-change",
    "address-send",
    "address-keep",
    "address-confirm",
    "account_reset_password",
    "account_reauthenticate",
    "mfa_authenticate",
    "mfa_login_webauthn",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_generate_recovery_codes",
    "mfa_add_webauthn",  # a credential is registered once, by its challenge
    "mfa_edit_webauthn",
    "mfa_remove_webauthn",
    "account_reset_password_from_key",
    "password_change",
    "redaction-settings",
    "account-settings",
    "shortcut-settings",
    "api-key-revoke",
    "provisioning-roles",
    "scim-key-revoke",
    "device-end",
    "devices-end-others",
    "flow-publish",
    "flow-delete",
    "session-begin",
    "batch-answer",
    "batch-export",
    "session-close",
    "session-reopen",
    "session-open-again",
    "session-rename",
    "session-ticket",
    "session-discard",
    "session-delete",
    "session-pin",
    "session-answer",
    "session-typing",
    "session-scratchpad",
    "session-variables",
    "session-reference",
    "session-drop-custom-step",
    "session-bring-back",
    "attachment-remove",
    "session-complete",
    "session-addendum",  # the same text sent again is there already
    "session-export",
    "session-preview",
    "session-rendered",
    "session-exported",
}
