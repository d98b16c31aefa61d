"""The product's settings, with what makes tests fast and independent of the machine."""

from resolutionflow.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
DATABASES["default"]["OPTIONS"].pop("pool", None)  # noqa: F405
DATABASES["default"]["CONN_MAX_AGE"] = 0  # noqa: F405
# Pages ask for nothing by themselves; the tests of hand-overs switch it on.
HANDOVER_NEWS_SECONDS = 0
