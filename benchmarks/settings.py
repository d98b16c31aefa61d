"""The product's settings, with one more address (the floor) and a database of its own."""

import os

from resolutionflow.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.urls"
DATABASES["default"].setdefault("TEST", {})["NAME"] = f"benchmark_{os.getpid()}"  # noqa: F405
# Counted as ever, and never reached: the callers of a benchmark do nothing else.
API_KEY_CALLS_PER_MINUTE = API_USER_CALLS_PER_MINUTE = 1_000_000_000
