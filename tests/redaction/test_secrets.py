"""Keys, tokens, passwords, private keys; and prose about them, which stays."""

from __future__ import annotations

import random

import pytest

from resolutionflow.redaction import find, is_secret_label, mask

from .generators import (
    BASE62,
    PASSWORD_PLACES,
    UPPER,
    VENDORS,
    password,
    placed_keys,
    text,
    vendor_key,
)

pytestmark = pytest.mark.req("R1")

CONTEXTS = [
    "{}",
    "rotate {} today",
    "'{}'",
    "TOKEN={}",
    "see {}.",
    "Authorization: Bearer {}",
    "key: {}",
    "?apikey={}&x=1",
    "-H 'X-Api-Key: {}'",
    '{{"k":"{}"}}',
]


def survives(secret: str, masked: str) -> bool:
    """Whether any stretch of six characters of the secret is still readable."""
    return any(secret[i : i + 6] in masked for i in range(len(secret) - 5))


@pytest.mark.parametrize("context", CONTEXTS)
@pytest.mark.parametrize("maker", VENDORS)
def test_vendor_keys(maker: str, context: str) -> None:
    rng = random.Random(f"{maker}{context}")
    for _ in range(5):
        key = vendor_key(maker, rng)
        masked = mask(context.format(key))
        assert "[TOKEN REDACTED]" in masked
        assert not survives(key, masked), masked


@pytest.mark.parametrize("seed", range(12))
def test_keys_told_by_their_place(seed: int) -> None:
    for line, secret in placed_keys(random.Random(seed)):
        masked = mask(line)
        assert not survives(secret, masked), (line, masked)


@pytest.mark.parametrize("place", PASSWORD_PLACES)
def test_passwords(place: str) -> None:
    rng = random.Random(place)
    for _ in range(8):
        secret = password(rng)
        masked = mask(place.format(secret))
        assert secret.rstrip("!") not in masked, masked
        assert "[TOKEN REDACTED]" in masked, masked


def pem(kind: str) -> tuple[str, str]:
    rng = random.Random(kind)
    body = "\n".join(text(rng, BASE62 + "+/", 64) for _ in range(6))
    dashes = "-" * 5
    return f"{dashes}BEGIN {kind}{dashes}\n{body}\n", f"{dashes}END {kind}{dashes}"


@pytest.mark.parametrize(
    "kind",
    [
        "PRIVATE KEY",
        "RSA PRIVATE KEY",
        "EC PRIVATE KEY",
        "OPENSSH PRIVATE KEY",
        "ENCRYPTED PRIVATE KEY",
        "PGP PRIVATE KEY BLOCK",
    ],
)
def test_private_keys_whole_cut_quoted_and_on_one_line(kind: str) -> None:
    head, foot = pem(kind)
    lines = head.split("\n")[1:-1]
    whole = head + foot
    for block in (
        whole,
        head,
        "> " + whole.replace("\n", "\n> "),
        whole.replace("\n", "\\n"),
        "\n".join("    " + line for line in whole.split("\n")),
        head[:-40],
    ):
        masked = mask(f"found:\n{block}\nthanks for looking")
        assert not any(survives(line, masked) for line in lines), masked
        assert "thanks for looking" in masked


def test_public_keys_and_certificates_stay() -> None:
    for kind in ("CERTIFICATE", "PUBLIC KEY"):
        head, foot = pem(kind)
        assert find(head + foot) == []


@pytest.mark.parametrize(
    "line",
    """password has been reset
API key has been rotated
bearer token expired
MFA token replaced
access token url configured
keyboard swap
Password: expired
Forgot password link sent
password must be 12 characters
password expires in 14 days
the password was changed on 2024-01-05
token expired at 12:30:45
registry key HKLM\\Software\\X
Password never expires: True
Pass-through authentication enabled
secret santa
std::get<Token>
Error 0x8007232B
commit 9fceb02d0ae598e95dc970b74767f19372d6bead
sha256 5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03
Device ID 0f8fad5b-d9cb-469f-a165-70867728950e
S-1-5-21-1004336348-1177238915-682003330-512
order 123456789012
tracking 1Z999AA10123456784
ticket 48213 contact 2025-01-31
call back at 10:30
passed 3 of 5
compass: north
public key accepted
Get-ADUser -Identity bob -Properties PasswordLastSet
KB5031356 and PO-2025-118""".splitlines(),
)
def test_prose_and_numbers_stay(line: str) -> None:
    assert mask(line) == line


@pytest.mark.parametrize(
    "value",
    [
        "******",
        "[TOKEN REDACTED]",
        "%DB_PASS%",
        "{{ password }}",
        "$env:PW",
        "${PW}",
        "<password>",
        "xxxxx",
        "$(pw)",
        "\u2022\u2022\u2022\u2022",
    ],
)
@pytest.mark.parametrize("place", ["Password: {}", "pw={}", "--password {}", '"password":"{}"'])
def test_masked_and_templated_values_stay(value: str, place: str) -> None:
    line = place.format(value)
    assert mask(line) == line


def test_numbers_of_people() -> None:
    card = "4111" + "1111" * 3
    assert (
        mask(f"paid with {card[:4]} {card[4:8]} {card[8:12]} {card[12:]}")
        == "paid with [CARD REDACTED]"
    )
    assert mask("SSN: 582" + "-97-9075") == "SSN: [ID REDACTED]"
    assert mask("IBAN GB82 WEST 1234 5698 7654 32") == "IBAN [ID REDACTED]"
    call = "ring 205" + "-555-0179"
    assert mask(call) == call, "a call-back number is what the reader needs"
    assert mask(call, redact_phone_numbers=True) == "ring [PHONE REDACTED]"
    assert (
        mask("key " + "-".join(["ABC12", "DEF34", "GHI56", "JKL78", "MNO90"]))
        == "key [TOKEN REDACTED]"
    )


def test_sensitive_values_are_masked_wherever_they_stand() -> None:
    line = "Garnet hill, then GARNET HILL in garnet%20hill"
    assert mask(line, secrets=["Garnet hill"]) == (
        "[TOKEN REDACTED], then [TOKEN REDACTED] in [TOKEN REDACTED]"
    )
    assert mask("room 7, 77 seats", secrets=["7"]) == "room [TOKEN REDACTED], 77 seats"
    assert mask("nothing here", secrets=["", "  "]) == "nothing here"


@pytest.mark.parametrize(
    "label",
    [
        "Password",
        "New password",
        "API key",
        "apiKey",
        "PIN",
        "Passphrase",
        "Wi-Fi key",
        "Kennwort",
        "mot de passe",
        "Contrase\u00f1a",
        "What is the Wi-Fi password?",
        "client_secret",
        "ADMIN_TOKEN",
        "BitLocker recovery key",
        "PSK",
    ],
)
def test_labels_of_secrets(label: str) -> None:
    assert is_secret_label(label)


@pytest.mark.parametrize(
    "label",
    [
        "Host name",
        "Password policy",
        "Was the password reset?",
        "API key name",
        "Keyboard",
        "Bypass",
        "Monkey",
        "Password expiry date",
        "Username",
        "Serial number",
        "Client",
        "Pinned items",
        "",
    ],
)
def test_labels_of_other_things(label: str) -> None:
    assert not is_secret_label(label)


def test_aws_lookalikes_need_their_length() -> None:
    assert find("AK" + "IA" + text(random.Random(1), UPPER, 5)) == []
