"""Passwords and keys that stand where no plain "password: x" stands."""

from __future__ import annotations

import random

import pytest

from resolutionflow.redaction import find, mask

from .generators import BASE62, HEX, text

pytestmark = pytest.mark.req("R1")

SECRET = "Tulip-Cargo-58"

PLACES = [
    # Behind switches of commands, also glued, also twice on a line
    "racadm -r srv -u root -p {} getsysinfo",
    "mosquitto_pub -h broker -u shop -P {} -t a -m b",
    "certutil -f -p {} -importpfx site.pfx",
    "curl -ucarla:{} https://api.example/x",
    "http -a carla:{} api.example/x",
    "lftp -u carla,{} backup.example",
    "smbget -U carla%{} smb://nas/x",
    "net rpc shutdown -U carla%{}",
    "ssh-keygen -t ed25519 -N '{}' -f id",
    "openssl enc -aes-256-cbc -k {} -in a",
    "snmpget -v3 -u mon -a SHA -A {0} -x AES -X {0} sw1 sysName.0",
    'createUser mon SHA "{0}" AES {0}',
    "rasdial office carla {}",
    "wpa_passphrase Guest {}",
    "nssm set backup ObjectName corp\\svc {}",
    "sqlplus sys/{}@ORCL",
    "jdbc:oracle:thin:shop/{}@db:1521:X",
    "echo {} | docker login --username ci --password-stdin",
    "chpasswd <<< 'carla:{}'",
    "ALTER USER shop IDENTIFIED BY '{}';",
    "SET PASSWORD FOR 'shop'@'%' = PASSWORD('{}');",
    "a1 LOGIN carla {}",
    # PowerShell, in every position
    "ConvertTo-SecureString -AsPlainText -Force '{}'",
    'ConvertTo-SecureString -AsPlainText "{}" -Force',
    "'{}' | ConvertTo-SecureString -AsPlainText -Force",
    "[Net.NetworkCredential]::new('svc','{}')",
    "New-Object PSCredential('corp\\join',('{}' | ConvertTo-SecureString -AsPlainText -Force))",
    # Configuration
    "tacacs-server host 10.3.0.60 key {}",
    "radius server a\n key {}",
    "requirepass {}",
    "user-name carla plaintext {}",
    'carla : EAP "{}"',
    "ldap_default_authtok = {}",
    "sip:201:{}@10.0.0.9",
    "secretsdump.py corp/carla:{}@10.0.0.9",
    "    DefaultPassword    REG_SZ    {}",
    'reg add "HKLM\\...\\Winlogon" /v DefaultPassword /t REG_SZ /d {} /f',
    '- name: SMTP_PASSWORD\n  value: "{}"',
    '"adminPassword": {{"value": "{}"}}',
    "password: >-\n  {}",
    "User ID=shop;Password={{x!{};9}};Encrypt=True",
    "keyMaterial={}",
    # Prose
    "the password was changed from {0}a to {0}b",
    "passwords: {0}a and {0}b",
    "password should be {}",
    "Password to unlock: {}",
    "password \u2013 {}",
    "password [new]: {}",
    "gave her the temp password ({})",
    "try {} as password",
    "{} is the new password",
    "p/w: {}",
    "U: carla P: {}",
    "pasword: {}",
    "passwrod is {}",
    "Password:\n\n{}",
    "Password\n{}",
    "root/{}",
    "admin:{} works on the printer",
    "creds are carla and {}",
    "carla@shop.example:{}",
    "carla@shop.example / {}",
    # Other languages
    "Passwort ge\u00e4ndert auf {}",
    "Password ist jetzt wieder {}",
    "Passwort f\u00fcr das WLAN lautet: \u201e{}\u201c",
    "Zugangsdaten: admin / {}",
    "mot de passe provisoire : {}",
    "code d'acc\u00e8s : {}",
    "contrase\u00f1a temporal \u2192 {}",
    "la clave del wifi es {}",
    "password nuova: {}",
    "parola d'accesso: {}",
    "Wachtwoord gewijzigd naar {}",
    "nieuw ww: {}",
    # Formatted
    "Password: **{}**",
    "<b>Password:</b> {}",
    "<strong>Password</strong>: {}",
    "Password: <code>{}</code>",
    "&quot;password&quot;:&quot;{}&quot;",
    "Password&nbsp;: {}",
    # Below the head of a table
    "User,Password\ncarla,{}\n",
    "Site;User;Passwort\nhttps://x.example;carla;{}\n",
    "Username\tPassword\ncarla\t{}\n",
    "| User | Password |\n|---|---|\n| carla | {} |\n",
]


