"""The table behind the cache that all processes share: counts of attempts, mostly.

Django deletes what has expired only when the table is full.
"""

from django.db import connection
from django.utils import timezone


def delete_expired() -> int:
    """Delete what counts for nothing any more, and return how many rows that were."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM shared_cache WHERE expires < %s", [timezone.now()])
        return cursor.rowcount
