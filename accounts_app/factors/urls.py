"""Addresses of second factors, by the names that django-allauth asks for."""

from allauth.mfa.recovery_codes.views import DownloadRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.views import LoginWebAuthnView
from django.urls import path
from django.views.generic import RedirectView

from accounts_app.factors import views

SECURITY = "settings/security"

urlpatterns = [
    path("sign-in/second", views.SecondFactor.as_view(), name="mfa_authenticate"),
    path("sign-in/passkey", LoginWebAuthnView.as_view(), name="mfa_login_webauthn"),
    path("settings/confirm", views.ConfirmByPassword.as_view(), name="account_reauthenticate"),
    path("settings/confirm/code", views.ConfirmByCode.as_view(), name="mfa_reauthenticate"),
    path(
        "settings/confirm/passkey",
        views.ConfirmByPasskey.as_view(),
        name="mfa_reauthenticate_webauthn",
    ),
    path(SECURITY, views.Security.as_view(), name="mfa_index"),
    path(f"{SECURITY}/app", ActivateTOTPView.as_view(), name="mfa_activate_totp"),
    path(f"{SECURITY}/app/remove", DeactivateTOTPView.as_view(), name="mfa_deactivate_totp"),
    path(f"{SECURITY}/codes", views.RecoveryCodes.as_view(), name="mfa_view_recovery_codes"),
    path(
        f"{SECURITY}/codes/new",
        views.NewRecoveryCodes.as_view(),
        name="mfa_generate_recovery_codes",
    ),
    path(
        f"{SECURITY}/codes/download",
        DownloadRecoveryCodesView.as_view(),
        name="mfa_download_recovery_codes",
    ),
    path(
        f"{SECURITY}/passkeys",
        RedirectView.as_view(pattern_name="mfa_index"),
        name="mfa_list_webauthn",
    ),
    path(f"{SECURITY}/passkeys/new", views.AddPasskey.as_view(), name="mfa_add_webauthn"),
    path(
        f"{SECURITY}/passkeys/<slug:handle>/remove",
        views.RemovePasskey.as_view(),
        name="mfa_remove_webauthn",
    ),
    path(
        f"{SECURITY}/passkeys/<slug:handle>/rename",
        views.RenamePasskey.as_view(),
        name="mfa_edit_webauthn",
    ),
]
