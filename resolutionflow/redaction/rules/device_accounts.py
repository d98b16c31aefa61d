"""Secrets that network equipment takes without a sign around them, by the words of its maker."""

from __future__ import annotations

from ..line_rule import GAP, LINE_START, line

TITLE = "Accounts, tunnels and tests of network equipment"

_FIRST = LINE_START[0]
_LEVEL = r"(?:[0-9][ \t]{1,4})?"
_ALONE = r"[ \t]{0,4}\r?$"
_CISCO = "Cisco: IOS and ASA command references"
_FORTINET = "Fortinet: FortiOS CLI reference"

RULES = [
    line(
        "indented-device-password",
        "password ",
        rf"(?m:^)[ \t]{{1,8}}password[ \t]{{1,2}}"
        rf"(?P<w>(?!yesterday|today|tomorrow|again)[^\s\"':=.,]{{4,64}})(?m:{_ALONE})",
        "Password on an indented line of its own",
        _CISCO,
        ("line con 0\n password ⟦swordfish⟧\n login",),
        (
            " password reset",
            " password yesterday",
            " password for the portal",
            "the password swordfish",
        ),
        required=_FIRST,
    ),
    line(
        "indented-device-key",
        "key ",
        rf"(?m:^)[ \t]{{1,8}}key[ \t](?P<w>(?![0-9]+{_ALONE})[^\s\"':=.,]{{6,64}})(?m:{_ALONE})",
        "Key on an indented line of its own, also a plain word",
        _CISCO,
        ("tacacs server T1\n key ⟦swordfish⟧",),
        (" key chain x", " key 1", "the key swordfish"),
        required=_FIRST,
    ),
    line(
        "tunnel-pre-shared-key",
        "pre-shared-key|pre-shared-secret",
        r"(?:(?m:^)[ \t]{1,8}|\bikev[12][ \t]{1,4}(?:(?:local|remote)-authentication[ \t]{1,4})?"
        r"|\bauthentication[ \t]{1,4})pre-shared-(?:key|secret)[ \t]{1,4}"
        rf"(?:(?:local|remote|key|hex)[ \t]{{1,4}}){{0,2}}{_LEVEL}(?!address\b|ascii)",
        "Pre-shared key of a tunnel",
        _CISCO,
        (
            " ikev1 pre-shared-key ⟦swordfish⟧",
            " ikev2 remote-authentication pre-shared-key ⟦swordfish⟧",
            "  pre-shared-key local ⟦swordfish⟧",
            "set vpn ipsec peer x authentication pre-shared-secret ⟦swordfish⟧",
        ),
        ("the pre-shared-key differs", " pre-shared-key is wrong"),
    ),
    line(
        "file-transfer-password",
        "password",
        rf"\bip[ \t]{{1,4}}(?:http[ \t]{{1,4}}client|ftp)[ \t]{{1,4}}password[ \t]{{1,4}}{_LEVEL}",
        "Password that equipment signs in with for files",
        _CISCO,
        ("ip ftp password 7 ⟦0822455D0A16⟧", "ip http client password ⟦swordfish⟧"),
        ("ip ftp username bob",),
        required="ip ",
    ),
    line(
        "wireless-passphrase",
        "wpa passphrase|wpa-passphrase|wpa2-passphrase|wpa2 passphrase",
        rf"\bwpa2?[ -]passphrase{GAP}",
        "Passphrase of a wireless network",
        "Aruba: CLI reference",
        ("wpa-passphrase ⟦swordfish⟧",),
        ("wpa passphrase changed",),
    ),
    line(
        "controller-shared-secret",
        "config radius|config tacacs",
        rf"\bconfig{GAP}(?:radius|tacacs){GAP}\w{{1,12}}{GAP}add{GAP}[0-9]{{1,3}}{GAP}\S{{1,45}}"
        rf"{GAP}[0-9]{{1,5}}{GAP}(?:ascii|hex){GAP}",
        "Shared secret of a server, at a wireless controller",
        "Cisco: wireless controller command reference",
        ("config radius auth add 1 10.1.1.1 1812 ascii ⟦swordfish⟧",),
        ("config radius auth disable 1",),
    ),
    line(
        "device-login-test",
        "test aaa|test authserver",
        rf"\b(?:test{GAP}aaa{GAP}group{GAP}\S{{1,40}}{GAP}\S{{1,60}}|diag(?:nose)?{GAP}test{GAP}"
        rf"authserver{GAP}(?:radius|ldap|tacacs\+?|local){GAP}\S{{1,40}}{GAP}"
        rf"(?:(?:pap|chap|mschap2?|auto){GAP})?\S{{1,60}}){GAP}",
        "Password of a login that equipment tests",
        f"{_CISCO}; {_FORTINET}",
        (
            "test aaa group radius bob ⟦swordfish⟧ legacy",
            "diagnose test authserver radius R1 mschap2 bob ⟦swordfish⟧",
        ),
        ("test aaa group radius bob",),
    ),
    line(
        "enciphered-password",
        "cipher |simple ",
        r"\bpassword[ \t]{1,4}(?:level[ \t]{1,4}[0-9]{1,2}[ \t]{1,4})?"
        r"(?:irreversible-cipher|cipher|simple)[ \t]{1,4}",
        "Password behind the word that says how it is stored",
        "Huawei, HPE: command references",
        (
            "local-user bob password irreversible-cipher ⟦$1a$abc$def⟧",
            "super password level 3 cipher ⟦Winter-22⟧",
        ),
        ("password cipher suites", "password simple enough"),
        strong=True,
    ),
    line(
        "fortios-secret",
        "psksecret|auth-pwd|priv-pwd|ppk-secret",
        rf"\bset{GAP}(?:psksecret|auth-pwd|priv-pwd|ppk-secret){GAP}(?:enc{GAP})?",
        "Secret behind words that FortiOS has for nothing else",
        _FORTINET,
        ("set psksecret ⟦swordfish⟧", "set auth-pwd ⟦swordfish⟧"),
        ("unset psksecret",),
    ),
    line(
        "named-snmp-community",
        "community",
        r"(?:\bsnmp[ _-]?(?:v[12]c?[ _-]?)?(?:ro|rw|read|write|trap)?[ _-]?community"
        r"(?:[ _-](?:string|name))?|\bcommunity[ _-](?:string|name))"
        r"[\"']?[ \t]{0,20}[:=][ \t]{0,8}(?!//)"
        r"[\"']?(?P<w>[^\s\"',;]{3,64})[\"']?(?=[ \t]{0,8}(?:[,;)]|(?m:\r?$)))",
        "Community of SNMP behind its label, also a plain word",
        "RFC 1157",
        ("SNMP community string: ⟦netwatch⟧", "SNMP-Community = ⟦netwatch⟧"),
        ("Community: visit the forum", "SNMP community: unknown", "Community name: Support team"),
    ),
    line(
        "routeros-secret",
        "secret=",
        r"(?<=[ \t])secret=",
        "Secret of a peer or a server in RouterOS",
        "MikroTik: RouterOS, IPsec",
        ("/ip ipsec identity add peer=x secret=⟦swordfish⟧",),
        ("secret = none",),
    ),
    line(
        "controller-password",
        "racadm",
        rf"\bracadm\b[^\r\n]{{0,80}}?password{GAP}",
        "Password that is set in a server's controller",
        "Dell: iDRAC RACADM guide",
        ("racadm set iDRAC.Users.2.Password ⟦swordfish⟧",),
        ("racadm get iDRAC.Users.2",),
        required="password",
    ),
    line(
        "management-user-hash",
        "mgmt-user",
        rf"\bmgmt-user{GAP}\S{{1,60}}{GAP}\S{{1,40}}{GAP}(?=[0-9a-f]{{32}})",
        "Hashed password of a controller's user",
        "Aruba: CLI reference",
        ("mgmt-user admin root ⟦⟨h40⟩⟧",),
        ("mgmt-user admin root",),
    ),
]
