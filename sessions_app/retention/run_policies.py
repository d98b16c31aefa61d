"""The two policies over every account, for the commands and for background work.

An error in one account doesn't keep the others waiting.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db import DatabaseError

from accounts_app.models import Account
from resolutionflow.web.text import count_with_noun
from sessions_app.retention import closing_idle, policies, purging
from sessions_app.retention.account_lock import LockHeld
from sessions_app.retention.purging import UnreadableArchiveError

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class AccountResult:
    """What was done for one account, in one sentence."""

    text: str
    failed: bool = False


def close_idle(
    *, dry_run: bool = False, check_stop: Callable[[], None] = lambda: None
) -> Iterator[AccountResult]:
    """Close what is idle in each account; with `dry_run`, count it and change nothing."""

    def one(account: Account) -> str:
        if dry_run:
            count = policies.idle_sessions(account).count()
        else:
            count = closing_idle.close_idle_sessions(account, check_stop=check_stop)
        if not count:
            return "nothing to close"
        verb = "would close" if dry_run else "closed"
        days = count_with_noun(account.close_idle_after_days, "day")
        return f"{verb} {count_with_noun(count, 'session')} without activity for {days}"

    return _run_for_accounts(one)


def purge(
    *, dry_run: bool = False, check_stop: Callable[[], None] = lambda: None
) -> Iterator[AccountResult]:
    """Archive and delete what is old in each account; with `dry_run`, count it, change nothing."""

    def one(account: Account) -> str:
        days = count_with_noun(account.retention_days, "day")
        if dry_run:
            count = policies.expired_sessions(account).count()
            would = (
                f"would archive and delete {count_with_noun(count, 'session')} older than {days}"
            )
            return would if count else "nothing to delete"
        done = purging.purge(account, check_stop=check_stop)
        if not done.archives:
            return "nothing to delete"
        sessions = count_with_noun(done.sessions, "session")
        return f"archived and deleted {sessions} older than {days}: {', '.join(done.archives)}"

    return _run_for_accounts(one)


def _run_for_accounts(one: Callable[[Account], str]) -> Iterator[AccountResult]:
    for account in Account.objects.order_by("name", "pk"):
        try:
            yield AccountResult(f"{account.name}: {one(account)}.")
        except LockHeld as error:
            yield AccountResult(f"{account.name}: {error}.", failed=True)
        except UnreadableArchiveError as error:
            logger.error("An archive can't be read back: %s", error)
            yield AccountResult(
                f"{account.name}: an archive can't be read back ({error}).", failed=True
            )
        except (OSError, DatabaseError) as error:
            logger.exception("The policy of account %s could not be carried out.", account.pk)
            reason = getattr(error, "strerror", None) or type(error).__name__
            yield AccountResult(f"{account.name}: it could not be done ({reason}).", failed=True)
