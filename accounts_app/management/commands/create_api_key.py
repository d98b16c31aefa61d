"""`manage.py create_api_key USERNAME [--name N] [--scopes S] [--expires-days D]`"""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts_app.command_line import command_error, get_user, require_storable
from accounts_app.models import ApiKey
from resolutionflow.api.scopes import Scope


class Command(BaseCommand):
    help = "Make an API key and print it, alone, on standard output. It can't be shown again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", help="Whose key it is; the key may do what they may.")
        parser.add_argument("--name", default="Command line", help="To tell keys apart in lists.")
        parser.add_argument(
            "--scopes",
            default=",".join(Scope.values),
            help="What the key may be used for: read, export, write, with commas; all of them "
            "without it.",
        )
        until = parser.add_mutually_exclusive_group()
        until.add_argument(
            "--expires-days",
            type=int,
            default=ApiKey.DEFAULT_DAYS,
            help=f"1 to {ApiKey.MAX_DAYS}; {ApiKey.DEFAULT_DAYS} without it.",
        )
        until.add_argument("--never-expires", action="store_true", help="The key has no end.")

    def handle(self, *args: Any, **options: Any) -> None:
        require_storable(name=options["name"], scopes=options["scopes"])
        user = get_user(options["username"])
        if not user.is_active:
            raise CommandError(f"“{user.username}” is switched off; a key would not work.")
        days = options["expires_days"]
        if not 1 <= days <= ApiKey.MAX_DAYS:
            raise CommandError(f"--expires-days must be 1 to {ApiKey.MAX_DAYS}.")
        scopes = [scope.strip() for scope in options["scopes"].split(",")]
        if unknown := set(scopes) - set(Scope.values):
            named = ", ".join(f"“{scope}”" for scope in sorted(unknown))
            raise CommandError(f"--scopes takes read, export and write, not {named}.")
        try:
            made, key = ApiKey.issue(
                user=user,
                name=options["name"],
                scopes=scopes,
                expires_at=ApiKey.expiry(days),
                never_expires=options["never_expires"],
            )
        except ValidationError as error:
            raise command_error(error) from None
        end = made.expires_at
        until = "never expires" if end is None else f"expires on {end:%Y-%m-%d}"
        self.stderr.write(
            f"The key “{made.name}” of “{user.username}” may {', '.join(made.scopes)} and {until}. "
            "Keep it now: only its hash is stored.",
            self.style.NOTICE,
        )
        self.stdout.write(key)
