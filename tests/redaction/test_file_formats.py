"""Secrets told by the form around them: files of passwords, mark-up, prompts, dialogues.

Each list of secrets has its hard negatives: lines of nearly the same build that hold none.
"""

from __future__ import annotations

import base64
import random

import pytest

from resolutionflow.redaction import find, mask

from .generators import BASE62, HEX, text

pytestmark = pytest.mark.req("R1")

SECRET = "Tulip-Cargo-58"

PLACES = [
    # PostgreSQL's file of passwords, and pppd's
    "db1.shop.example:5432:shop:carla:{}",
    "*:*:*:postgres:{}",
    "10.5.6.14:6432:shop:carla:{}\n# a remark",
    '"carla"  l2tpd  "{}"  *',
    "carla pptpd {} 10.9.0.7",
    "carla\t*\t{}\t*",
    # Elements and attributes whose neighbour holds the value
    '<Parameter Name="Password">{}</Parameter>',
    '<setting name="DbPassword" serializeAs="String"><value>{}</value></setting>',
    "<AdminPassword>\n  <Value>{}</Value>\n</AdminPassword>",
    '{{"Name":"Password","Value":"{}"}}',
    '{{"key": "db_password", "value": "{}"}}',
    # Commands and configuration
    "rclone obscure {}",
    "netsh wlan set hostednetwork ssid=Office key={}",
    "az storage blob list --account-key {}",
    'reg add "HKLM\\Software\\x" /v DefaultPassword /d {}',
    "tacacs server key 0 {}",
    "com2sec readonly default {}",
    "/snmp community set [find default=yes] name={}",
    "WIFI:S:Office;T:WPA;P:{};;",
    "WIFI:T:WPA;S:Office\\;West;H:true;P:{};;",
    "PASS {}",
    "C: PASS {}",
    # Labels
    "p@ssword: {}",
    "Passw0rd = {}",
    "Username / password: carla / {}",
    "User & Password: carla, {}",
    "Benutzer/Passwort: carla / {}",
    "PASSWORD IS {}",
    "**Password** is **{}**",
    "password: <{}>",
    "logins: carla // {}",
    "u/p: carla / {}",
    "Admin creds (carla/{})",
    "PASSWORD ?= {}",
    "RADIUS shared secret is {}",
    "SSID Office / key {}",
    "Anmeldung mit scan/{}",
    "das Passwort hei\u00dft {}",
    "la contrase\u00f1a nueva es {}",
    "mot de passe temporaire \u00ab {} \u00bb",
    "\u5bc6\u7801\uff1a{}",
    # Tables drawn with dashes
    "User    Password\n----    --------\ncarla   {}\nolaf    -\n",
    "LogonName InitialPassword OU\n--------- --------------- --\ncarla     {}  Staff\n",
    "Generated password\n------------------\n{}\nDone.",
]


@pytest.mark.parametrize("place", PLACES)
def test_passwords_told_by_the_form_around_them(place: str) -> None:
    masked = mask(place.format(SECRET))
    assert "[TOKEN REDACTED]" in masked
    assert not any(part in masked for part in ("Tulip", "Cargo")), masked
    assert mask(masked) == masked


@pytest.mark.parametrize(
    "line",
    """* * * * * /usr/bin/backup
0 4 * * 1 /usr/bin/Backup1 *
- item * foo *
carla:x:1000:1000:Carla:/home/carla:/bin/bash
at 10:5432:a:b
AUTH LOGIN PLAIN
250-AUTH LOGIN PLAIN CRAM-MD5
535 5.7.3 Authentication unsuccessful
authenticate plain text only
password: <your-password1>
password: <password1>
if password == other: pass
the shared secret is in the vault
ssh --key id_rsa carla@h
C:\\Apps\\1.2.3.4\\app.exe
hotkey: Ctrl+Shift+F12
$password = Read-Host -AsSecureString
$pw = Get-Content pw.txt
const password = getPassword();
string password = txtPassword.Text;
api_key = settings.API_KEY
var token = tokens[i++];
token := r.Header.Get("Authorization")
Passwort: leer
mot de passe : vide
"integrity": "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DpX0kZxFnHHnU=="
SSID Office / channel 11
Key    Value
compass: north""".splitlines(),
)
def test_lines_of_nearly_that_form_stay(line: str) -> None:
    assert find(line) == [], mask(line)


def test_a_drawn_table_ends_at_its_blank_line() -> None:
    table = "Name  Password\n----  --------\ncarla harbour\n\nName  harbour\n"
    assert (
        mask(table) == "Name  Password\n----  --------\ncarla [TOKEN REDACTED]\n\nName  harbour\n"
    )
    plain = "Key   Value\n----  -----\nColour red\n"
    assert mask(plain) == plain


def encoded(value: str) -> str:
    return base64.b64encode(value.encode()).decode()


def test_the_dialogue_of_mail_rfc_4954() -> None:
    both = encoded("\0carla\0" + SECRET)
    lines = [
        f"C: AUTH PLAIN {both}",
        f"a1 AUTHENTICATE PLAIN {both}",
        f"AUTH PLAIN\n334 \n{both}\n235 ok",
        f"AUTH LOGIN\n334 {encoded('Username:')}\n{encoded('carla')}\n"
        f"334 {encoded('Password:')}\n{encoded(SECRET)}\n235 ok",
        f" -> AUTH LOGIN\n<-  334 {encoded('Username:')}\n -> {encoded('carla@shop.example')}\n"
        f"<-  334 {encoded('Password:')}\n -> {encoded(SECRET)}\n",
    ]
    for dialogue in lines:
        masked = mask(dialogue)
        assert both not in masked and encoded(SECRET) not in masked, masked
        assert encoded("carla") not in masked
    assert encoded("Password:") in mask(lines[3])


