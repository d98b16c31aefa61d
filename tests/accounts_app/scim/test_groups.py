"""Groups of a directory: teams, members, and the roles that they give."""

import pytest

from accounts_app.models import AuditEntry, ProvisionedTeam, Provisioning, Team, User
from tests.accounts_app.scim.calls import GROUP, Directory
from tests.factories import AccountFactory, TeamFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.req("I3")]


@pytest.fixture
def directory():
    directory = Directory(AccountFactory())
    UserFactory(account=directory.account, role=User.Role.ADMIN, username="boss")
    return directory


@pytest.fixture
def people(directory):
    return [directory.make_user(name)["id"] for name in ("ana", "ben", "cyd")]


def members(directory, pk):
    found = directory.get(f"Groups/{pk}").get("members", [])
    return {member["value"] for member in found}


def test_a_group_is_a_team(directory, people):
    made = directory.make_group("Night shift", *people, externalId="g-1")
    team = Team.objects.get(account=directory.account, name="Night shift")
    assert made["id"] == str(team.pk)
    assert {str(user.pk) for user in team.users.all()} == set(people)
    [ana] = directory.found("Users", 'userName eq "ana"')
    assert ana["groups"][0]["display"] == "Night shift"
    assert [g["id"] for g in directory.found("Groups", 'displayName eq "night shift"')] == [
        made["id"]
    ]
    assert directory.found("Groups", 'externalId eq "g-1"')[0]["id"] == made["id"]
    assert len(directory.found("Groups", f'members[value eq "{people[0]}"]')) == 1
    assert len(directory.found("Users", f'groups.value eq "{made["id"]}"')) == 3
    without = directory.get("Groups", excludedAttributes="members")["Resources"][0]
    assert "members" not in without


REMOVALS = [
    lambda pk: {"op": "remove", "path": f'members[value eq "{pk}"]'},
    lambda pk: {"op": "Remove", "path": "members", "value": [{"value": pk}]},
    lambda pk: {"op": "Remove", "path": "members", "value": {"value": pk}},
    lambda pk: {"op": "remove", "path": f'{GROUP}:members[value eq "{pk}"]'},
    lambda pk: {"op": "remove", "path": f'Members[VALUE eq "{pk.upper()}"]'},
    lambda pk: {"op": "remove", "path": f'members[value eq "{pk}" or value eq "nobody"]'},
    lambda pk: {"op": "Remove", "path": "members", "value": [{"$ref": None, "value": pk}]},
]


@pytest.mark.parametrize("removal", REMOVALS)
def test_removing_one_member_leaves_the_others(directory, people, removal):
    made = directory.make_group("Night shift", *people)
    answer = directory.patch(f"Groups/{made['id']}", removal(people[0]))
    assert answer.status_code == 200, answer.content
    assert members(directory, made["id"]) == set(people[1:])
    assert User.objects.get(pk=people[0]).team is None
    # Once more, and nobody else goes.
    assert directory.patch(f"Groups/{made['id']}", removal(people[0])).status_code == 200
    assert members(directory, made["id"]) == set(people[1:])


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "remove", "path": "members", "value": []},
        {"op": "remove", "path": 'members[value eq "nobody"]'},
        {"op": "replace", "value": {"displayName": "Late shift"}},
        {"op": "Replace", "path": "displayName", "value": "Late shift"},
        {"op": "add", "path": "members", "value": []},
        {"op": "add", "value": {"externalId": "g-2"}},
    ],
)
def test_what_names_no_member_removes_none(directory, people, operation):
    made = directory.make_group("Night shift", *people)
    assert directory.patch(f"Groups/{made['id']}", operation).status_code == 200
    assert members(directory, made["id"]) == set(people)


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "remove", "path": 'members[type eq "User"]'},
        {"op": "remove", "path": "members.shoe"},
        {"op": "replace", "path": 'members[value eq "x"].display', "value": "x"},
        {"op": "add", "path": "members"},
        {"op": "add", "path": "members", "value": [{"display": "Ana"}]},
        {"op": "add", "path": "members", "value": [{"value": "nobody"}]},
        {"op": "drop", "path": "members"},
        {"op": "remove", "path": "members["},
        {"op": "remove"},
        "remove",
    ],
)
def test_what_cannot_be_done_changes_nothing(directory, people, operation):
    made = directory.make_group("Night shift", *people)
    answer = directory.patch(f"Groups/{made['id']}", operation)
    assert answer.status_code == 400, answer.content
    assert members(directory, made["id"]) == set(people)


def test_members_are_added_replaced_and_all_removed(directory, people):
    made = directory.make_group("Night shift")
    path = f"Groups/{made['id']}"
    directory.patch(path, {"op": "Add", "path": "members", "value": [{"value": people[0]}]})
    directory.patch(path, {"op": "add", "value": {"members": [{"value": people[1]}]}})
    assert members(directory, made["id"]) == set(people[:2])
    directory.patch(path, {"op": "replace", "path": "members", "value": [{"value": people[2]}]})
    assert members(directory, made["id"]) == {people[2]}
    body = {"schemas": [GROUP], "displayName": "Night shift"}
    assert directory.call("PUT", path, body).status_code == 200
    assert members(directory, made["id"]) == {people[2]}
    everyone = [{"value": pk} for pk in people]
    assert directory.call("PUT", path, {**body, "members": everyone}).status_code == 200
    assert members(directory, made["id"]) == set(people)
    directory.patch(path, {"op": "remove", "path": "members"})
    assert members(directory, made["id"]) == set()


