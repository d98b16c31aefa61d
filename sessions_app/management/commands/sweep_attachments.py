"""`manage.py sweep_attachments [--dry-run]`"""

import contextlib
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from resolutionflow.web.text import count_with_noun
from sessions_app.attachments import services as attachments_services


class Command(BaseCommand):
    help = (
        "Delete attached files that belong to no session any more, an hour after they were written."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Only say what would go.")

    def handle(self, *args: Any, **options: Any) -> None:
        found = attachments_services.orphans()
        size = 0
        for path in found:
            with contextlib.suppress(FileNotFoundError):
                size += path.stat().st_size
                if not options["dry_run"]:
                    path.unlink()
        verb = "Would delete" if options["dry_run"] else "Deleted"
        files = count_with_noun(len(found), "file")
        self.stdout.write(f"{verb} {files}, {size / 1024 / 1024:.1f} MB.")
