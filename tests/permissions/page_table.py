"""Who gets what from every page: one line per method that the page has.

The columns are `world.PEOPLE`, the objects those of `api_table`. 303 is the redirect after a
write that was done (or that sends a reader to what they may see), 302 the way to the sign-in.
A new page is not done before it has its lines here; Django admin is tested by itself.
"""

TABLE = """
#                             anon stranger mate viewer owner assignee author admin integration
GET  healthz                  200 200 200 200 200 200 200 200 200
GET  login                    200 302 302 302 302 302 302 302 302
GET  account_login            200 302 302 302 302 302 302 302 302
POST account_login            200 302 302 302 302 302 302 302 302
POST account_logout           302 302 302 302 302 302 302 302 302
GET  account_reset_password          200 200 200 200 200 200 200 200 200
POST account_reset_password          302 302 302 302 302 302 302 302 302
GET  account_reset_password_done     200 200 200 200 200 200 200 200 200
GET  account_reset_password_from_key 200 200 200 200 200 200 200 200 200
POST account_reset_password_from_key 200 200 200 200 200 200 200 200 200
GET  mfa_index                       302 200 200 200 200 200 200 200 200
GET  mfa_list_webauthn               302 302 302 302 302 302 302 302 302
GET  mfa_authenticate                302 302 302 302 302 302 302 302 302
POST mfa_authenticate                302 302 302 302 302 302 302 302 302
GET  mfa_login_webauthn              302 302 302 302 302 302 302 302 302
POST mfa_login_webauthn              302 302 302 302 302 302 302 302 302
GET  account_reauthenticate          302 200 200 200 200 200 200 200 200
POST account_reauthenticate          302 200 200 200 200 200 200 200 200
GET  mfa_reauthenticate              302 302 302 302 302 302 302 302 302
POST mfa_reauthenticate              302 302 302 302 302 302 302 302 302
GET  mfa_reauthenticate_webauthn     302 302 302 302 302 302 302 302 302
POST mfa_reauthenticate_webauthn     302 302 302 302 302 302 302 302 302
GET  mfa_activate_totp               302 302 302 302 302 302 302 302 302
POST mfa_activate_totp               302 302 302 302 302 302 302 302 302
GET  mfa_deactivate_totp             302 404 404 404 404 404 404 404 404
POST mfa_deactivate_totp             302 404 404 404 404 404 404 404 404
GET  mfa_view_recovery_codes         302 404 404 404 404 404 404 404 404
GET  mfa_download_recovery_codes     302 404 404 404 404 404 404 404 404
GET  mfa_generate_recovery_codes     302 302 302 302 302 302 302 302 302
POST mfa_generate_recovery_codes     302 302 302 302 302 302 302 302 302
GET  mfa_add_webauthn                302 302 302 302 302 302 302 302 302
POST mfa_add_webauthn                302 302 302 302 302 302 302 302 302
GET  mfa_edit_webauthn               302 302 302 302 302 302 302 302 302
POST mfa_edit_webauthn               302 302 302 302 302 302 302 302 302
GET  mfa_remove_webauthn             302 302 302 302 302 302 302 302 302
POST mfa_remove_webauthn             302 302 302 302 302 302 302 302 302
GET  people                          302 403 403 403 403 403 403 200 403
POST invitation-create               302 403 403 403 403 403 403 303 403
POST invitation-link                 302 403 403 403 403 403 403 200 403
POST invitation-withdraw             302 403 403 403 403 403 403 303 403
POST reset-link-create               302 403 403 403 403 403 403 200 403
GET  invitation-accept               410 410 410 410 410 410 410 410 410
POST invitation-accept               410 410 410 410 410 410 410 410 410
GET  kept-form                302 302 302 302 302 302 302 302 302
POST kept-form                302 302 302 302 302 302 302 302 302
POST kept-form-drop           302 303 303 303 303 303 303 303 303
GET  security-txt             200 200 200 200 200 200 200 200 200
GET  change-password          302 302 302 302 302 302 302 302 302
POST login                    200 302 302 302 302 302 302 302 302
GET  signed-in-user           200 200 200 200 200 200 200 200 200
POST logout                   302 302 302 302 302 302 302 302 302
GET  dashboard                302 200 200 200 200 200 200 200 200
GET  account-overview         302 403 403 403 403 403 403 200 403
GET  settings                 302 200 200 200 200 200 200 200 200
GET  password_change          302 200 200 200 200 200 200 200 200
POST password_change          302 200 200 200 200 200 200 200 200
POST api-key-create           302 403 403 403 403 403 403 403 403
POST address-change           302 403 403 403 403 403 403 403 403
POST address-send             302 303 303 303 303 303 303 303 303
POST address-keep             302 303 303 303 303 303 303 303 303
GET  address-confirm          302 410 410 410 410 410 410 410 410
POST address-confirm          302 410 410 410 410 410 410 410 410
POST account-settings       302 403 403 403 403 403 403 422 403
POST shortcut-settings      302 422 422 422 422 422 422 422 422
POST redaction-settings       302 403 403 403 403 403 403 303 403
GET  provisioning             302 403 403 403 403 403 403 200 403
POST provisioning-roles       302 403 403 403 403 403 403 422 403
POST scim-key-create          302 403 403 403 403 403 403 403 403
POST scim-key-revoke          302 403 403 403 403 403 403 403 403
POST api-key-revoke           302 403 403 403 403 403 403 403 403
POST device-end               302 403 403 403 403 403 403 403 403
POST devices-end-others       302 403 403 403 403 403 403 403 403
GET  flow-list                302 200 200 200 200 200 200 200 200
GET  flow-detail              302 404 200 200 200 200 200 200 200
POST flow-publish             302 404 403 403 403 403 303 303 403
GET  flow-delete              302 404 403 403 403 403 303 303 403
POST flow-delete              302 404 403 403 403 403 303 303 403
GET  flow-delete@draft        302 404 403 403 200 403 403 200 403
POST flow-delete@draft        302 404 403 403 303 403 403 303 403
GET  flow-detail@draft        302 404 403 403 200 403 403 200 403
POST flow-publish@draft       302 404 403 403 303 403 403 303 403
GET  session-new              302 200 200 200 200 200 200 200 200
POST session-start            302 404 303 403 303 303 303 303 403
GET  session-prepare          302 404 200 403 200 200 200 200 403
POST session-prepare          302 404 303 403 303 303 303 303 403
POST session-begin            302 404 403 403 303 303 403 403 403
GET  batch-new                302 404 200 403 200 200 200 200 403
POST batch-new                302 404 303 403 303 303 303 303 403
GET  batch-list               302 200 200 200 200 200 200 200 200
GET  batch-detail             302 404 404 404 200 200 404 200 200
POST batch-answer             302 404 404 404 303 303 404 403 403
POST batch-export             302 404 404 404 200 200 404 200 200
GET  session-list             302 200 200 200 200 200 200 200 200
GET  handover-news              302 204 204 204 204 204 204 204 204
GET  session-sidebar          302 200 200 200 200 200 200 200 200
GET  session-detail           302 404 403 403 200 200 403 200 200
POST session-close            302 404 403 403 303 303 403 403 403
POST session-reopen           302 404 403 403 303 303 403 403 403
POST session-open-again         302 404 403 403 303 303 403 403 403
POST session-discard            302 404 403 403 303 403 403 403 403
GET  session-continue           302 404 403 403 200 200 403 403 403
POST session-continue           302 404 403 403 303 303 403 403 403
GET  session-delete           302 404 403 403 200 403 403 403 403
GET  session-rename           302 404 403 403 200 200 403 403 403
POST session-rename           302 404 403 403 303 303 403 403 403
GET  session-ticket             302 404 403 403 200 200 403 403 403
POST session-ticket             302 404 403 403 303 303 403 403 403
POST session-delete           302 404 403 403 303 403 403 403 403
POST session-pin              302 404 403 403 303 303 403 303 403
GET  session-run              302 404 403 403 200 200 403 303 303
POST session-answer           302 404 403 403 303 303 403 403 403
POST session-typing           302 404 403 403 200 200 403 403 403
POST session-scratchpad       302 404 403 403 303 303 403 403 403
POST session-variables        302 404 403 403 303 303 403 403 403
POST session-reference        302 404 403 403 303 303 403 403 403
POST session-add-custom-step  302 404 403 403 303 303 403 403 403
GET  session-step-library     302 404 403 403 200 200 403 303 303
POST session-drop-custom-step 302 404 403 403 409 409 403 403 403
POST session-bring-back       302 404 403 403 409 409 403 403 403
GET  session-hand-over        302 404 403 403 200 403 403 403 403
POST session-hand-over        302 404 403 403 422 403 403 403 403
POST session-attach           302 404 403 403 422 422 403 403 403
GET  attachment               302 404 403 403 200 200 403 200 200
POST attachment-remove        302 404 403 403 303 303 403 403 403
GET  session-save-as-flow     302 404 403 403 200 403 403 403 403
POST session-save-as-flow     302 404 403 403 303 403 403 403 403
GET  session-complete         302 404 403 403 200 200 403 303 303
POST session-complete         302 404 403 403 303 303 403 403 403
POST session-addendum         302 404 403 403 409 409 403 403 403
POST session-export           302 404 403 403 200 200 403 200 200
GET  session-preview          302 404 403 403 200 200 403 200 200
POST session-preview          302 404 403 403 200 200 403 200 200
POST session-rendered         302 404 403 403 200 200 403 200 200
POST session-exported         302 404 403 403 204 204 403 204 204
"""

