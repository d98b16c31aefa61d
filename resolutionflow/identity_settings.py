"""The part of the settings that says who may sign in, and how; `settings` reads it in."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured

from resolutionflow.environment import env, text, whole_number

AUTHENTICATION_BACKENDS = ["accounts_app.backends.AccountBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "accounts_app.passwords.rules.NoNamesValidator"},
]
# A link that sets a new password, by mail or from an admin.
PASSWORD_RESET_TIMEOUT = 24 * 3600
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "dashboard"
LOGOUT_REDIRECT_URL = "login"

# django-allauth. Names are found by our own backend, e-mail addresses among them.
ACCOUNT_ADAPTER = "accounts_app.sign_in.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "accounts_app.sign_in.forms.SignInForm",
    "reset_password": "accounts_app.passwords.forms.LostPasswordForm",
    "reset_password_from_key": "accounts_app.passwords.forms.LinkedPasswordForm",
    "user_token": "accounts_app.passwords.forms.ResetTokenForm",
}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
# One person may work for two accounts; that an address is known elsewhere is for nobody to learn.
ACCOUNT_UNIQUE_EMAIL = False
# One address for each person; another one takes its place when it is confirmed.
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_RATE_LIMITS = {
    "login": "120/m/ip",
    # Wrong passwords: from one address (an office may share it), and for a name from there.
    "login_failed": "50/10m/ip,5/5m/key",
    # For a name from anywhere.
    "login_failed_by_name": "50/h/key",
    "change_password": "20/h/user",
    "reauthenticate": "20/h/user",
    "reset_password": "60/h/ip,5/h/key",
    "reset_password_from_key": "60/h/ip",
    # Links that confirm an address: to one address, and for one person.
    "confirm_email": "5/h/key,20/h/user",
}
ACCOUNT_REAUTHENTICATION_METHODS = {"password", "mfa"}
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
MFA_ADAPTER = "accounts_app.factors.adapter.FactorAdapter"
MFA_FORMS = {
    "add_webauthn": "accounts_app.factors.forms.AddPasskeyForm",
    "login_webauthn": "accounts_app.factors.forms.SignInByPasskeyForm",
    "authenticate_webauthn": "accounts_app.factors.forms.SecondStepByPasskeyForm",
    "reauthenticate_webauthn": "accounts_app.factors.forms.ConfirmByPasskeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "ResolutionFlow"
# A code counts for half a minute before and after its own: clocks differ.
MFA_TOTP_TOLERANCE = 1
# Addresses of mail are set by admins, and confirmed later or never.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_RATE_LIMITS = {"webauthn_login": "60/m/ip"}
ALLAUTH_TRUSTED_PROXY_COUNT = whole_number("TRUSTED_PROXY_COUNT", 0)

# Mail: to a server by EMAIL_URL, to the console of a local installation without one.
SERVER_ADDRESS = text("EMAIL_URL")


def read_mail_server(address: str) -> dict[str, Any]:
    """Return Django's settings of mail for an address such as smtp+tls://user:password@host:587."""
    try:
        found = dict(env.email_url_config(address))
    except Exception:  # the parser's own errors show the password
        found = {}
    if not found.get("EMAIL_HOST") or not address.startswith("smtp"):
        raise ImproperlyConfigured(
            "EMAIL_URL must name a mail server: smtp+tls://user:password@mail.example.com:587."
        )
    return found


if SERVER_ADDRESS:
    mail_server = read_mail_server(SERVER_ADDRESS)
    EMAIL_BACKEND = mail_server["EMAIL_BACKEND"]
    EMAIL_HOST, EMAIL_PORT = mail_server["EMAIL_HOST"], mail_server["EMAIL_PORT"] or 25
    EMAIL_HOST_USER = mail_server["EMAIL_HOST_USER"] or ""
    EMAIL_HOST_PASSWORD = mail_server["EMAIL_HOST_PASSWORD"] or ""
    EMAIL_USE_TLS = mail_server.get("EMAIL_USE_TLS", False)
    EMAIL_USE_SSL = mail_server.get("EMAIL_USE_SSL", False)
else:
    EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
EMAIL_TIMEOUT = 15
DEFAULT_FROM_EMAIL = text("MAIL_FROM") or "ResolutionFlow <resolutionflow@localhost>"
# Without a server people get links from an admin; a local installation prints its mail.
SENDS_MAIL = bool(SERVER_ADDRESS) or not text("ALLOWED_HOSTS")
# Which browsers have signed in as whom before; a new one is told by mail.
KNOWN_BROWSER_COOKIE_NAME = "known_browser"
