"""Closing sessions that nobody came back to ([H6]).

In small batches, each a short transaction over rows that nobody has locked: a session in which
somebody is recording a step isn't waited for, and isn't idle any more.
"""

import logging
import uuid
from collections.abc import Callable

from django.db import transaction

from accounts_app.models import Account
from resolutionflow.web.text import count_with_noun
from sessions_app.completion.services import complete_locked
from sessions_app.models import Action, Outcome, Session
from sessions_app.retention import policies

BATCH_SIZE = 25
logger = logging.getLogger(__name__)


def closing_note(days: int) -> str:
    """Return what the outcome notes of a session say that was closed after so many days."""
    return f"Closed automatically after {count_with_noun(days, 'day')} without activity."


def close_idle_sessions(account: Account, *, check_stop: Callable[[], None] = lambda: None) -> int:
    """Close the account's idle sessions; return how many. `check_stop` is called before
    each batch.
    """
    closed = 0
    failed: set[uuid.UUID] = set()
    while True:
        check_stop()
        found, done = _close_batch(account.pk, failed)
        closed += done
        if not found:
            return closed


def _close_batch(account_id: uuid.UUID, failed: set[uuid.UUID]) -> tuple[int, int]:
    """Close one batch; return how many were found, and how many are closed."""
    done = 0
    with transaction.atomic():
        # Read for each batch: a policy that an admin changes holds from now on.
        account = Account.objects.get(pk=account_id)
        rows = policies.idle_sessions(account).exclude(pk__in=failed)
        batch = list(rows.select_for_update(skip_locked=True)[:BATCH_SIZE])
        for work_session in batch:
            work_session.account = account  # read once for all of them
            try:
                with transaction.atomic():
                    _close_session(work_session, account.close_idle_after_days)
                done += 1
            except Exception:
                # One that can't be closed must not keep the others open.
                failed.add(work_session.pk)
                logger.exception("Session %s could not be closed.", work_session.pk)
    return len(batch), done


def _close_session(work_session: Session, days: int) -> None:
    notes = work_session.outcome_notes.rstrip()
    complete_locked(
        work_session,
        outcome=Outcome.CANCELLED,
        outcome_notes=f"{notes}\n\n{closing_note(days)}" if notes else closing_note(days),
        by=None,
        action=Action.CLOSED_IDLE,
        facts={"days": days},
    )
