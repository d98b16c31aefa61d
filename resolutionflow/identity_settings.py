"""The part of the settings that says who may sign in, and how; `settings` reads it in."""

from resolutionflow.environment import whole_number

AUTHENTICATION_BACKENDS = ["accounts_app.backends.AccountBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "dashboard"
LOGOUT_REDIRECT_URL = "login"

# django-allauth. Names are found by our own backend, e-mail addresses among them.
ACCOUNT_ADAPTER = "accounts_app.sign_in.adapter.AccountAdapter"
ACCOUNT_FORMS = {"login": "accounts_app.sign_in.forms.SignInForm"}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
# One person may work for two accounts; that an address is known elsewhere is for nobody to learn.
ACCOUNT_UNIQUE_EMAIL = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_RATE_LIMITS = {
    "login": "120/m/ip",
    # Wrong passwords: from one address (an office may share it), and for a name from there.
    "login_failed": "50/10m/ip,5/5m/key",
    # For a name from anywhere.
    "login_failed_by_name": "50/h/key",
    "change_password": "20/h/user",
    "reauthenticate": "20/h/user",
}
ALLAUTH_TRUSTED_PROXY_COUNT = whole_number("TRUSTED_PROXY_COUNT", 0)
