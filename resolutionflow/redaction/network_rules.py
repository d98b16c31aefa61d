"""Secrets in the configuration of network equipment and services."""

from __future__ import annotations

from .line_rule import G as _G
from .line_rule import Rule
from .line_rule import rule as _rule
from .line_rule import switch as _switch

NETWORK: list[Rule] = [
    _rule(
        "secret|password",
        r"\b(?:enable|line|username[ \t]{1,4}\S{1,60}(?:[ \t]{1,4}"
        r"(?:privilege|role)[ \t]{1,4}\S{1,20})?)"
        r"[ \t]{1,4}(?:algorithm-type[ \t]{1,4}\S{1,12}[ \t]{1,4})?(?:secret|password)"
        r"(?:[ \t]{1,4}(?:level[ \t]{1,4})?"
        r"(?:[0-9]{1,2}|sha512|encrypted|cleartext|plaintext|ciphertext))?[ \t]{1,4}",
        required_words="enable|line|username",
    ),
    _rule(
        "password|secret",
        r"(?m:^)[ \t]{0,8}(?:password|secret)[ \t]{1,4}[0-9]{1,2}[ \t]{1,4}",
        required_words="^",
    ),
    _rule(
        "community",
        r"\bsnmp(?:-server)?[ \t]{1,4}(?:agent[ \t]{1,4})?"
        r"(?:v2c?[ \t]{1,4})?community[ \t]{1,4}(?:read(?:-only|-write)?[ \t]{1,4}"
        r"|add[ \t]{1,4})?(?:[0-9][ \t]{1,4})?",
    ),
    _rule(
        "community|com2sec",
        r"\b(?:rocommunity6?|rwcommunity6?|trapcommunity"
        r"|com2sec[ \t]{1,4}\S{1,40}[ \t]{1,4}\S{1,40})[ \t]{1,4}",
    ),
    # A Wi-Fi network as a QR code holds it
    _rule(
        "wifi:",
        r"\bwifi:(?:[a-oq-z][a-z0-9]{0,3}:(?:\\.|[^;\\\r\n]){0,80};){0,6}p:"
        r"(?P<w>(?:\\.|[^;\\\r\n]){1,128})",
    ),
    _rule("snmp community", r"\bsnmp community\b[^\r\n]{0,100}?[ \t]name="),
    _rule(
        "snmp-server host",
        r"\bsnmp-server[ \t]{1,4}host[ \t]{1,4}\S{1,60}[ \t]{1,4}(?:"
        r"(?:traps|informs|inside|version|1|2c|vrf[ \t]\S{1,30})[ \t]{1,4}){0,4}(?!3[ \t]"
        r"|version|traps)",
    ),
    _rule(
        "auth|priv", r"\bauth[ \t]{1,4}(?:md5|sha[0-9-]{0,4})[ \t]{1,4}", required_words="md5|sha"
    ),
    _rule(
        "priv",
        r"\bpriv[ \t]{1,4}(?:des|3des|aes[ -]?(?:[ \t]{0,2}(?:128|192|256))?)[ \t]{1,4}",
        required_words="des|aes",
    ),
    _rule(
        "key",
        r"\b(?:isakmp|ike|(?:tacacs|radius)(?:[ -]server)?"
        r"(?:[ \t]{1,4}host[ \t]{1,4}\S{1,60}[^\r\n]{0,80}?)?"
        r"|ntp[ \t]{1,4}authentication-key[ \t]{1,4}[0-9]{1,5})"
        r"[ \t]{1,4}(?:key|secret|md5|shared-secret)(?:[ \t]{1,4}[0-9])?[ \t]{1,4}(?!chain)",
        required_words="isakmp|ike|tacacs|radius|authentication-key",
    ),
    _rule(
        "key |server-key ",
        r"(?m:^)[ \t]{0,8}(?:server-)?key[ \t]{1,4}(?:[0-9][ \t]{1,4})(?=\S{4})",
        required_words="^",
    ),
    _rule("key-string", r"\bkey-string[ \t]{1,4}(?:[0-9][ \t]{1,4})?"),
    _rule(
        "message-digest-key|authentication-key|authentication",
        r"\b(?:message-digest-key[ \t]{1,4}[0-9]{1,3}[ \t]{1,4}md5|authentication-key"
        r"|standby[ \t][0-9]{1,4}[ \t]authentication(?:[ \t]md5[ \t]key-string)?)[ \t]{1,4}"
        r"(?:[0-9][ \t]{1,4})?",
        required_words="message-digest-key|authentication-key|standby",
    ),
    _rule(
        "neighbor",
        r"\bneighbor[ \t]{1,4}\S{1,60}[ \t]{1,4}password[ \t]{1,4}"
        r"(?:[0-9][ \t]{1,4})?",
    ),
    _rule(
        "pre-shared-key|psk|ascii|hexadecimal",
        r"\b(?:pre-shared-key|wpa-psk|psk)[ \t]{1,4}"
        r"(?:local[ \t]{1,4}|remote[ \t]{1,4})?(?:(?:ascii-text|ascii|hex|hexadecimal"
        r"|address[ \t]{1,4}\S{1,45}[ \t]{1,4}key)[ \t]{1,4})(?:[0-9][ \t]{1,4})?",
    ),
    _rule(
        "set ",
        r"\bset[ \t]{1,4}(?:passwd|password|psksecret|secret|auth-pwd|priv-pwd"
        r"|passphrase|ppk-secret|sharedkey|private-key|key|auth-password-l[12]|ldap-password"
        r"|wpa-passphrase|psk)[ \t]{1,4}(?:enc[ \t]{1,4})?(?!to\b|by\b|for\b|on\b|in\b)",
        required_words="pass|psk|secret|-pwd|key",
    ),
    _rule(
        "encrypted-password|plain-text-password|simple-password",
        r"\b(?:encrypted-password"
        r"|simple-password|plain-text-password-value)[ \t]{1,4}",
    ),
    _rule(
        "chap|pap",
        r"\bppp[ \t]{1,4}(?:chap|pap)[ \t][^\r\n]{0,60}?password[ \t]{1,4}"
        r"(?:[0-9][ \t]{1,4})?",
    ),
    _rule(
        "key ",
        r"(?m:^)[ \t]{1,8}key[ \t]{1,4}(?=[^\s]{0,40}[0-9!@#$%^*])",
        required_words="^",
        needs_strong_value=True,
    ),
    _rule(
        "plaintext|cleartext|ciphertext",
        rf"\b(?:plaintext|cleartext|ciphertext){_G}",
        needs_strong_value=True,
    ),
    _rule("requirepass|masterauth", rf"(?m:^)[ \t]{{0,8}}(?:requirepass|masterauth){_G}"),
    _rule(
        "psk|eap|xauth|ntlm",
        r":[ \t]{0,3}(?:eap|psk|xauth|ntlm)[ \t]{1,16}(?=[\"'])",
    ),
    _switch(
        "createuser|authpriv|snmp",
        r"\b(?:snmp\S{0,12}|createuser|usm)\b",
        rf"(?:sha|md5|aes|3?des)[0-9-]{{0,4}}{_G}(?!(?:md5|sha|des|3des|aes)[0-9-]{{0,4}}(?:\s|$))",
        required_words="sha|md5|aes|des",
        needs_strong_value=True,
    ),
]
