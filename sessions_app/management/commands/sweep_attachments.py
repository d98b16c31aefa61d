"""`manage.py sweep_attachments [--dry-run]`"""

import contextlib
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from resolutionflow.web.text import count_with_noun
from sessions_app.attachments import services as attachments_services
from sessions_app.attachments.storage import FilesUnseenError, attachment_storage


class Command(BaseCommand):
    help = (
        "Delete attached files that belong to no session any more, an hour after they were written."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Only say what would go.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = attachments_services.orphaned_files()
        except FilesUnseenError as error:
            raise CommandError(f"Nothing is deleted: {error.strerror}") from None
        storage = attachment_storage()
        size = 0
        for name in found:
            with contextlib.suppress(FileNotFoundError):
                size += storage.size(name)
                if not options["dry_run"]:
                    storage.delete(name)
        verb = "Would delete" if options["dry_run"] else "Deleted"
        files = count_with_noun(len(found), "file")
        self.stdout.write(f"{verb} {files}, {size / 1024 / 1024:.1f} MB.")
