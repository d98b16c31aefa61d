"""“A second factor is required”: no address slips past."""

from uuid import uuid4

import pytest
from django.urls import NoReverseMatch, get_resolver, reverse

from accounts_app.first_steps import ALWAYS_ALLOWED, NEW_PASSWORD, SECOND_FACTOR
from accounts_app.models import Account
from tests.accounts_app.factors.codes import give_app

pytestmark = [pytest.mark.django_db, pytest.mark.req("I1", "I2")]
SECURITY = "/settings/security"
VALUES = {"handle": "0" * 32, "uidb36": "1", "key": "x", "object_id": "1", "app_label": "auth",
          "content_type_id": "1", "url": "x"}  # fmt: skip


def every_address():
    """Yield the name, with its namespace, and the path of every address there is."""

    def walk(resolver, prefix):
        for pattern in resolver.url_patterns:
            if hasattr(pattern, "url_patterns"):
                name = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
                yield from walk(pattern, name)
            else:
                yield prefix, pattern

    for prefix, pattern in walk(get_resolver(), ""):
        names = pattern.pattern.regex.groupindex
        arguments = {name: VALUES.get(name, str(uuid4())) for name in names}
        if pattern.name is None:
            continue  # Django admin's redirect of an old address
        try:
            yield f"{prefix}{pattern.name}", reverse(f"{prefix}{pattern.name}", kwargs=arguments)
        except NoReverseMatch:
            yield f"{prefix}{pattern.name}", "/admin/auth/"


ADDRESSES = sorted(set(every_address()), key=lambda one: one[0])


def test_all_kinds_are_among_them():
    names = {name for name, _ in ADDRESSES}
    assert {"dashboard", "admin:index", "session-run", "attachment", "session-typing"} <= names
    assert any(path.startswith("/api/v1/") for _, path in ADDRESSES)
    assert len(ADDRESSES) > 100
    assert names >= ALWAYS_ALLOWED | SECOND_FACTOR.allowed | NEW_PASSWORD.allowed


@pytest.mark.parametrize("who", ["admin", "operator"])
@pytest.mark.parametrize("step", ["second factor", "new password"])
def test_no_address_slips_past(page, admin, who, step):
    if who == "operator":
        admin.is_superuser = True
    admin.must_change_password = step == "new password"
    admin.save()
    Account.objects.update(requires_second_factor=True)
    first = NEW_PASSWORD if admin.must_change_password else SECOND_FACTOR
    client = page(admin)
    wrong = []
    for name, path in ADDRESSES:
        if name in ALWAYS_ALLOWED | first.allowed:
            continue
        for method in ("get", "post", "put", "patch", "delete"):
            for headers in ({}, {"HX-Request": "true"}):
                response = getattr(client, method)(path, headers=headers)
                if headers or path.startswith("/api/"):
                    right = (response.status_code, response.json()["detail"]) == (
                        403,
                        first.message,
                    )
                else:
                    right = (response.status_code, response.get("Location")) == (
                        302,
                        reverse(first.page),
                    )
                if not right:
                    wrong.append((name, method, headers, response.status_code))
    assert not wrong


def test_who_has_one_goes_on(page, engineer):
    Account.objects.update(requires_second_factor=True)
    client = page(engineer)
    assert client.get("/")["Location"] == SECURITY
    assert "requires a second factor" in client.get(SECURITY).content.decode()
    give_app(engineer)
    assert client.get("/").status_code == 200


def test_keys_go_on(api, engineer):
    Account.objects.update(requires_second_factor=True)
    assert api(engineer).get("/api/v1/sessions").status_code == 200


def test_the_last_one_is_not_removed(page, engineer):
    give_app(engineer)
    Account.objects.update(requires_second_factor=True)
    client = page(engineer)
    client.post("/settings/confirm", {"password": "correct horse battery"})
    page_shown = client.get(f"{SECURITY}/app/remove").content.decode()
    assert "requires a second factor" in page_shown
    client.post(f"{SECURITY}/app/remove")
    assert client.get("/").status_code == 200


def test_an_admin_requires_it_of_everybody(page, admin, engineer, stranger):
    sent = {"time_zone": "UTC", "close_idle_after_days": 7, "retention_days": 90,
            "requires_second_factor": "on"}  # fmt: skip
    assert page(admin).post("/settings/account", sent).status_code == 303
    assert page(engineer).get("/")["Location"] == SECURITY
    assert page(admin).get("/")["Location"] == SECURITY
    assert page(stranger).get("/").status_code == 200
