"""Every letter, as text and as HTML: all that it says stands in both."""

import html
import re

import pytest
from django.template.loader import render_to_string

from accounts_app.mail import letters
from accounts_app.models import Invitation, User
from resolutionflow import identity_settings
from tests.factories import TeamFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.req("I1")]
LINK = "https://flows.example.com/x?a=1&b=<2>"
HOSTILE = "Ana <b>& Co</b>"


@pytest.fixture
def ana():
    return UserFactory(first_name=HOSTILE, last_name="", email="ana@example.com")


def invitation(user, *, is_there):
    return Invitation(
        account=user.account,
        email=user.email,
        role=User.Role.AUTHOR,
        team=TeamFactory(account=user.account, name="Night <desk>"),
        invited_by=user,
        user=user if is_there else None,
    )


LETTERS = {
    "reset": lambda user: letters.reset_password(user, link=LINK),
    "address": lambda user: letters.confirm_address(user, link=LINK),
    "invitation": lambda user: letters.invitation(invitation(user, is_there=False), link=LINK),
    "provisioned": lambda user: letters.invitation(invitation(user, is_there=True), link=LINK),
    **{
        kind: lambda user, kind=kind: letters.notice(kind, user, {"Browser": "<Firefox>"})
        for kind in letters.NOTICES
    },
}


@pytest.mark.parametrize("name", LETTERS)
def test_text_and_html_say_the_same(name, ana):
    letter = LETTERS[name](ana)
    context = {"letter": letter}
    text = render_to_string("mail/letter.txt", context)
    page = render_to_string("mail/letter.html", context)
    body = page[page.index("<body>") :]
    shown = html.unescape(re.sub(r"<[^>]+>", " ", body))
    facts = [part for fact in letter.facts for part in fact]
    said = [*letter.paragraphs, *facts, letter.closing, letter.link, letter.button]
    for part in said:
        assert part in text
        assert " ".join(part.split()) in " ".join(shown.split())
    assert "<b>" not in body
    assert "\n" not in letter.subject
    # Nothing is fetched: no picture, style sheet or font of another place.
    assert not re.search(r"<(img|link|script)\b|url\(", page)


def test_a_local_installation_prints_its_mail():
    if identity_settings.SERVER_ADDRESS:
        pytest.skip("a mail server is set")
    assert identity_settings.EMAIL_BACKEND == "django.core.mail.backends.console.EmailBackend"
