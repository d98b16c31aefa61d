"""What a directory's calls cost as its account grows.

    python -m benchmarks.scim                 # an account of 50 users, then of 5,000
    python -m benchmarks.scim --sizes 50 500

Every call is made against the real server at each size in one run, as a ratio to the empty
signed-in page. None may grow by more than 1.5 from the first size to the last. The exit status is 1
when one does.
"""

import argparse
import itertools
import json
import sys
from collections.abc import Callable
from typing import Any

from benchmarks import http_client, timing

FLOOR = "empty signed-in page"
GROWTH = 1.5
MEDIA_TYPE = "application/scim+json"
USER = "urn:ietf:params:scim:schemas:core:2.0:User"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


class Directory(http_client.HttpClient):
    """A caller with a key for provisioning; it accepts any answer of success."""

    accepted = (200, 201, 204)

    def sends(self, method: str, path: str, body: Any) -> bytes:
        return self.call(method, f"/scim/v2/{path}", json.dumps(body).encode(), MEDIA_TYPE)


def make_account(size: int) -> Any:
    """Return an account with so many users, each known to its directory, in teams of fifty."""
    from accounts_app.models import Account, ProvisionedUser, Team, TeamMembership, User

    account = Account.objects.create(name=f"Account of {size}")
    User.objects.create(account=account, username="admin", role=User.Role.ADMIN, password="!")  # noqa: S106
    users = [
        User(
            account=account,
            username=f"user{number}@example.com",
            email=f"user{number}@example.com",
            first_name="Ana",
            last_name=f"Petrova {number}",
            password="!",  # noqa: S106
        )
        for number in range(size)
    ]
    for user in users:
        user.sign_in_name = user.made_sign_in_name()
    User.objects.bulk_create(users, batch_size=1_000)
    ProvisionedUser.objects.bulk_create(
        ProvisionedUser(user=user, external_id=f"external-{number}")
        for number, user in enumerate(users)
    )
    teams = [Team(account=account, name=f"Desk {number}") for number in range(0, size, 50)]
    Team.objects.bulk_create(teams)
    TeamMembership.objects.bulk_create(
        TeamMembership(team=teams[number // 50], user=user) for number, user in enumerate(users)
    )
    return account


def calls(port: int, account: Any) -> dict[str, Callable[[], bytes]]:
    """Return the calls that are measured, of the directory of `account`."""
    from accounts_app.models import Team, User
    from accounts_app.scim.keys import issue_key

    _, key = issue_key(account, name="Benchmark", expires_at=None, never_expires=True, seed="")
    directory = Directory(port, {"Authorization": f"Bearer {key}"})
    admin = http_client.HttpClient.in_browser(port, account.users.get(username="admin"))
    user = User.objects.get(account=account, username="user7@example.com")
    team = Team.objects.filter(account=account).earliest("name")
    numbers = itertools.count()

    def make() -> bytes:
        name = f"new{next(numbers)}@example.com"
        body = {
            "schemas": [USER],
            "userName": name,
            "externalId": name,
            "active": True,
            "name": {"givenName": "Ben", "familyName": "Roth"},
            "emails": [{"value": name, "type": "work", "primary": True}],
        }
        return directory.sends("POST", "Users", body)

    def change() -> bytes:
        value = f"Petrova {next(numbers)}"
        operation = {"op": "replace", "path": "name.familyName", "value": value}
        body = {"schemas": [PATCH], "Operations": [operation]}
        return directory.sends("PATCH", f"Users/{user.pk}", body)

    def move() -> bytes:
        """Take a member out of a group, or put them back."""
        op = "remove" if next(numbers) % 2 else "add"
        operation = {"op": op, "path": "members", "value": [{"value": str(user.pk)}]}
        body = {"schemas": [PATCH], "Operations": [operation]}
        return directory.sends("PATCH", f"Groups/{team.pk}", body)

    def get(path: str) -> Callable[[], bytes]:
        return lambda: directory.call("GET", f"/scim/v2/{path}")

    return {
        FLOOR: admin.floor(),
        "POST a user": make,
        "PATCH a user": change,
        "PATCH a group's member": move,
        "GET a user": get(f"Users/{user.pk}"),
        "list, 50 users": get("Users?count=50"),
        "filter by userName": get("Users?filter=userName+eq+%22user7%40example.com%22"),
        "filter by externalId": get("Users?filter=externalId+eq+%22external-7%22"),
        "filter by e-mail": get("Users?filter=emails.value+eq+%22user7%40example.com%22"),
    }


def measure(database_url: str, size: int, options: argparse.Namespace) -> dict[str, timing.Times]:
    account = make_account(size)
    with http_client.run_server(database_url, workers=options.workers) as port:
        return timing.time_in_turn(
            calls(port, account), rounds=options.rounds, seconds=options.seconds
        )


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=[50, 5_000])
    parser.add_argument("--rounds", type=int, default=20, help="at most so many (20)")
    parser.add_argument("--seconds", type=float, default=60, help="no round begins later (60)")
    parser.add_argument("--workers", type=int, default=1, help="of the server (1)")
    options = parser.parse_args()
    timing.set_up_django()
    with timing.temporary_database() as database_url:
        found = [measure(database_url, size, options) for size in sorted(options.sizes)]
    rows = []
    for what in found[0]:
        ratios = [times[what].median / times[FLOOR].median for times in found]
        growth = ratios[-1] / ratios[0]
        cells = [f"{ratio:.2f}" for ratio in ratios]
        rows.append((what, *cells, f"{growth:.2f}", timing.verdict(growth, GROWTH)))
    heading = [f"x floor at {size:,}" for size in sorted(options.sizes)]
    print(timing.table(("what", *heading, "growth", ""), rows))
    return int(any(row[-1] == "over" for row in rows))


if __name__ == "__main__":
    sys.exit(main())
