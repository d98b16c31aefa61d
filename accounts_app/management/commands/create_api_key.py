"""`manage.py create_api_key USERNAME [--name N] [--expires-days D]`"""

from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts_app.command_line import command_error, get_user, require_storable
from accounts_app.models import ApiKey

MAX_EXPIRY_DAYS = 3650


class Command(BaseCommand):
    help = "Make an API key and print it, alone, on standard output. It can't be shown again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", help="Whose key it is; the key may do what they may.")
        parser.add_argument("--name", default="Command line", help="To tell keys apart in lists.")
        parser.add_argument(
            "--expires-days",
            type=int,
            help=f"1 to {MAX_EXPIRY_DAYS}; without it the key never expires.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        require_storable(name=options["name"])
        user = get_user(options["username"])
        if not user.is_active:
            raise CommandError(f"“{user.username}” is switched off; a key would not work.")
        days = options["expires_days"]
        if days is not None and not 1 <= days <= MAX_EXPIRY_DAYS:
            raise CommandError(f"--expires-days must be 1 to {MAX_EXPIRY_DAYS}.")
        expires_at = None if days is None else timezone.now() + timedelta(days=days)
        try:
            made, key = ApiKey.issue(user=user, name=options["name"], expires_at=expires_at)
        except ValidationError as error:
            raise command_error(error) from None
        until = "never expires" if expires_at is None else f"expires on {expires_at:%Y-%m-%d}"
        self.stderr.write(
            f"The key “{made.name}” of “{user.username}” {until}. Keep it now: only its hash is "
            "stored.",
            self.style.NOTICE,
        )
        self.stdout.write(key)
