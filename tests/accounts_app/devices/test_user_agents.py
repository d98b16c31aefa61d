"""Names of browsers, from what browsers really send."""

import pytest

from accounts_app.devices.user_agents import UNKNOWN, browser_name

WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)"
KIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15"


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (f"{WINDOWS} {KIT} Chrome/131.0.0.0 Safari/537.36", "Chrome on Windows"),
        (f"{WINDOWS} {KIT} Chrome/131.0.0.0 Safari/537.36 Edg/131.0", "Edge on Windows"),
        (f"{WINDOWS} {KIT} Chrome/117.0.0.0 Safari/537.36 OPR/103.0", "Opera on Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0",
         "Firefox on Linux"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 14_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
         "Version/18.1 Safari/605.1.15", "Safari on macOS"),
        (f"{IPHONE} (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
         "Safari on iPhone"),
        (f"{IPHONE} (KHTML, like Gecko) CriOS/131.0 Mobile/15E148 Safari/604.1",
         "Chrome on iPhone"),
        (f"Mozilla/5.0 (Linux; Android 14; SM-S918B) {KIT} SamsungBrowser/27.0 Chrome/125.0 "
         "Mobile Safari/537.36", "Samsung Internet on Android"),
        (f"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) {KIT} Chrome/131.0.0.0 Safari/537.36",
         "Chrome on Chrome OS"),
        (f"Mozilla/5.0 (X11; Linux x86_64) {KIT} HeadlessChrome/131.0 Safari/537.36",
         "Chrome on Linux"),
        ("curl/8.5.0", UNKNOWN),
        ("", UNKNOWN),
        ("<script>alert(1)</script>", UNKNOWN),
    ],
)  # fmt: skip
def test_a_browser_is_named(user_agent, name):
    assert browser_name(user_agent) == name