def test_a_user_in_two_groups_keeps_both_and_has_one_team(directory, people):
    day, night = directory.make_group("Day", people[0]), directory.make_group("Night", people[0])
    user = User.objects.get(pk=people[0])
    assert user.team and user.team.name == "Day"
    assert members(directory, night["id"]) == {people[0]}
    directory.patch(f"Groups/{day['id']}", REMOVALS[1](people[0]))
    user.refresh_from_db()
    assert user.team and user.team.name == "Night"
    assert directory.call("DELETE", f"Groups/{night['id']}").status_code == 204
    user.refresh_from_db()
    assert user.team is None
    assert not Team.objects.filter(pk=night["id"]).exists()


def test_a_team_made_by_hand_is_a_group_with_its_people(directory):
    team = TeamFactory(account=directory.account, name="Desk")
    user = UserFactory(account=directory.account, team=team)
    other = UserFactory(account=directory.account, team=team)
    assert members(directory, team.pk) == {str(user.pk), str(other.pk)}
    directory.patch(f"Groups/{team.pk}", REMOVALS[0](str(user.pk)))
    assert members(directory, team.pk) == {str(other.pk)}
    answer = directory.call("POST", "Groups", {"schemas": [GROUP], "displayName": "Desk"})
    assert (answer.status_code, answer.json()["scimType"]) == (409, "uniqueness")


def give(directory, group, role):
    ProvisionedTeam.objects.filter(team=group["id"]).update(role=role)


def test_groups_give_roles_and_take_them_back(directory, people):
    authors, viewers = directory.make_group("Authors"), directory.make_group("Guests")
    give(directory, authors, "author")
    give(directory, viewers, "viewer")
    user = User.objects.get(pk=people[0])

    def put(group, op):
        operation = {"op": op, "path": "members", "value": [{"value": people[0]}]}
        assert directory.patch(f"Groups/{group['id']}", operation).status_code == 200
        user.refresh_from_db()
        return user.role

    assert put(viewers, "add") == "viewer"
    assert put(authors, "add") == "author"
    assert put(authors, "remove") == "viewer"
    assert put(viewers, "remove") == "engineer"
    user.role = "author"
    user.save(update_fields=["role"])
    plain = directory.make_group("Plain")
    assert put(plain, "add") == "author"
    assert put(plain, "remove") == "author"


def test_new_users_get_the_first_role_of_the_account(directory):
    Provisioning.objects.create(account=directory.account, first_role="viewer")
    made = directory.make_user("dan")
    assert User.objects.get(pk=made["id"]).role == "viewer"


def test_a_group_does_not_take_the_last_admins_role(directory):
    boss = User.objects.get(account=directory.account, username="boss")
    guests, admins = directory.make_group("Guests"), directory.make_group("Admins")
    give(directory, guests, "viewer")
    give(directory, admins, "admin")
    add = {"op": "add", "path": "members", "value": [{"value": str(boss.pk)}]}
    assert directory.patch(f"Groups/{guests['id']}", add).status_code == 409
    boss.refresh_from_db()
    assert (boss.role, members(directory, guests["id"])) == ("admin", set())
    assert directory.patch(f"Groups/{admins['id']}", add).status_code == 200
    assert directory.call("DELETE", f"Groups/{admins['id']}").status_code == 409
    assert members(directory, admins["id"]) == {str(boss.pk)}


def test_five_thousand_members_are_removed_in_a_handful_of_queries(
    directory, django_assert_max_num_queries
):
    made = directory.make_group("Everyone")
    team = Team.objects.get(pk=made["id"])
    users = User.objects.bulk_create(
        User(
            account=directory.account,
            username=f"u{number}",
            sign_in_name=f"u{number}@{directory.account.short_name}",
            team=team,
        )
        for number in range(300)
    )
    values = [{"value": str(user.pk)} for user in users[:200]]
    with django_assert_max_num_queries(30):
        answer = directory.patch(
            f"Groups/{made['id']}", {"op": "Remove", "path": "members", "value": values}
        )
    assert answer.status_code == 200, answer.content
    assert len(members(directory, made["id"])) == 100


def test_what_a_directory_does_is_in_the_audit(directory, people):
    group = directory.make_group("Night shift", people[0])
    directory.patch(f"Users/{people[0]}", {"op": "Replace", "path": "active", "value": "False"})
    directory.call("DELETE", f"Groups/{group['id']}")
    by_directory = AuditEntry.objects.filter(
        account=directory.account, actor_username__startswith="scim-"
    )
    done = {(entry.action, entry.object_type) for entry in by_directory}
    assert done >= {
        ("created", "user"),
        ("created", "team"),
        ("changed", "user"),
        ("deleted", "team"),
    }
    details = [entry.details for entry in by_directory.filter(object_id=people[0])]
    assert any("is_active" in said for said in details)
    assert any("Night shift" in str(said.get("team")) for said in details)
    assert all(entry.address for entry in by_directory)
