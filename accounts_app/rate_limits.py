"""How much somebody may do within a minute, counted over all processes.

A process counts in its memory and says so in the database in portions, of a twentieth of the limit
(and of one, where the limit is small): a caller who is far below the limit costs no statement at
all. What other processes have not said yet may pass beyond the limit, a twentieth for each.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Lock
from uuid import UUID

from accounts_app.models import MinuteCount
from resolutionflow.web.errors import Busy

SECONDS = 60
PORTIONS = 20


class RateExceeded(Busy):
    """Somebody did too much within a minute; it may be tried again in the next (429)."""

    status = 429

    def __init__(self, message: str, *, seconds: int) -> None:
        super().__init__(message)
        self.retry_after = str(seconds)


@dataclass
class SubjectCount:
    """What this process knows of a subject: `known` to all, and `unsaid` yet."""

    known: int = 0
    unsaid: int = 0

    @property
    def cost(self) -> int:
        return self.known + self.unsaid


class MinuteCounter:
    """What this process knows of the present minute."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._minute = 0
        self._counts: dict[UUID, SubjectCount] = {}

    def add(self, limits: Mapping[UUID, int], cost: int) -> tuple[UUID, int] | None:
        """Count something that costs `cost` against the limit of each subject.

        Return None; or who has reached their limit, and the seconds until the next minute: then
        nothing was counted, unless other processes had reached it. Whoever is below the limit may
        do one thing more, whatever it costs. A limit of 0 is none.
        """
        now = time.time()
        minute = int(now // SECONDS)
        left = SECONDS - int(now % SECONDS)
        with self._lock:
            counts = self._counts_of(minute, limits)
            for subject, count in counts.items():
                if count.cost >= limits[subject]:
                    return subject, left
            portions = self._take_portions(counts, limits, cost)
        if not portions:
            return None
        moment = datetime.fromtimestamp(minute * SECONDS, UTC)
        sums = MinuteCount.objects.add(portions, minute=moment)
        with self._lock:
            for subject, total in sums.items():
                counts[subject].known = max(counts[subject].known, total)
        for subject, total in sums.items():
            if total - cost >= limits[subject]:
                return subject, left
        return None

    def _counts_of(self, minute: int, limits: Mapping[UUID, int]) -> dict[UUID, SubjectCount]:
        if minute != self._minute:
            self._minute, self._counts = minute, {}
        return {
            subject: self._counts.setdefault(subject, SubjectCount())
            for subject, limit in limits.items()
            if limit
        }

    @staticmethod
    def _take_portions(
        counts: Mapping[UUID, SubjectCount], limits: Mapping[UUID, int], cost: int
    ) -> dict[UUID, int]:
        """Count `cost`, and return what is to be said of each subject, if it is due of any."""
        for count in counts.values():
            count.unsaid += cost
        is_due = any(
            count.unsaid >= max(1, limits[subject] // PORTIONS) for subject, count in counts.items()
        )
        if not is_due:
            return {}
        portions = {subject: count.unsaid for subject, count in counts.items()}
        for count in counts.values():
            count.known, count.unsaid = count.cost, 0
        return portions


counter = MinuteCounter()
