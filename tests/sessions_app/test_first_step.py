"""A flow that was stored, past every check, without the step that its runs begin with."""

import pytest
from django.db import connection

from sessions_app.models import Session
from tests.factories import TreeFactory
from trees_app.models import Tree, snapshot

pytestmark = [pytest.mark.django_db, pytest.mark.req("S16")]


@pytest.mark.parametrize("start", ["null", '"no-such-step"'])
@pytest.mark.parametrize(
    ("way", "form"), [("start", {}), ("prepare", {}), ("batch", {"targets": "SRV-1"})]
)
def test_it_is_said_where_it_is_started(page, engineer, author, start, way, form):
    tree = TreeFactory(author=author, published=True, tree_type=Tree.Type.MAINTENANCE)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE trees_app_snapshot SET document = jsonb_set(document, '{structure,start}', %s)",
            [start],
        )
    snapshot.cache.clear()  # as after a restart
    response = page(engineer).post(f"/flows/{tree.pk}/{way}", form, follow=True)
    assert response.status_code < 500
    assert "no first step" in response.content.decode()
    assert not Session.objects.exists()