# What is sent, where the form needs it.
FORMS = {
    "POST invitation-create": {"email": "ben@example.com", "role": "engineer"},
    "POST address-change": {"email": "new@example.com"},
    "POST account_reset_password": {"email": "ana@northwind.example"},
    "POST batch-new": {"targets": "SRV-1"},
    "POST batch-answer": {"node_id": "scope", "choice": 0, "target": "{mark}"},
    "POST session-close": {"outcome": "resolved"},
    "POST session-rename": {"title": "VPN certificate"},
    "POST session-ticket": {"ticket_number": "T-7"},
    "POST session-continue": {"tree_id": "{tree}"},
    "POST session-delete": {"sure": "yes"},
    "POST session-pin": {"pinned": "yes"},
    "POST session-answer": {"position": 1, "node_id": "scope", "choice": 0},
    "POST session-typing": {"position": 1, "node_id": "scope"},
    "POST session-scratchpad": {"scratchpad": ""},
    "POST session-variables": {"variable-gateway": "gw"},
    "POST session-reference": {"ticket_number": "T-7"},
    "POST session-add-custom-step": {"title": "Call the ISP"},
    "POST session-bring-back": {"discarded_branch": "6f1d2b1e-8f0a-4f9e-9b8e-3f6f1f0a7c11"},
    "POST session-save-as-flow": {"name": "Call the ISP first", "status": "draft"},
    "POST session-complete": {"outcome": "resolved"},
    "POST session-addendum": {"outcome_notes": "Rang again."},
}
# What an address answers is somebody else's to test.
ELSEWHERE = ("admin/", "api/", "scim/", "static/")
