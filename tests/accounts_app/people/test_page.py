"""The people of an account, page by page and by search."""

import re

import pytest

from accounts_app.models import Invitation, User
from accounts_app.people.queries import MAX_INVITATIONS, PAGE_SIZE
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.req("I1")]
PEOPLE = "/settings/people"


@pytest.fixture
def browser(page, admin):
    return page(admin)


def names_on(page):
    return [person["sign_in_name"] for person in page.context["people"]]


def all_pages(browser, address=PEOPLE):
    """Return the names of each page, as one reads on."""
    found = []
    while address:
        page = browser.get(address)
        found.append(names_on(page))
        link = re.search(r'href="(\?[^"]+)"\s+rel="next"', page.content.decode())
        address = link and PEOPLE + link[1].replace("&amp;", "&")
    return found


def make_people(account, count, **more):
    made = [
        User(account=account, username=f"p{number:04}", last_name=f"Roth {number}", **more)
        for number in range(count)
    ]
    for user in made:
        user.sign_in_name = user.made_sign_in_name()
    return User.objects.bulk_create(made)


def test_everybody_is_on_one_page_and_those_who_left_come_last(browser, admin):
    make_people(admin.account, 620)
    User.objects.filter(username__in=("p0003", "p0500")).update(is_active=False)
    pages = all_pages(browser)
    shown = [name for page in pages for name in page]
    assert len(shown) == len(set(shown)) == 621
    assert max(map(len, pages)) == PAGE_SIZE
    suffix = f"@{admin.account.short_name}"
    assert shown[-2:] == [f"p0003{suffix}", f"p0500{suffix}"]


def test_a_page_costs_the_same_however_many_there_are(
    browser, admin, django_assert_max_num_queries
):
    counts = []
    for count in (3, 400):
        make_people(admin.account, count) if count == 3 else make_more(admin.account, count)
        with django_assert_max_num_queries(30) as queries:
            browser.get(PEOPLE)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def make_more(account, count):
    for user in (made := [User(account=account, username=f"q{n:04}") for n in range(count)]):
        user.sign_in_name = user.made_sign_in_name()
    User.objects.bulk_create(made)


@pytest.mark.parametrize("search", ["bea", "NOVAK", "a Nov", "b.novak@", "100%", "  novak "])
def test_search_finds_by_name_user_name_and_address(browser, admin, search):
    bea = UserFactory(
        account=admin.account,
        username="bea-100%".replace("%", "+"),
        first_name="Bea",
        last_name="Novak 100%",
        email="B.Novak@example.com",
    )
    UserFactory(account=admin.account, first_name="Ben", last_name="Roth 1000")
    UserFactory(first_name="Bea", last_name="Novak", email="b.novak@example.com")  # elsewhere
    page = browser.get(PEOPLE, {"q": search})
    assert names_on(page) == [bea.sign_in_name]


def test_search_goes_on_over_pages(browser, admin):
    make_people(admin.account, 120)
    UserFactory(account=admin.account, first_name="Zoe", last_name="Else")
    shown = [name for page in all_pages(browser, f"{PEOPLE}?q=roth") for name in page]
    assert len(shown) == 120
    nobody = browser.get(PEOPLE, {"q": "<nobody>"}).content.decode()
    assert "Nobody matches “&lt;nobody&gt;”." in " ".join(nobody.split())


@pytest.mark.req("A1")
def test_a_page_begins_after_nobody_of_another_account(browser, stranger):
    for after in (stranger.pk, "x", "00000000-0000-4000-8000-000000000000"):
        assert browser.get(PEOPLE, {"after": after}).status_code == 404


def test_more_invitations_than_are_shown_are_said_and_found(browser, admin):
    Invitation.objects.bulk_create(
        Invitation(account=admin.account, email=f"i{number}@example.com")
        for number in range(MAX_INVITATIONS + 5)
    )
    page = browser.get(PEOPLE)
    assert len(page.context["invitations"]) == MAX_INVITATIONS
    assert "Search finds the others" in page.content.decode()
    found = browser.get(PEOPLE, {"q": "i77@"})
    assert [one["email"] for one in found.context["invitations"]] == ["i77@example.com"]