@pytest.mark.parametrize("seed", range(4))
def test_keys_of_further_makers(seed: int) -> None:
    rng = random.Random(seed)
    guid = "-".join(text(rng, HEX, n) for n in (8, 4, 4, 4, 12))
    base36 = "abcdefghijklmnopqrstuvwxyz0123456789"
    keys = [
        "1/1200" + text(rng, "0123456789", 12) + ":" + text(rng, HEX, 32),
        "2/1200" + text(rng, "0123456789", 12) + "/1201" + "7" * 12 + ":" + text(rng, HEX, 32),
        "SWM" + "TKN-1-" + text(rng, base36, 50) + "-" + text(rng, base36, 25),
        "rd" + "me_" + text(rng, base36, 70),
        "access-" + "production-" + guid,
        "AT" + "TA" + text(rng, HEX, 72),
        "aio" + "_" + text(rng, BASE62, 28),
        "sha256" + "~" + text(rng, BASE62, 43),
        "2Gs5" + text(rng, BASE62, 23) + "_" + text(rng, BASE62, 21),
        "0." + guid + "." + text(rng, BASE62, 30) + ":" + text(rng, BASE62, 22) + "==",
        "{SS" + "HA}" + text(rng, BASE62, 32),
        "TlRMTVNT" + "UAAD" + text(rng, BASE62, 80),
        "grub.pbkdf2.sha512.10000." + text(rng, HEX, 64) + "." + text(rng, HEX, 64),
    ]
    for key in keys:
        for place in ("{}", "rotate {} today", "key={}", "<{}>"):
            masked = mask(place.format(key))
            assert key[-12:] not in masked and key[8:20] not in masked, masked


def test_recovery_codes_below_their_heading() -> None:
    codes = "GitHub recovery codes:\n  768b8-fd00e\n  dd076-c1eb5  9a1c0-77f2b\n1. 4471-8812\n"
    assert mask(codes + "Printed two pages.\n") == (
        "GitHub recovery codes:\n  [TOKEN REDACTED]\n  [TOKEN REDACTED]  [TOKEN REDACTED]\n"
        "1. [TOKEN REDACTED]\nPrinted two pages.\n"
    )
    prose = "Recovery codes:\nprinted and stored\nin the safe"
    assert mask(prose) == prose
    assert "GRLB" not in mask("seed (TOTP): 6ZKT GRLB JQWV ULJ5 IVS5 ZMG4 JPYX 4YDU")


@pytest.mark.parametrize(
    ("line", "masked"),
    [
        ("\uff11\uff10.\uff10.\uff10.\uff17/24 up", "[IP REDACTED]/24 up"),
        ("ping 10\uff0e0\uff0e0\uff0e7", "ping [IP REDACTED]"),
        ("ping \u0661\u0660.\u0660.\u0660.\u0667", "ping [IP REDACTED]"),
        ("carla\uff20shop\uff0eexample", "[EMAIL REDACTED]"),
        ("10.9\u200d.8.\u200b7 up", "[IP REDACTED] up"),
        ("pass\u00adword: Tulip-\u200bCargo-58 ok", "pass\u00adword: [TOKEN REDACTED] ok"),
        ("bob[.]smith@shop[.]co[.]uk", "[EMAIL REDACTED]"),
    ],
)
def test_whatever_the_width_of_signs(line: str, masked: str) -> None:
    assert mask(line) == masked


PROMPTS = [
    ("admin@srx-fra> show route", "admin@[HOST REDACTED]> show route"),
    ("[root@localdb7 tmp]# df -h", "[root@[HOST REDACTED] tmp]# df -h"),
    ("carla@mbp-kw ~ % brew up", "carla@[HOST REDACTED] ~ % brew up"),
    ("sw-muc> show version", "[HOST REDACTED]> show version"),
    ("FGT-HQ-01 # get system status", "[HOST REDACTED] # get system status"),
    ("edge-rtr1(config)#router bgp 1", "[HOST REDACTED](config)#router bgp 1"),
    ("asa-hq/pri/act# sh run", "[HOST REDACTED]/pri/act# sh run"),
    ("siehe\\\\FS1\\daten\\x", "siehe[UNC REDACTED]"),
]


@pytest.mark.parametrize(("line", "masked"), PROMPTS)
def test_prompts_and_glued_paths(line: str, masked: str) -> None:
    assert mask(line, redact_hostnames=True) == masked
    assert find(line) == []


@pytest.mark.parametrize(
    "line",
    [
        "left@right",
        "quote> show me",
        "issue-based # comment",
        "user@intranet works",
        '{"path": "Users\\\\bob\\\\x"}',
        "line\\\\nnext\\tX",
        '"\\\\\\\\d+\\\\\\\\.\\\\\\\\d+"',
    ],
)
def test_what_only_looks_like_a_prompt_or_path_stays(line: str) -> None:
    assert mask(line, redact_hostnames=True) == line
