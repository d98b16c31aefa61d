"""What archiving and deleting cost: queries by the batch, memory by the session."""

import secrets
import tracemalloc
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sessions_app import services
from sessions_app.attachments import storage
from sessions_app.models import Attachment, Session
from sessions_app.retention import archive_writer, purging
from sessions_app.retention.restoring import restore
from tests.factories import make_session

pytestmark = pytest.mark.django_db(transaction=True)


def cost_of(engineer, count):
    tree = make_session(engineer).tree
    Session.objects.all().delete()
    for _ in range(count):
        services.create_and_start(user=engineer, tree=tree)
    at = timezone.now() - timedelta(days=100)
    Session.objects.update(started_at=at, completed_at=at, outcome="resolved")
    with CaptureQueriesContext(connection) as queries:
        assert purging.purge(engineer.account).sessions == count
    return len(queries)


def test_queries_grow_by_the_batch_not_by_the_session(engineer):
    few, many = cost_of(engineer, 2), cost_of(engineer, 15)
    assert few == many
    batches = -(-120 // archive_writer.BATCH_SIZE) + -(-120 // purging.BATCH_SIZE)
    assert cost_of(engineer, 120) <= few * batches / 2 + few


def test_memory_does_not_grow_with_what_is_archived(engineer, settings):
    """200 sessions of 100 KB and a file of 8 MB, there and back: a few of them are held at once."""
    tree = make_session(engineer).tree
    for number in range(200):
        work_session = services.create_and_start(user=engineer, tree=tree)
        text = f"{number} line\n" * 10_000
        Session.objects.filter(pk=work_session.pk).update(scratchpad=text[:100_000])
    data = secrets.token_bytes(8 * 1024 * 1024)
    Attachment.objects.create(
        account=engineer.account,
        session=work_session,
        node_id="scope",
        name="dump.png",
        content_type="image/png",
        size=len(data),
        sha256="0" * 64,
        stored_as=storage.save(engineer.account_id, data),
    )
    del data
    at = timezone.now() - timedelta(days=100)
    Session.objects.update(started_at=at, completed_at=at, outcome="resolved")
    tracemalloc.start()
    try:
        (name,) = purging.purge(engineer.account).archives
        purged = tracemalloc.get_traced_memory()[1]
        tracemalloc.reset_peak()
        assert restore(settings.ARCHIVE_DIR / name).sessions == 201
        restored = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert max(purged, restored) < 8 * 1024 * 1024
