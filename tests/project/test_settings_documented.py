"""Every setting is explained in `.env.example`, and a bad one is named at the start."""

import ast
import os
import re
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

from resolutionflow.database_options import bounded
from resolutionflow.environment import is_weak_secret
from tests.project.env_example import documented_settings

BASE_DIR = Path(__file__).resolve().parents[2]
READERS = {"text", "words", "whole_number", "positive_int", "boolean", "log_level", "origins"}
NAME = re.compile(r"[A-Z][A-Z0-9_]{2,}")
# Set by Django, the shell, Playwright or the supervisor for its children; nobody sets them in .env.
INTERNAL = {
    "DJANGO_SETTINGS_MODULE",
    "PLAYWRIGHT_BROWSERS_PATH",
    "RESOLUTIONFLOW_LIFELINE",
    "RESOLUTIONFLOW_PROCESS",
}


def sources():
    yield BASE_DIR / "gunicorn.conf.py"
    for folder in ("resolutionflow", "accounts_app", "trees_app", "sessions_app", "exports_app"):
        yield from (BASE_DIR / folder).rglob("*.py")
    yield BASE_DIR / "tests" / "e2e" / "chromium.py"


def is_environ(node):
    """Whether the expression is `os.environ` or the reader made from it."""
    return (isinstance(node, ast.Attribute) and node.attr == "environ") or (
        isinstance(node, ast.Name) and node.id in ("environ", "env")
    )


def name_read_by(node):
    """The setting that an expression reads, if it reads one by its literal name."""
    if isinstance(node, ast.Subscript):
        return node.slice if is_environ(node.value) else None
    if not (isinstance(node, ast.Call) and node.args):
        return None
    function = node.func
    if isinstance(function, ast.Name):
        return node.args[0] if function.id in READERS else None
    if isinstance(function, ast.Attribute) and (
        function.attr in READERS or is_environ(function.value)
    ):
        return node.args[0]
    return None


def names_read():
    found = set()
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text())):
            name = getattr(name_read_by(node), "value", None)
            if isinstance(name, str) and NAME.fullmatch(name):
                found.add(name)
    return found - INTERNAL


def test_the_reader_of_this_test_sees_the_settings():
    assert {"DATABASE_URL", "SECRET_KEY", "PORT", "WEB_THREADS", "CHROMIUM"} <= names_read()


def test_every_setting_is_documented_and_every_documented_one_is_read():
    assert set(documented_settings()) == names_read()


@pytest.mark.parametrize("name", sorted(documented_settings()))
def test_a_setting_is_explained(name):
    assert len(documented_settings()[name]) > 20


BAD = {
    "DATABASE_URL": "mysql://somebody:s3cret@localhost/flows",
    "DEBUG": "perhaps",
    "HTTPS_ONLY": "maybe",
    "HSTS_INCLUDE_SUBDOMAINS": "all",
    "HSTS_PRELOAD": "later",
    "TRUST_FORWARDED_PROTO": "2",
    "TRUSTED_PROXY_COUNT": "one",
    "CSRF_TRUSTED_ORIGINS": "flows.example.com",
    "SESSION_INACTIVITY_MINUTES": "half an hour",
    "HANDOVER_NEWS_SECONDS": "-1",
    "SESSION_RETENTION_DAYS": "-1",
    "MAX_ATTACHMENT_MB": "16",
    "SECRET_KEY_FALLBACKS": "a-key-of-last-year",
    "API_KEY_CALLS_PER_MINUTE": "-1",
    "API_USER_CALLS_PER_MINUTE": "many",
    "DATABASE_POOL_SIZE": "many",
    "DATABASE_CONNECT_TIMEOUT_SECONDS": "never",
    "JOB_LOCK_TIMEOUT_SECONDS": "0",
    "JOB_STATEMENT_TIMEOUT_SECONDS": "long",
    "STATICFILES_BACKEND": "nowhere.Storage",
    "LOG_LEVEL": "LOUD",
    "ALLOWED_HOSTS": "flows.example.com",
    "TITLE_MODEL": "claude-haiku-4-5",
    "EMAIL_URL": "https://somebody:s3cret@mail.example.com",
    "ANTHROPIC_BASE_URL": "gateway.example.com",
}


