"""What holds for every page: errors in kind words, headers, and templates that keep the policy."""

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.test import Client
from django.utils import timezone

from trees_app.models import Tree

ROOT = Path(settings.BASE_DIR)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
STATIC = sorted(
    path
    for path in (ROOT / "static").rglob("*")
    if path.suffix in (".css", ".js", ".svg", ".webmanifest")
)
EVERY_TEMPLATE = pytest.mark.parametrize(
    "path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT))
)


def text(response):
    return response.content.decode()


# -- error pages -------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/nothing", "/sessions/x", "/flows/999999999"])
def test_not_found(page, engineer, path):
    """It never lists the addresses that there are."""
    response = page(engineer).get(path)
    assert response.status_code == 404
    assert "sessions/&lt;uuid" not in text(response)
    assert "Go to the dashboard" in text(response)


@pytest.mark.req("S16")
@pytest.mark.django_db
def test_api_errors_are_json(page, engineer):
    response = page(engineer).get("/api/v1/nothing")
    assert (response.status_code, response["Content-Type"]) == (
        404,
        "application/json; charset=utf-8",
    )
    assert response.json()["detail"]


@pytest.fixture
def broken(monkeypatch, page, engineer):
    """The flows page fails with `error`; the answer is what the browser gets."""

    def get(error, path="/flows"):
        client = page(engineer)
        client.raise_request_exception = False

        def fail(*args):
            raise error

        monkeypatch.setattr(Tree.objects, "visible_to", fail)
        return client.get(path)

    return get


@pytest.mark.django_db
@pytest.mark.parametrize("error", [OperationalError("gone"), InterfaceError("closed")])
def test_while_the_database_is_away(broken, error):
    response = broken(error)
    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert "database can" in text(response)
    assert "gone" not in text(response)


@pytest.mark.django_db
def test_a_fault_of_ours(broken):
    response = broken(RuntimeError("secret detail"))
    assert response.status_code == 500
    assert "secret detail" not in text(response)
    assert "Traceback" not in text(response)


@pytest.mark.django_db
def test_a_refusal_says_why(broken):
    response = broken(PermissionDenied("Only admins may."))
    assert response.status_code == 403
    assert "Only admins may." in text(response)


@pytest.mark.django_db
def test_signing_in_while_the_database_is_away(monkeypatch):
    def away(*args, **kwargs):
        raise OperationalError("gone")

    client = Client(raise_request_exception=False)
    monkeypatch.setattr("accounts_app.backends.find_user", away)
    response = client.post("/sign-in", {"username": "ana", "password": "x"})
    assert response.status_code == 503


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/settings", "/sign-in"])
def test_a_form_without_its_token(engineer, path):
    client = Client(enforce_csrf_checks=True)
    if path == "/settings":
        client.force_login(engineer)
    response = client.post(path, {"first_name": "x"})
    assert response.status_code == 403
    assert "open for too long" in text(response)


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/settings", "/api/v1/sessions", "/sign-in"])
def test_a_request_too_large_is_refused_before_it_is_read(page, engineer, path):
    client = page(engineer)
    response = client.post(path, headers={"Content-Length": str(settings.MAX_REQUEST_BYTES + 1)})
    assert response.status_code == 413
    assert "16 MB" in response.json()["detail"]


@pytest.mark.req("S16")
def test_a_plain_form_too_large_gets_a_page(client):
    """Without a session, a database, or anything of what was sent."""
    headers = {"Content-Length": str(settings.MAX_REQUEST_BYTES + 1), "Accept": "text/html,*/*"}
    response = client.post("/sessions", headers=headers)
    assert response.status_code == 413
    assert response["Content-Type"].startswith("text/html")
    assert "At most 16 MB fit into one form" in text(response)
    assert "Content-Security-Policy" in response
    script = client.post("/sessions", headers={**headers, "HX-Request": "true"})
    assert "16 MB" in script.json()["detail"]
    call = client.post("/api/v1/steps", headers=headers)
    assert "16 MB" in call.json()["detail"]


