"""Finding the people that an archived session names."""

from typing import Any
from uuid import UUID

from accounts_app.models import Account, User

MAX_PEOPLE = 1_000  # of one session


class UserResolver:
    """Finds the people of an archive in its account, and creates those that a session needs.

    A session can't exist without its owner, nor a hand-over without its two sides. Whoever of them
    was deleted is created under the archived name, inactive, so that the record reads as it did.
    """

    def __init__(self, account: Account) -> None:
        self._account = account
        self._found: dict[str, UUID | None] = {}
        self.created: set[str] = set()  # ids of the archive

    def resolve(
        self, people: dict[str, dict[str, str]], *, needed: set[str]
    ) -> dict[str, UUID | None]:
        """Return, by archived id, the user's id here; None for whoever is gone and not needed."""
        if len(people) > MAX_PEOPLE or len(needed) > MAX_PEOPLE:
            raise ValueError(f"it names more than {MAX_PEOPLE:,} people")
        answer: dict[str, UUID | None] = {}
        for pk, names in people.items():
            if self._found.get(pk) is None:
                self._found[pk] = self._one(pk, names, make=pk in needed)
            answer[pk] = self._found[pk]
        for pk in needed - answer.keys():
            answer[pk] = self._one(pk, {"username": f"engineer-{pk[:8]}"}, make=True)
        return answer

    def clear(self) -> None:
        """Forget whom a session that was not restored created: that user was rolled back
        with it.
        """
        self._found = {}

    def _one(self, pk: str, names: dict[str, str], *, make: bool) -> UUID | None:
        username = names["username"]
        here = User.objects.filter(account=self._account)
        for same in (here.filter(pk=pk), here.filter(username=username)):
            if found := same.values_list("pk", flat=True).first():
                return found
        return self._make(pk, names).pk if make else None

    def _make(self, pk: str, names: dict[str, Any]) -> User:
        here = User.objects.filter(account=self._account)
        username, number = names["username"][:140], 1
        free = username
        while here.filter(sign_in_name=f"{free.lower()}@{self._account.short_name}").exists():
            number += 1
            free = f"{username}-{number}"
        person = User(
            account=self._account,
            username=free,
            first_name=names.get("first_name", "")[:150],
            last_name=names.get("last_name", "")[:150],
            role=User.Role.VIEWER,
            is_active=False,
        )
        person.set_unusable_password()
        person.save()
        self.created.add(pk)
        return person
