"""Time zones are chosen from a list, in the settings and in the admin."""

import pytest
from django.test import Client

from accounts_app.forms import AccountForm, ProfileForm
from accounts_app.models import User, validate_time_zone
from accounts_app.models.time_zone import time_zone_choices
from tests.admin_pages import address
from tests.factories import UserFactory

NAMES = [name for _, zones in time_zone_choices() for name, _ in zones]


def test_every_zone_of_the_list_is_one():
    assert len(NAMES) == len(set(NAMES)) > 400
    for name in NAMES:
        validate_time_zone(name)
    assert {"Europe/Berlin", "America/Argentina/Buenos_Aires", "UTC"} <= set(NAMES)


def test_zones_stand_under_their_region():
    regions = dict(time_zone_choices())
    assert ("Europe/Berlin", "Berlin") in regions["Europe"]
    assert ("America/Argentina/Buenos_Aires", "Argentina/Buenos Aires") in regions["America"]
    assert ("America/New_York", "New York") in regions["America"]
    assert list(regions)[-1] == "Other"


@pytest.mark.django_db
def test_the_forms_have_the_list():
    user = UserFactory(role=User.Role.ADMIN)
    own, account = ProfileForm(instance=user), AccountForm(instance=user.account)
    assert own.fields["time_zone"].choices[0] == ("", "The account’s time zone")
    assert account.fields["time_zone"].choices[0][0] == "Africa"
    assert '<option value="Europe/Berlin" selected>Berlin</option>' in str(account["time_zone"])
    client = Client()
    client.force_login(user)
    page = client.get(address(User, "change", user.pk)).content.decode()
    assert '<optgroup label="Europe">' in page


@pytest.mark.django_db
def test_another_name_is_refused():
    user = UserFactory()
    form = ProfileForm({"time_zone": "Mars/Olympus"}, instance=user)
    assert form.errors["time_zone"] == ["“Mars/Olympus” is not a time zone; choose one."]
