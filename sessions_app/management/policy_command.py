"""What the commands of the two policies share: one line an account, and the exit code."""

from collections.abc import Callable, Iterator
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError, CommandParser

from resolutionflow.web.text import count_with_noun
from sessions_app.retention.run_policies import AccountResult


class PolicyCommand(BaseCommand):
    """Carries a policy out in every account. Exit code 1 when one of them failed."""

    policy: ClassVar[Callable[..., Iterator[AccountResult]]]

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="Only say what would be done; change nothing."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        failed = 0
        for line in self.policy(dry_run=options["dry_run"]):
            (self.stderr if line.failed else self.stdout).write(line.text)
            failed += line.failed
        if failed:
            accounts = count_with_noun(failed, "account")
            raise CommandError(f"It could not be done in {accounts}, see above.")
