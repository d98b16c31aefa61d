"""Secrets in the configuration of network equipment and services."""

from __future__ import annotations

from ..line_rule import GAP, LINE_START, line, switch

TITLE = "Configuration of network equipment"

_FIRST = LINE_START[0]
_LEVEL = r"(?:[0-9][ \t]{1,4})?"
_CISCO = "Cisco: IOS security command reference"

RULES = [
    line(
        "device-account-secret",
        "secret|password",
        r"\b(?:enable|line|username[ \t]{1,4}\S{1,60}(?:[ \t]{1,4}"
        r"(?:privilege|role)[ \t]{1,4}\S{1,20})?)"
        r"[ \t]{1,4}(?:algorithm-type[ \t]{1,4}\S{1,12}[ \t]{1,4})?(?:secret|password)"
        r"(?:[ \t]{1,4}(?:level[ \t]{1,4})?"
        r"(?:[0-9]{1,2}|sha512|encrypted|cleartext|plaintext|ciphertext))?[ \t]{1,4}",
        "Secret or password of a device's account",
        _CISCO,
        ("enable secret 5 ⟦$1$abcd$efgh⟧", "username bob privilege 15 secret ⟦correcthorse⟧"),
        ("enable password is needed",),
        required="enable|line|username",
    ),
    line(
        "device-line-password",
        "password|secret",
        r"(?m:^)[ \t]{0,8}(?:password|secret)[ \t]{1,4}[0-9]{1,2}[ \t]{1,4}",
        "Password of a line, with the number of its encryption",
        _CISCO,
        ("line vty 0 4\n password 7 ⟦0822455D0A16⟧",),
        ("the password 7 days ago",),
        required=_FIRST,
    ),
    line(
        "snmp-community",
        "community",
        r"\bsnmp(?:-server|-agent)?[ \t]{1,4}(?:agent[ \t]{1,4})?(?:v2c?[ \t]{1,4})?"
        r"community[ \t]{1,4}(?:(?:read(?:-only|-write)?|write|add|cipher|simple)[ \t]{1,4}){0,3}"
        r"(?:[0-9][ \t]{1,4})?(?!complexity)",
        "Community of SNMP",
        _CISCO,
        (
            "snmp-server community ⟦n3twatch⟧ RO",
            "snmp-agent community read cipher ⟦n3twatch⟧",
            "snmp-agent community write ⟦netwatch⟧",
        ),
        ("snmp community hidden", "snmp-agent community complexity-check disable"),
    ),
    line(
        "snmpd-community",
        "community|com2sec",
        r"\b(?:rocommunity6?|rwcommunity6?|trapcommunity"
        r"|com2sec[ \t]{1,4}\S{1,40}[ \t]{1,4}\S{1,40})[ \t]{1,4}",
        "Community in snmpd.conf",
        "Net-SNMP: snmpd.conf(5)",
        ("rocommunity ⟦n3twatch⟧ 10.0.0.0/8", "com2sec ro default ⟦n3twatch⟧"),
        ("rocommunity",),
    ),
    line(
        "snmp-community-name",
        "snmp community",
        r"\bsnmp community\b[^\r\n]{0,100}?[ \t]name=",
        "Community of SNMP in RouterOS",
        "MikroTik: RouterOS, SNMP",
        ("/snmp community set numbers=0 name=⟦n3twatch⟧",),
        ("/snmp community print",),
    ),
    line(
        "snmp-trap-community",
        "snmp-server host",
        r"\bsnmp-server[ \t]{1,4}host[ \t]{1,4}(?:[a-z][\w-]{0,30}[ \t]{1,4}(?=[0-9\[]))?"
        r"\S{1,60}[ \t]{1,4}(?:"
        r"(?:traps?|informs?|version|v?[12]c?|vrf[ \t]\S{1,30}|community(?:[ \t][0-9](?=[ \t]))?)"
        r"[ \t]{1,4}){0,6}(?!v?3[ \t]|version\b|traps?\b|informs?\b|v?[12]c?\b|vrf\b|community\b)",
        "Community for a host that receives traps",
        _CISCO,
        (
            "snmp-server host 10.1.2.3 version 2c ⟦n3twatch⟧",
            "snmp-server host 10.1.2.3 trap version v1 community ⟦tr4pc0mm⟧",
            "snmp-server host inside 10.1.2.3 community ⟦netwatch⟧ version 2c",
            "snmp-server host dmz 10.1.2.3 community 8 ⟦Zm9vYmFy⟧",
        ),
        ("snmp-server host 10.1.2.3 version 3 priv bob",),
    ),
    # A Wi-Fi network as a QR code holds it
    line(
        "wifi-qr-password",
        "wifi:",
        r"\bwifi:(?:[a-oq-z][a-z0-9]{0,3}:(?:\\.|[^;\\\r\n]){0,80};){0,6}p:"
        r"(?P<w>(?:\\.|[^;\\\r\n]){1,128})",
        "Password of a Wi-Fi network as a QR code holds it",
        "Wi-Fi Alliance: WPA3, URI of a network",
        ("WIFI:T:WPA;S:Guest;P:⟦correcthorse⟧;;",),
        ("WIFI: works",),
    ),
    line(
        "device-auth-passphrase",
        "auth",
        r"\bauth[ \t]{1,4}(?:md5|sha[0-9-]{0,4})[ \t]{1,4}",
        "Passphrase that authenticates a user of SNMPv3",
        _CISCO,
        ("snmp-server user bob grp v3 auth sha ⟦Winter-22⟧",),
        ("auth sha is used",),
        required="md5|sha",
        strong=True,
    ),
    line(
        "device-privacy-passphrase",
        "priv",
        r"\bpriv[ \t]{1,4}(?:des|3des|aes[ -]?(?:[ \t]{0,2}(?:128|192|256))?)[ \t]{1,4}",
        "Passphrase that encrypts for a user of SNMPv3",
        _CISCO,
        ("v3 auth sha x priv aes 128 ⟦Winter-22⟧",),
        ("priv only",),
        required="des|aes",
    ),
    line(
        "device-key",
        "key",
        r"\b(?:isakmp|ike|(?:tacacs|radius)(?:[ -]server)?"
        r"(?:[ \t]{1,4}host[ \t]{1,4}\S{1,60}[^\r\n]{0,80}?)?"
        r"|ntp[ \t]{1,4}authentication-key[ \t]{1,4}[0-9]{1,5})"
        r"[ \t]{1,4}(?:key|secret|md5|shared-secret)(?:[ \t]{1,4}[0-9])?[ \t]{1,4}(?!chain)",
        "Key of ISAKMP, TACACS, RADIUS or NTP",
        _CISCO,
        (
            "crypto isakmp key ⟦correcthorse⟧ address 0.0.0.0",
            "tacacs-server host 10.0.0.9 key 7 ⟦0A1B2C⟧",
        ),
        ("radius server key chain",),
        required="isakmp|ike|tacacs|radius|authentication-key",
    ),
    line(
        "device-key-line",
        "key |server-key ",
        r"(?m:^)[ \t]{0,8}(?:server-)?key[ \t]{1,4}(?:[0-9][ \t]{1,4})(?=\S{4})",
        "Key on a line of its own, with the number of its encryption",
        _CISCO,
        (" key 7 ⟦0A1B2C3D⟧", "server-key 7 ⟦0A1B2C3D⟧"),
        ("the key 7 days",),
        required=_FIRST,
    ),
    line(
        "device-indented-key",
        "key ",
        r"(?m:^)[ \t]{1,8}key[ \t]{1,4}(?=[^\s]{0,40}[0-9!@#$%^*])",
        "Key on an indented line of its own",
        _CISCO,
        ("radius server r1\n key ⟦Winter-22⟧",),
        (" key chain x",),
        required=_FIRST,
        strong=True,
    ),
    line(
        "device-key-string",
        "key-string",
        rf"\bkey-string[ \t]{{1,4}}{_LEVEL}",
        "Key string of a key chain",
        _CISCO,
        ("  key-string 7 ⟦0A1B2C3D⟧",),
        ("key-strings",),
    ),
    line(
        "device-authentication-key",
        "message-digest-key|authentication-key|authentication",
        r"\b(?:message-digest-key[ \t]{1,4}[0-9]{1,3}[ \t]{1,4}md5|authentication-key"
        r"|(?:standby|vrrp|glbp)[ \t][0-9]{1,4}[ \t]authentication"
        r"(?:[ \t](?:text|md5[ \t]key-string))?)[ \t]{1,4}"
        rf"(?![0-9]{{1,5}}[ \t]+(?:md5|hmac|sha)){_LEVEL}",
        "Key that authenticates OSPF or HSRP",
        _CISCO,
        (
            "ip ospf message-digest-key 1 md5 ⟦correcthorse⟧",
            "standby 1 authentication ⟦correcthorse⟧",
            "vrrp 1 authentication text ⟦correcthorse⟧",
        ),
        ("authentication failed", "ntp authentication-key 1 md5"),
        required="message-digest-key|authentication-key|standby|vrrp|glbp",
    ),
    line(
        "bgp-neighbor-password",
        "neighbor",
        rf"\bneighbor[ \t]{{1,4}}\S{{1,60}}[ \t]{{1,4}}password[ \t]{{1,4}}{_LEVEL}",
        "Password of a BGP neighbour",
        _CISCO,
        ("neighbor 10.0.0.2 password 7 ⟦0A1B2C3D⟧",),
        ("neighbor 10.0.0.2 remote-as 1",),
    ),
    line(
        "pre-shared-key",
        "pre-shared-key|psk|ascii|hexadecimal|set-key",
        r"\b(?:pre-shared-key|wpa-psk|psk|set-key)[ \t]{1,4}(?:local[ \t]{1,4}|remote[ \t]{1,4})?"
        r"(?:(?:ascii-text|ascii|hex|hexadecimal|address[ \t]{1,4}\S{1,45}[ \t]{1,4}key)[ \t]{1,4})"
        rf"{_LEVEL}",
        "Pre-shared key of a tunnel or a wireless network",
        _CISCO,
        ("wpa-psk ascii 0 ⟦correcthorse⟧", "pre-shared-key ascii-text ⟦correcthorse⟧"),
        ("psk mode",),
    ),
    line(
        "set-secret",
        "set ",
        r"\bset[ \t]{1,4}(?:passwd|password|psksecret|secret|auth-pwd|priv-pwd"
        r"|passphrase|ppk-secret|sharedkey|private-key|key|auth-password-l[12]|ldap-password"
        r"|wpa-passphrase|psk)[ \t]{1,4}(?:enc[ \t]{1,4})?(?!to\b|by\b|for\b|on\b|in\b)",
        "Secret behind set, as FortiOS writes it",
        "Fortinet: FortiOS CLI reference",
        ("    set psksecret ENC ⟦Winter22abc⟧", "set passwd ⟦Winter-22⟧"),
        ("set password to expire",),
        required="pass|psk|secret|-pwd|key",
        strong=True,
    ),
    line(
        "junos-password",
        "encrypted-password|plain-text-password|simple-password|plaintext-password",
        r"\b(?:encrypted-password|simple-password|plain-text-password-value"
        r"|plaintext-password)[ \t]{1,4}",
        "Password in the configuration of Junos",
        "Juniper: Junos CLI reference",
        ('encrypted-password "⟦$6$abc$def⟧";',),
        ("encrypted-passwords",),
    ),
    line(
        "ppp-password",
        "chap|pap",
        rf"\bppp[ \t]{{1,4}}(?:chap|pap)[ \t][^\r\n]{{0,60}}?password[ \t]{{1,4}}{_LEVEL}",
        "Password of PPP",
        _CISCO,
        (
            "ppp chap password 0 ⟦correcthorse⟧",
            "ppp pap sent-username bob password 0 ⟦correcthorse⟧",
        ),
        ("ppp chap refuse",),
    ),
    line(
        "marked-plain-text",
        "plaintext|cleartext|ciphertext",
        rf"\b(?:plaintext|cleartext|ciphertext){GAP}",
        "Value that is marked as plain or encrypted text",
        "Aruba: CLI reference",
        ("password plaintext ⟦Winter-22⟧",),
        ("plaintext mail",),
        strong=True,
    ),
    line(
        "redis-configuration",
        "requirepass|masterauth",
        rf"(?m:^)[ \t]{{0,8}}(?:requirepass|masterauth){GAP}",
        "Password in redis.conf",
        "Redis: configuration",
        ("requirepass ⟦correcthorse⟧",),
        ("# requirepass",),
    ),
    line(
        "ipsec-secrets",
        "psk|eap|xauth|ntlm",
        r":[ \t]{0,3}(?:eap|psk|xauth|ntlm)[ \t]{1,16}(?=[\"'])",
        "Secret in ipsec.secrets",
        "strongSwan: ipsec.secrets",
        ('vpn.example : PSK "⟦correcthorse⟧"',),
        (": psk mode",),
    ),
    switch(
        "snmpd-user-passphrase",
        "createuser|authpriv|snmp",
        r"\b(?:snmp\S{0,12}|createuser|usm)\b",
        rf"(?:sha|md5|aes|3?des)[0-9-]{{0,4}}{GAP}(?!(?:md5|sha|des|3des|aes)[0-9-]{{0,4}}(?:\s|$))",
        "sha|md5|aes|des",
        "Passphrase of a user of SNMPv3",
        "Net-SNMP: snmpd.conf(5)",
        ("createUser bob SHA ⟦Winter-22⟧ AES",),
        ("createUser bob SHA",),
        strong=True,
    ),
]
