"""`manage.py import_tree FILE --account NAME [--author USERNAME] [--publish | --draft]`"""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts_app.command_line import get_account, get_user
from accounts_app.models import Account, User
from resolutionflow.web.errors import LimitReached
from trees_app.importing import json_import
from trees_app.models import format_problem


class Command(BaseCommand):
    help = "Make a flow from a JSON file. A file with problems is refused with all of them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--account", required=True, help="The account's name.")
        parser.add_argument("--author", help="Username of one of its authors or admins.")
        status = parser.add_mutually_exclusive_group()
        status.add_argument(
            "--publish",
            action="store_true",
            default=True,
            help="Check it fully and publish it (the default).",
        )
        status.add_argument(
            "--draft", dest="publish", action="store_false", help="Keep it as a draft."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        account = get_account(options["account"])
        author = get_author(options["author"], account)
        publish = options["publish"]
        content = read_file(options["file"])
        try:
            flow = json_import.read_flow(content, for_publishing=publish)
        except json_import.ImportRefused as refused:
            problems = "\n".join(f"- {problem}" for problem in refused.problems)
            raise CommandError(f"Nothing was saved:\n{problems}") from None
        try:
            tree = json_import.import_flow(flow, account=account, author=author, publish=publish)
        except LimitReached as limit:
            raise CommandError(f"Nothing was saved: {limit.message}") from None
        self.stdout.write(f"Made the flow “{tree.name}” ({tree.status}), id {tree.pk}.")
        for line in tree.advice():
            self.stderr.write(f"Advice: {format_problem(line)}")


def get_author(username: str | None, account: Account) -> User | None:
    """Return the author or admin of `account` with this user name; else raise `CommandError`."""
    if username is None:
        return None
    author = get_user(username)
    if author.account_id != account.pk:
        raise CommandError(f"“{username}” doesn't belong to “{account.name}”.")
    if not author.may_write_trees:
        raise CommandError(f"“{username}” is a {author.role}; authors and admins write flows.")
    return author


def read_file(path: Path) -> bytes:
    """Return the file's bytes; raise `CommandError` when it can't be read."""
    try:
        with path.open("rb") as file:
            return file.read(json_import.MAX_FILE_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise CommandError(f"{path} can't be read: {reason}.") from None