def test_a_request_without_a_length_is_refused(client):
    response = client.post("/sign-in", headers={"Transfer-Encoding": "chunked"})
    assert response.status_code == 413


# -- headers -----------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/flows", "/nothing", "/sign-in", "/healthz"])
def test_security_headers(page, engineer, path):
    response = page(engineer).get(path)
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "style-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert "no-store" in response["Cache-Control"]
    assert "camera=()" in response["Permissions-Policy"]


@pytest.mark.django_db
def test_static_files_are_kept_by_browsers(client):
    assert "no-store" not in client.get("/static/js/keys.js")["Cache-Control"]


def fields_of_security_txt(client):
    response = client.get("/.well-known/security.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    return dict(line.split(": ", 1) for line in response.content.decode().splitlines())


def test_security_txt_names_whom_to_tell(client, settings):
    fields = fields_of_security_txt(client)
    assert fields["Contact"] == "mailto:security@testserver"
    expires = datetime.fromisoformat(fields["Expires"])
    assert timedelta(days=90) < expires - timezone.now() < timedelta(days=365)
    settings.SECURITY_CONTACT = "https://example.com/report"
    assert fields_of_security_txt(client)["Contact"] == "https://example.com/report"


@pytest.mark.django_db
def test_password_managers_find_where_to_change_a_password(page, engineer):
    response = page(engineer).get("/.well-known/change-password")
    assert (response.status_code, response["Location"]) == (302, "/settings/password")


# -- templates and static files ----------------------------------------------------------------


@EVERY_TEMPLATE
def test_a_template_keeps_the_policy(path):
    """The policy forbids inline scripts, styles and handlers: they would fail in silence."""
    markup = path.read_text(encoding="utf-8")
    # A mail is no page of the site: it has its style with it.
    assert path.parent.name == "mail" or not re.search(r"<style\b", markup)
    assert not re.search(r"\sstyle\s*=", markup)
    assert not re.search(r"<[^>]*\son[a-z]+\s*=", markup)
    assert not re.search(r"""(href|src|action)\s*=\s*["']?\s*javascript:""", markup, re.I)
    assert not re.search(r"\bhx-on\b|\bhx-vals\s*=\s*[\"']js:", markup)
    for tag in re.findall(r"<script\b[^>]*>", markup):
        assert "src=" in tag or 'type="application/json"' in tag


@pytest.mark.req("U5")
@EVERY_TEMPLATE
def test_a_template_asks_nobody_else(path):
    urls = re.findall(r"(?:https?:)?//[\w.-]+\.\w+", path.read_text(encoding="utf-8"))
    assert {url for url in urls if "w3.org" not in url and "example" not in url} == set()


@EVERY_TEMPLATE
def test_a_comment_of_one_line_ends_on_its_line(path):
    """Django shows a `{# … #}` that spans lines to the reader."""
    for line in path.read_text(encoding="utf-8").splitlines():
        assert line.count("{#") == line.count("#}")


@EVERY_TEMPLATE
def test_a_form_that_writes_carries_its_token(path):
    markup = path.read_text(encoding="utf-8")
    for form in re.findall(r'<form\b[^>]*method="post".*?</form>', markup, re.S):
        # The step's form includes its token with the notes.
        assert "{% csrf_token %}" in form or "_step_notes.html" in form


@EVERY_TEMPLATE
def test_every_static_file_that_is_named_is_there(path):
    for name in re.findall(r"{% static '([^']+)'", path.read_text(encoding="utf-8")):
        assert finders.find(name), name


@pytest.mark.req("U5")
@pytest.mark.parametrize("path", STATIC, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_static_file_asks_nobody_else(path):
    """A licence and a namespace name an address without asking it."""
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".svg":
        source = re.sub(r"/\*.*?\*/", "", source, flags=re.S)
    urls = re.findall(r"https?://[^\s\"'`)<]+", source)
    assert [url for url in urls if not url.startswith("http://www.w3.org/")] == []
    assert not re.search(r"@import\s+[\"']?(https?:)?//|url\(\s*[\"']?(https?:)?//", source)
