"""Second factors: an authenticator app, passkeys and recovery codes, on django-allauth's."""
