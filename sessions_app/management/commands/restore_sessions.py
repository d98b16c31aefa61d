"""`manage.py restore_sessions FILE [--dry-run] [--account NAME]`"""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts_app.command_line import require_storable
from resolutionflow.web.text import count_with_noun
from sessions_app.retention.account_lock import LockHeld
from sessions_app.retention.archive import NotAnArchiveError
from sessions_app.retention.restoring import Restored, restore


class Command(BaseCommand):
    help = "Load sessions back from an archive; those that are there already are left alone."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="An archive of purge_sessions.")
        parser.add_argument(
            "--dry-run", action="store_true", help="Try everything and keep nothing."
        )
        parser.add_argument(
            "--account", metavar="NAME", help="The account's name now, if it was renamed since."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        require_storable(account=options["account"])
        try:
            done = restore(
                options["file"], dry_run=options["dry_run"], account_name=options["account"]
            )
        except NotAnArchiveError as error:
            raise CommandError(str(error)) from None
        except LockHeld as error:
            raise CommandError(f"{error}.".capitalize()) from None
        except OSError as error:
            raise CommandError(
                f"The files can't be stored ({error.strerror or error}). The sessions before this "
                "are restored; make room, then run it again for the rest."
            ) from None
        for problem in done.problems:
            self.stderr.write(problem)
        if done.more_problems:
            self.stderr.write(f"And {done.more_problems:,} more.")
        self.stdout.write(summary(done, dry_run=options["dry_run"]))
        if done.problems:
            raise CommandError("Not everything of the archive could be read, see above.")


def summary(done: Restored, *, dry_run: bool) -> str:
    """What was loaded, in one line."""
    verb = "would restore" if dry_run else "restored"
    text = f"{done.account.name}: {verb} {count_with_noun(done.sessions, 'session')}"
    text += f" with {count_with_noun(done.files, 'file')}" if done.files else ""
    text += ", pinned" if done.sessions else ""
    text += f"; {done.already_present:,} there already" if done.already_present else ""
    if done.users_created:
        people = "person who is gone" if done.users_created == 1 else "people who are gone"
        text += f"; {done.users_created:,} {people} made again, switched off"
    if done.files_missing:
        text += f"; {count_with_noun(done.files_missing, 'file')} missing since before the archive"
    return f"{text}."
