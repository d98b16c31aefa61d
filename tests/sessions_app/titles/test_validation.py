"""What a valid title is, whoever made it."""

import pytest

from sessions_app.titles.validation import is_valid_title

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
