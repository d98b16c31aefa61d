"""Browser sessions are in the database alone, and nothing about a user is copied into them."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as project_settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts_app.models import Account, BrowserSession
from tests.e2e.proxy import address
from tests.factories import PASSWORD, confirm

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.req("I5")]
BASE_DIR = Path(__file__).resolve().parents[2]
MODULE = "tests.accounts_app.other_process"


@pytest.fixture
def other_process(tmp_path):
    """Ask another process with a copied cookie: `other_process(key)` is (status, zone, role)."""
    environment = {
        **os.environ,
        "DATABASE_URL": address(connection.settings_dict),
        "SECRET_KEY": project_settings.SECRET_KEY,
        "RESOLUTIONFLOW_DATA_DIR": str(tmp_path),
    }
    with subprocess.Popen(
        [sys.executable, "-m", MODULE],
        cwd=BASE_DIR,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout.readline().strip() == "ready"

        def ask(key):
            process.stdin.write(f"{key}\n")
            process.stdin.flush()
            status, zone, role = process.stdout.readline().rstrip("\n").split(" ")
            return int(status), zone, role

        yield ask
        process.stdin.close()


def signed_in(user):
    client = Client()
    assert client.login(username=user.username, password=PASSWORD)
    return client, client.cookies[project_settings.SESSION_COOKIE_NAME].value


def test_signing_out_ends_a_copied_cookie_in_every_process(engineer, other_process):
    client, key = signed_in(engineer)
    assert other_process(key)[0] == 200
    client.post("/sign-out")
    assert other_process(key)[0] == 302
    assert not BrowserSession.objects.exists()


def test_a_changed_zone_of_the_account_reaches_everybody_at_once(engineer, other_process):
    client, key = signed_in(engineer)
    assert other_process(key)[:2] == (200, "Europe/Berlin")
    assert client.get("/settings").context["time_zone"] == "Europe/Berlin"
    Account.objects.filter(pk=engineer.account_id).update(time_zone="Asia/Tokyo")
    assert other_process(key)[:2] == (200, "Asia/Tokyo")
    assert client.get("/settings").context["time_zone"] == "Asia/Tokyo"


def test_deactivation_counts_in_every_process_at_once(engineer, other_process):
    _, key = signed_in(engineer)
    assert other_process(key)[0] == 200
    type(engineer).objects.filter(pk=engineer.pk).update(is_active=False)
    assert other_process(key)[0] == 302


def test_a_changed_role_counts_in_every_process_at_once(admin, other_process):
    _, key = signed_in(admin)
    assert other_process(key)[2] == "admin"
    type(admin).objects.filter(pk=admin.pk).update(role="viewer")
    assert other_process(key)[2] == "viewer"


def test_a_new_password_signs_out_other_browsers_in_every_process(engineer, other_process):
    client, key = signed_in(engineer)
    _, copied = signed_in(engineer)
    assert other_process(copied)[0] == 200
    new = "another horse battery 7"
    sent = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    client.post("/settings/password", sent)
    assert other_process(copied)[0] == 302
    assert other_process(key)[0] == 302  # a new one was given to the browser
    assert other_process(client.cookies[project_settings.SESSION_COOKIE_NAME].value)[0] == 200


def test_signing_out_a_browser_counts_in_every_process_at_once(engineer, other_process):
    client, _ = signed_in(engineer)
    _, left_behind = signed_in(engineer)
    assert other_process(left_behind)[0] == 200
    confirm(client).post("/settings/devices/end-others")
    assert other_process(left_behind)[0] == 302


def test_being_idle_ends_a_session_in_every_process(engineer, other_process):
    _, key = signed_in(engineer)
    Account.objects.filter(pk=engineer.account_id).update(idle_timeout_minutes=15)
    assert other_process(key)[0] == 200
    then = timezone.now() - timedelta(minutes=16)
    BrowserSession.objects.filter(pk=key).update(last_seen_at=then)
    assert other_process(key)[0] == 302


def test_a_browser_session_holds_no_more_than_who_it_is(engineer):
    client, key = signed_in(engineer)
    client.get("/")
    kept = BrowserSession.objects.get(session_key=key).get_decoded()
    assert set(kept) == {"_auth_user_id", "_auth_user_backend", "_auth_user_hash"}


def test_who_is_signed_in_and_their_zone_cost_one_query(engineer):
    """The browser session with its user and their account."""
    client, _ = signed_in(engineer)
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/api/v1/schema").status_code == 200
    assert len(queries) == 1
    joined = ("accounts_app_browsersession", "accounts_app_user", "accounts_app_account")
    assert all(table in queries[0]["sql"] for table in joined)


def test_the_row_says_who_and_what_is_signed_says_it_too(engineer, colleague):
    """Whoever could write the column alone is nobody else."""
    client, key = signed_in(engineer)
    assert BrowserSession.objects.get(pk=key).user == engineer
    BrowserSession.objects.filter(pk=key).update(user=colleague)
    assert client.get("/settings").context["user"] == engineer


def test_a_session_of_before_the_sign_in_is_nobodys(engineer):
    client = Client()
    client.get("/sign-in")
    assert not BrowserSession.objects.filter(user__isnull=False).exists()
    client.post("/sign-in", {"username": engineer.username, "password": PASSWORD})
    assert BrowserSession.objects.get().user == engineer


def test_an_expired_session_is_none(engineer):
    client, key = signed_in(engineer)
    BrowserSession.objects.filter(pk=key).update(expire_date=timezone.now())
    assert client.get("/settings").status_code == 302