def start(module, **settings):
    surroundings = {
        **os.environ,
        "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
        "SECRET_KEY": "",
        "ANTHROPIC_API_KEY": "",
        **settings,
    }
    return subprocess.run(
        [sys.executable, "-c", f"import {module}"],
        cwd=BASE_DIR,
        env=surroundings,
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.mark.parametrize("name", BAD)
def test_a_bad_value_stops_the_start_with_its_name(name):
    ended = start("resolutionflow.settings", **{name: BAD[name]})
    last = ended.stderr.strip().splitlines()[-1]
    assert ended.returncode != 0
    assert ("SECRET_KEY" if name == "ALLOWED_HOSTS" else name) in last
    assert "s3cret" not in ended.stderr


@pytest.mark.parametrize(
    ("name", "value"), [("PORT", "http"), ("PORT", "70000"), ("HOST", "not a host"), ("DEBUG", "?")]
)
def test_the_server_says_in_one_line_what_it_can_not_use(name, value, tmp_path):
    surroundings = {**os.environ, "RESOLUTIONFLOW_DATA_DIR": str(tmp_path), name: value}
    surroundings["DATABASE_URL"] = "postgres://nobody@127.0.0.1:1/none"
    ended = subprocess.run(
        [sys.executable, "-m", "resolutionflow.launch.supervisor"],
        cwd=BASE_DIR,
        env=surroundings,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith("resolutionflow: ")
    assert len(ended.stderr.strip().splitlines()) == 1
    assert name in ended.stderr


def test_good_settings_start():
    ended = start(
        "resolutionflow.settings",
        ALLOWED_HOSTS="flows.example.com",
        SECRET_KEY=secrets.token_urlsafe(64),
        CSRF_TRUSTED_ORIGINS="https://flows.example.com",
        LOG_LEVEL="info",
    )
    assert ended.returncode == 0, ended.stderr


@pytest.mark.parametrize(
    ("process", "bounds"),
    [
        ("web", ("lock_timeout=5s", "statement_timeout=30s")),
        ("", ("lock_timeout=60s", "statement_timeout=3600s")),
    ],
)
def test_waiting_for_the_database_is_bounded_by_who_waits(process, bounds):
    module = "resolutionflow.settings as s; print(s.DATABASES['default']['OPTIONS']['options'])"
    ended = start(module, RESOLUTIONFLOW_PROCESS=process, SECRET_KEY=secrets.token_urlsafe(64))
    assert ended.returncode == 0, ended.stderr
    assert all(f"-c {bound}" in ended.stdout for bound in bounds)


@pytest.mark.parametrize(
    ("more", "names"),
    [
        ({}, "sessionid csrftoken"),
        ({"HTTPS_ONLY": "true"}, "__Host-sessionid __Host-csrftoken"),
        ({"ALLOWED_HOSTS": "flows.example.com"}, "__Host-sessionid __Host-csrftoken"),
    ],
)
def test_cookies_of_an_installation_are_of_this_host_alone(more, names):
    """Their names promise it, and browsers hold it only of secure cookies without a domain."""
    printed = (
        "django; from django.conf import settings as s; "
        "print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME); "
        "print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SESSION_COOKIE_PATH,"
        " s.CSRF_COOKIE_PATH, s.SESSION_COOKIE_DOMAIN, s.CSRF_COOKIE_DOMAIN)"
    )
    ended = start(
        printed,
        SECRET_KEY=secrets.token_urlsafe(64),
        DJANGO_SETTINGS_MODULE="resolutionflow.settings",
        **more,
    )
    is_secure = bool(more)
    assert ended.stdout.splitlines() == [names, f"{is_secure} {is_secure} / / None None"], (
        ended.stderr
    )


def test_the_address_of_the_database_comes_before_the_bounds():
    given = {"options": "-c lock_timeout=9s", "connect_timeout": 2}
    options = bounded(given, connect_seconds=5, lock_seconds=5, statement_seconds=30)
    assert options["connect_timeout"] == 2
    assert "lock_timeout=5s" not in options["options"]
    assert "-c lock_timeout=9s" in options["options"]
    assert "-c statement_timeout=30s" in options["options"]


@pytest.mark.parametrize(
    "key",
    [
        "x",
        "x" * 60,
        "abcabcabc" * 10,
        "django-insecure-" + "q7Zk2Lm9" * 8,
        "change-me-" + "4fK9z" * 9,
    ],
)
def test_a_weak_secret_key_is_refused_in_production(key):
    assert is_weak_secret(key)
    assert not is_weak_secret(secrets.token_urlsafe(32))
    assert not is_weak_secret("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b")
