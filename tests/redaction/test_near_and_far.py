"""Members of the families of what was reported, and what only looks like them."""

from __future__ import annotations

import pytest

from resolutionflow.redaction import mask

pytestmark = pytest.mark.req("R1")

TOKEN = "[TOKEN REDACTED]"

# The secret stands between ⟦ and ⟧, and nothing else is masked.
MEMBERS = [
    "docker run -e POSTGRES_PASSWORD=⟦hunterword⟧ postgres:16",
    "/ppp secret add name=bob password=⟦swordfish⟧ service=l2tp",
    "ntp authentication-key 1 md5 ⟦swordfish⟧",
    "Authenticator key: ⟦jbsw y3dp ehpk 3pxp⟧",
    "Recovery codes: ⟦abcd-efgh⟧, ⟦ijkl-mnop⟧",
    "password: |\n  ⟦swordfish⟧",
    "password: >-\n  ⟦swordfish⟧",
    "SECRET=⟦swordfish⟧",
    "password: ⟦swordfish=⟧",
    "define('DB_PASSWORD', '⟦sunshine⟧');",
    "olcRootPW: ⟦swordfish⟧",
    "Parol\u0103: ⟦fluture⟧",
    "contrasenya: ⟦papallona⟧",
    "kata laluan: ⟦ramarama⟧",
    "\u5bc6\u7801\u662f⟦mima1234⟧",
    "\u30d1\u30b9\u30ef\u30fc\u30c9\u306f⟦himitsu99⟧",
    "\u0643\u0644\u0645\u0629 \u0627\u0644\u0633\u0631: ⟦farasha1⟧",
    "\u0631\u0645\u0632 \u0639\u0628\u0648\u0631: ⟦parvane1⟧",
    "\u0e23\u0e2b\u0e31\u0e2a\u0e1c\u0e48\u0e32\u0e19: ⟦phisuea1⟧",
    "\u092a\u093e\u0938\u0935\u0930\u094d\u0921: ⟦titli123⟧",
    "\u039a\u03c9\u03b4\u03b9\u03ba\u03cc\u03c2 "
    "\u03c0\u03c1\u03cc\u03c3\u03b2\u03b1\u03c3\u03b7\u03c2: ⟦petalouda⟧",
]

NEAR_MISSES = [
    "\tLogon Process:\t\tNtLmSsp ",
    "Authentication-Results: mx; spf=pass smtp.mailfrom=x dkim=pass header.d=y dmarc=pass",
    "Pass: 12, Fail: 0",
    "echo $PASS | sudo -S ls",
    "-community edition",
    "pass=12 fail=0",
    "Cert Hash(sha1): a909502dd82ae41433e6f83886b00d4277a32a7b",
    "SHA256 Hash: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "PublicKey = aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789aBcDeFg=",
    "  public key: aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789aBcDeFg=",
    "peer: aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789aBcDeFg=",
    "  private key: (hidden)",
    "Thumbprint : A909502DD82AE41433E6F83886B00D4277A32A7B",
    "Partial Product Key: 3V66T",
    "DeviceId : 0f8fad5b-d9cb-469f-a165-70867728950e",
    "Error code: 0x80070005",
    "AADSTS50126: Error validating credentials due to invalid username or password.",
    "Accepted publickey for bob: ED25519 SHA256:AbCdEfGhIjKlMnOpQrStUvWxYz0123456789abcdefg",
    "phase1 negotiation failed due to mismatch of preshared key",
    "image: nginx@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "password last set            3/4/2024 9:12:11 AM",
    "db-password   Opaque   2      3d",
]


@pytest.mark.parametrize("written", MEMBERS)
def test_a_member_of_a_family_is_masked_and_nothing_beside_it(written: str) -> None:
    parts = written.replace("⟧", "⟦").split("⟦")
    text, expected = (
        "".join(parts),
        "".join(TOKEN if number % 2 else part for number, part in enumerate(parts)),
    )
    masked = mask(text)
    assert masked == expected
    assert mask(masked) == masked


@pytest.mark.parametrize("text", NEAR_MISSES)
def test_what_only_looks_like_a_secret_stays(text: str) -> None:
    assert mask(text) == text
    assert mask(text, redact_phone_numbers=True) == text
