"""Addresses of the account pages."""

from django.urls import path, re_path

from accounts_app import views
from accounts_app.addresses import views as addresses
from accounts_app.devices import views as device_views
from accounts_app.factors.urls import urlpatterns as factor_urls
from accounts_app.kept_forms import views as kept_forms
from accounts_app.passwords import views as passwords
from accounts_app.people import views as people
from accounts_app.scim import pages as scim_pages
from accounts_app.sign_in import views as sign_in_views

# django-allauth asks for some addresses by names of its own, beside Django's.
sign_in, sign_out = sign_in_views.SignIn.as_view(), sign_in_views.SignOut.as_view()

urlpatterns = [
    path("sign-in", sign_in, name="login"),
    path("sign-in", sign_in, name="account_login"),
    path("sign-in/user", sign_in_views.signed_in_user, name="signed-in-user"),
    path("sign-in/form", kept_forms.kept_form, name="kept-form"),
    path("sign-in/form/drop", kept_forms.drop_kept_form, name="kept-form-drop"),
    path("sign-out", sign_out, name="logout"),
    path("sign-out", sign_out, name="account_logout"),
    path("sign-in/lost", passwords.LostPassword.as_view(), name="account_reset_password"),
    path(
        "sign-in/lost/sent",
        passwords.LostPasswordSent.as_view(),
        name="account_reset_password_done",
    ),
    re_path(
        r"^sign-in/new/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[^/]+)$",
        passwords.NewPasswordByLink.as_view(),
        name="account_reset_password_from_key",
    ),
    path("invitations/<str:token>", people.accept_invitation, name="invitation-accept"),
    path("settings/address", addresses.change_address, name="address-change"),
    path("settings/address/send", addresses.send_again, name="address-send"),
    path("settings/address/keep", addresses.keep_address, name="address-keep"),
    path("settings/address/<str:token>", addresses.confirm_address, name="address-confirm"),
    path("settings/people", people.people, name="people"),
    path("settings/people/invite", people.create_invitation, name="invitation-create"),
    path("settings/invitations/<id:pk>/link", people.show_invitation_link, name="invitation-link"),
    path(
        "settings/invitations/<id:pk>/withdraw",
        people.withdraw_invitation,
        name="invitation-withdraw",
    ),
    path("settings/people/<id:pk>/link", people.create_reset_link, name="reset-link-create"),
    path("settings", views.account_settings, name="settings"),
    path("settings/account", views.save_account, name="account-settings"),
    path("settings/shortcuts", views.save_shortcuts, name="shortcut-settings"),
    path("settings/redaction", views.redaction_settings, name="redaction-settings"),
    path("settings/password", passwords.ChangePassword.as_view(), name="password_change"),
    path("settings/provisioning", scim_pages.provisioning, name="provisioning"),
    path("settings/provisioning/roles", scim_pages.save_roles, name="provisioning-roles"),
    path("settings/provisioning/keys", scim_pages.create_scim_key, name="scim-key-create"),
    path(
        "settings/provisioning/keys/<id:pk>/revoke",
        scim_pages.revoke_scim_key,
        name="scim-key-revoke",
    ),
    path("settings/devices/<id:pk>/end", device_views.end_device, name="device-end"),
    path("settings/devices/end-others", device_views.end_other_devices, name="devices-end-others"),
    path("settings/keys", views.create_api_key, name="api-key-create"),
    path("settings/keys/<id:pk>/revoke", views.revoke_api_key, name="api-key-revoke"),
    *factor_urls,
]
