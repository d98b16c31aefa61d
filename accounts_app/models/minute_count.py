"""How much was done within a minute, by whom: what all processes know of it."""

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import connection, models
from django.utils import timezone

from resolutionflow.uuid_model import UUIDModel

ADD = """
    INSERT INTO accounts_app_minutecount AS known (id, subject, minute, cost)
    SELECT * FROM unnest(%s::uuid[], %s::uuid[], %s::timestamptz[], %s::integer[])
    ON CONFLICT (subject, minute) DO UPDATE SET cost = known.cost + excluded.cost
    RETURNING subject, cost
"""


class MinuteCountManager(models.Manager["MinuteCount"]):
    def add(self, costs: Mapping[uuid.UUID, int], *, minute: datetime) -> dict[uuid.UUID, int]:
        """Add to what is known of each subject, in one statement, and return the new sums."""
        subjects = sorted(costs)  # in one order, so that two processes never wait for each other
        ids = [uuid.uuid4() for _ in subjects]
        values = [costs[subject] for subject in subjects]
        with connection.cursor() as cursor:
            cursor.execute(ADD, [ids, subjects, [minute] * len(subjects), values])
            return dict(cursor.fetchall())

    def delete_old(self) -> int:
        """Delete what was counted more than an hour ago, and return how many rows that were."""
        return self.filter(minute__lt=timezone.now() - timedelta(hours=1)).delete()[0]


class MinuteCount(UUIDModel):
    """The cost of what a key, or a user, did within one minute, as far as processes have said."""

    subject = models.UUIDField(help_text="The id of the key or user.")
    minute = models.DateTimeField(db_index=True)
    cost = models.PositiveIntegerField()

    objects = MinuteCountManager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("subject", "minute"), name="minute_count_per_subject"),
        )

    def __str__(self) -> str:
        return f"{self.subject} {self.minute:%H:%M}: {self.cost}"
