"""The policies find their few sessions among many by an index of their own."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from sessions_app.models import Session
from sessions_app.retention import archive_writer, closing_idle, policies
from tests.factories import UserFactory, store_snapshot

pytestmark = [pytest.mark.django_db, pytest.mark.req("H6")]
MANY = 12_000


@pytest.fixture
def crowded(engineer):
    """Two accounts with a history, a few of it old, a few idle."""
    now = timezone.now()
    for user in (engineer, UserFactory()):
        snapshot_id = store_snapshot(user.account, {})
        rows = [
            Session(
                account=user.account,
                user=user,
                tree_name="VPN",
                snapshot_id=snapshot_id,
                started_at=now - timedelta(minutes=number * 11),
                last_activity_at=now - timedelta(minutes=number * 11),
                completed_at=None if number % 400 == 0 else now - timedelta(minutes=number * 11),
                outcome="" if number % 400 == 0 else "resolved",
            )
            for number in range(MANY // 2)
        ]
        Session.objects.bulk_create(rows, batch_size=2000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE sessions_app_session")
    engineer.account.retention_days = 40
    return engineer.account


def test_each_policy_uses_its_index(crowded):
    idle = policies.idle_sessions(crowded)[: closing_idle.BATCH_SIZE]
    assert idle.count() > 0
    assert "session_active_touched" in idle.explain()
    old = policies.expired_sessions(crowded)
    assert old.exists()
    assert "session_completed" in old.order_by("completed_at", "pk")[:50].explain()


def test_the_last_batch_of_an_archive_is_found_by_key(crowded):
    """Page by page, every old session once, each page from the index without a sort of all."""
    with_log = []

    def noting(execute, sql, params, many, context):
        with_log.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(noting):
        pages = list(archive_writer._id_batches(policies.expired_sessions(crowded)))
    assert (
        sum(map(len, pages))
        == policies.expired_sessions(crowded).count()
        > archive_writer.BATCH_SIZE
    )
    assert len({pk for page in pages for pk in page}) == sum(map(len, pages))
    sql, params = with_log[-2]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {sql}", params)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "session_completed" in plan
    assert "Seq Scan" not in plan
