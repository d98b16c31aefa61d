"""An account's redaction: set by its admins, tried on a sample, used by everything that masks."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts_app.models import Account, Action, AuditEntry
from exports_app.options import ExportOptions
from exports_app.service import render_session
from tests.factories import make_completed

pytestmark = [pytest.mark.django_db, pytest.mark.req("R1")]
SENT = {
    "redaction_allowed": "10.0.0.1",
    "redaction_patterns": "Asset tag: NW-[0-9]{5}",
    "redaction_families_off": ["email"],
    "sample": "NW-20481 at 10.0.0.1, 10.0.0.2, bob@contoso.com",
}


@pytest.fixture
def client(page, admin):
    return page(admin)


def post(client, **changes):
    return client.post(reverse("redaction-settings"), SENT | changes)


def test_it_is_tried_before_it_is_saved(client, admin):
    answer = post(client, **{"try": "1"})
    assert answer.status_code == 200
    shown = "[TOKEN REDACTED] at 10.0.0.1, [IP REDACTED], bob@contoso.com"
    assert shown in answer.content.decode()
    assert not Account.objects.get(pk=admin.account_id).redaction_patterns


def test_it_is_saved_and_logged(client, admin):
    assert post(client).status_code == 303
    account = Account.objects.get(pk=admin.account_id)
    assert account.redaction_families_off == ["email"]
    assert account.redaction_policy().own_patterns == (("Asset tag", "NW-[0-9]{5}"),)
    entry = AuditEntry.objects.get(action=Action.CHANGED, object_id=account.pk)
    assert set(entry.details) == {
        "redaction_allowed",
        "redaction_patterns",
        "redaction_families_off",
    }


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("redaction_patterns", "Tag: (a+)+b", "within another"),
        ("redaction_patterns", "no colon", "name: pattern"),
        ("redaction_allowed", "/(/", "no regular expression"),
        ("redaction_families_off", ["nothing"], "not one of the available"),
    ],
)
def test_what_can_not_be_used_is_said_at_its_field(client, admin, field, value, words):
    answer = post(client, **{field: value})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert Account.objects.get(pk=admin.account_id).redaction_allowed == ""


def test_only_admins_of_the_account_may(page, engineer):
    assert post(page(engineer)).status_code == 403
    assert "redaction-title" not in page(engineer).get(reverse("settings")).content.decode()


def test_the_model_refuses_a_family_that_is_none(admin):
    admin.account.redaction_families_off = "email"
    with pytest.raises(ValidationError):
        admin.account.full_clean()


def test_masked_exports_and_the_api_follow_it(api, engineer):
    Account.objects.filter(pk=engineer.account_id).update(redaction_patterns="Tag: NW-[0-9]{5}")
    engineer.refresh_from_db()
    work_session = make_completed(engineer, scratchpad="moved NW-20481")
    options = ExportOptions(redaction_mode="mask")
    assert "NW-20481" not in render_session(work_session, options).content
    told = api(engineer).post(
        "/api/v1/redact", {"text": "moved NW-20481"}, content_type="application/json"
    )
    assert told.json()["findings"][0]["rule"] == "own:Tag"
    assert told.json()["rules"] == {"own:Tag": "Own pattern: Tag"}
