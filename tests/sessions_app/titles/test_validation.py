"""What a valid title is, whoever made it."""

import pytest

from resolutionflow import redaction
from sessions_app.titles.validation import clean_model_answer, is_valid_title

pytestmark = pytest.mark.req("H4")

GOOD = ("VPN", "VPN wrong password", "Druckerspooler hängt", "Mot de passe", "M365 50053",
        "C: full", "Entra smart lockout", "Wi-Fi adapter", "プリンター",
        "AD", "User's PC")  # fmt: skip
BAD = ("", " ", "No", "Yes", "no no", "Not yet in", "VPN for", "Wrong password for", "VPN, wrong",
       "one two three four", "x" * 31, "VPN\nwrong", "VPN  wrong", "<b>VPN</b>", '"VPN wrong"',
       "**VPN**", "VPN\u202ewrong", "VPN\x00", "10.1.2.3", "ana@example.com", "call 0151234567890",
       "50053", "Title: VPN", "🔥 VPN", "VPN.wrong", "https://x", "a_b", "-")  # fmt: skip


@pytest.mark.parametrize("title", GOOD)
def test_a_title(title):
    assert is_valid_title(title)


@pytest.mark.parametrize("title", BAD)
def test_no_title(title):
    assert not is_valid_title(title)


@pytest.mark.parametrize(
    ("answer", "title"),
    [("VPN certificate expired", "VPN certificate expired"), ("  VPN full.\n", "VPN full"),
     ("Cafe\u0301 Wi-Fi", "Café Wi-Fi"), ("I can't help with that.", ""), ("VPN: full", ""),
     ("VPN full\nBecause the", ""), ("“VPN full”", ""), ("None", "")],
)  # fmt: skip
def test_an_answer_is_taken_or_not(answer, title):
    assert clean_model_answer(answer, mask=redaction.mask) == title


def test_an_answer_in_which_redaction_finds_something_is_not_taken():
    assert clean_model_answer("VPN full", mask=lambda text: text.replace("full", "[X]")) == ""