@pytest.mark.parametrize("place", PLACES)
def test_passwords_wherever_they_are_told(place: str) -> None:
    masked = mask(place.format(SECRET))
    assert SECRET not in masked, masked
    assert "[TOKEN REDACTED]" in masked
    assert mask(masked) == masked


CODES = [
    ("passcode 771204 for the tablet", "771204"),
    ("OTP 493 201 read out", "493 201"),
    ("SIM PIN 4471 PUK 88123412", "88123412"),
    ("Combination of the safe is 24-7-31", "24-7-31"),
    ("enrollment code ONYX-5581", "ONYX-5581"),
    ("security answer: Biscuit", "Biscuit"),
    ("Password: Velvet Crow 48", "Crow 48"),
    ("community string is copper-rw", "copper-rw"),
    ("iDRAC default root / calvin", "calvin"),
    ("MFA seed: GCJD BRSK XGWS DQWF ZYUG 7J23 EGKU JV6S", "7J23"),
]


@pytest.mark.parametrize(("line", "secret"), CODES)
def test_codes_and_answers(line: str, secret: str) -> None:
    assert secret not in mask(line)


@pytest.mark.parametrize("seed", range(5))
def test_keys_by_the_words_before_them(seed: int) -> None:
    rng = random.Random(seed)
    guid = "-".join(text(rng, HEX, n) for n in (8, 4, 4, 4, 12))
    for line, secret in [
        ("dashboard key {}", text(rng, HEX, 40)),
        ("wandb login {}", text(rng, HEX, 40)),
        ("krb5 aes256 key {}", text(rng, HEX, 64)),
        ("DevOps PAT {}", text(rng, "abcdefghijklmnopqrstuvwxyz234567", 52)),
        ("log token {}", text(rng, BASE62, 32)),
        ("GenieKey {}", guid),
        ("launch key sdk-{}", guid),
        ("airtable pat{}", text(rng, BASE62, 14) + "." + text(rng, HEX, 64)),
        ("clickup pk_{}", "97366335_" + text(rng, "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789", 32)),
        ("uptime ur279935-{}", text(rng, HEX, 24)),
        ("ITG.{}", text(rng, HEX, 32) + "." + text(rng, BASE62, 60)),
        ("ApiIntegrationCode: {}", text(rng, "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789", 26)),
        ("Administrator:500:{}:::", text(rng, HEX, 32) + ":" + text(rng, HEX, 32)),
    ]:
        assert secret[-16:] not in mask(line.format(secret)), line


def test_openvpn_static_keys() -> None:
    rng = random.Random(3)
    body = [text(rng, HEX, 32) for _ in range(4)]
    dashes = "-" * 5
    name = "OpenVPN Static key V1"
    block = "\n".join([f"{dashes}BEGIN {name}{dashes}", *body, f"{dashes}END {name}{dashes}"])
    assert mask(f"found\n{block}\nend") == "found\n[TOKEN REDACTED]\nend"


@pytest.mark.parametrize(
    "line",
    """Kennwort: siehe Dokumentation
Password: known
mot de passe : voir coffre
api_key: YOUR_API_KEY
password=os.environ["DB_PASSWORD"]
password: !vault
Password never expires: True
Password last set: 2/3/2025 9:00:00 AM
EliteDesk-800-G9-Mini ordered
ThinkPad-T14s-Gen4-21F6002MGE
Word-2021-Professional-Plus-Retail
Account Name: SRV-DC01$
Logon Type: 3
restart is for the admin
Network access is blocked
client secretary called
the token was revoked by the admin
User, password and a pen
section 5.1.2.4 of the contract
rule 4.3.2.1 of the handbook
cp /root/a.txt /admin/b.txt
echo done | tee out.log
ssh -p 2222 host""".splitlines(),
)
def test_what_only_looks_like_it_stays(line: str) -> None:
    assert find(line) == [], mask(line)


def test_a_table_ends_where_its_rows_end() -> None:
    table = "User\tPassword\ncarla\tharbour\nolaf\tlantern\n\nnote\tplain\n"
    assert mask(table) == (
        "User\tPassword\ncarla\t[TOKEN REDACTED]\nolaf\t[TOKEN REDACTED]\n\nnote\tplain\n"
    )


def test_words_inside_a_placeholder_announce_nothing() -> None:
    """The word TOKEN of a placeholder is no label of what stands behind it."""
    line = "https://carla:" + SECRET + "@shop.example:8443/x1y2z3a4"
    assert mask(line) == "https://carla:[TOKEN REDACTED]@shop.example:8443/x1y2z3a4"
