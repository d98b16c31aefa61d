"""Every id that the API or an address names is a random UUID."""

from uuid import UUID, uuid4

import pytest
from django.apps import apps
from django.db import models
from django.urls import resolve
from django.urls.exceptions import Resolver404

from tests.factories import TreeFactory, make_session

# Rows that no address names: steps stand in their session by position.
NAMELESS = {"sessions_app.Decision"}
OURS = ("accounts_app", "trees_app", "sessions_app")


def test_no_id_can_be_counted() -> None:
    counted = {
        model._meta.label
        for app in OURS
        for model in apps.get_app_config(app).get_models()
        if isinstance(model._meta.pk, models.AutoField)
    }
    assert counted == NAMELESS


@pytest.mark.django_db
def test_ids_are_random(author) -> None:
    ids = [TreeFactory(author=author).pk for _ in range(3)]
    assert all(isinstance(pk, UUID) and pk.version == 4 for pk in ids)


@pytest.mark.django_db
@pytest.mark.req("S2")
def test_an_address_takes_an_id_in_upper_or_lower_case(page, api, engineer) -> None:
    work_session = make_session(engineer)
    for pk in (str(work_session.pk), str(work_session.pk).upper()):
        assert api(engineer).get(f"/api/v1/sessions/{pk}").json()["id"] == str(work_session.pk)
        assert page(engineer).get(f"/sessions/{pk}").status_code == 200
        assert page(engineer).get(f"/flows/{str(work_session.tree_id).upper()}").status_code == 200


@pytest.mark.django_db
def test_an_id_that_nobody_has_is_not_found(page, api, engineer) -> None:
    for kind in ("sessions", "flows"):
        assert page(engineer).get(f"/{kind}/{uuid4()}").status_code == 404
    for kind in ("sessions", "trees"):
        assert api(engineer).get(f"/api/v1/{kind}/{uuid4()}").status_code == 404


@pytest.mark.parametrize(
    "pk", ["1", "x", UUID(int=1).hex, f"{UUID(int=1)}0", f"{{{UUID(int=1)}}}", "g" * 36]
)
def test_what_is_no_id_is_no_address(pk: str) -> None:
    with pytest.raises(Resolver404):
        resolve(f"/sessions/{pk}")
