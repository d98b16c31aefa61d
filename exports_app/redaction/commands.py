"""Secrets on command lines and in the configuration of network equipment."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .model import PLACEHOLDER, Source, Span
from .prefixes import lookup
from .values import INERT, is_status, looks_like_key, looks_like_password

# A value: quoted, or one word.
_V = (
    r"(?:\"(?P<q>[^\"\r\n]{1,256})\"|'(?P<a>[^'\r\n]{1,256})'|(?P<w>[^\s\"'|;&<>][^\s"
    r"|<>]{0,1023}))"
)
_G = r"[ \t]{1,16}"


def _rule(signs: str, pattern: str) -> tuple[tuple[str, ...], re.Pattern[str]]:
    return tuple(signs.split("|")), re.compile(pattern + _V, re.I)


# Each rule: words of which one must appear in the text at all, and what stands before the value.
_CERTAIN = [
    _rule("securestring", rf"to-securestring{_G}(?:-string{_G})?(?!-)"),
    _rule("net use", rf"\bnet{_G}use{_G}(?:[a-z]:|\*)?[ \t]{{0,8}}\\\\[^\s]{{1,200}}{_G}(?!/)"),
    _rule("net use", rf"\bnet{_G}use{_G}[^\r\n]{{1,200}}?/u(?:ser)?:[^\s]{{1,100}}{_G}(?!/)"),
    _rule("net user", rf"\bnet{_G}user{_G}(?:\"[^\"\n]{{1,60}}\"|[^\s/]{{1,60}}){_G}(?!/)"),
    _rule(
        "psexec|paexec|plink|pscp|psftp|winexe|sshpass|radmin|putty|crackmapexec|netexec|nxc"
        "|evil-winrm|impacket"
        "|psservice|pskill|pslist|psinfo|psshutdown|xcopy",
        rf"\b(?:ps(?:exec|service|kill|list|info|shutdown|loggedon)|paexec|plink|pscp|psftp"
        rf"|winexe|sshpass|putty"
        rf"|crackmapexec|netexec|nxc|evil-winrm)(?:64)?(?:\.exe)?{_G}[^\r\n]{{0,300}}?"
        rf"(?<=[ \t])-(?:p|pw){_G}",
    ),
    _rule("sshpass", rf"\bsshpass{_G}-p"),
    _rule(
        "mysql|mariadb|mongo|xtrabackup",
        r"\b(?:mysql\w{0,8}|mariadb[\w-]{0,8}|xtrabackup)\b[^\r\n|;]{0,300}?[ \t]-p(?![ \t-])",
    ),
    _rule(
        "sqlcmd|bcp|osql|ipmitool|isql",
        r"\b(?:sqlcmd|bcp|osql|isql|ipmitool)\b[^\r\n"
        r"|;]{0,300}?[ \t]-P[ \t]{0,4}",
    ),
    _rule(
        "docker|podman|helm|oc login|az login|mongo|redis|influx|kubectl|az ",
        rf"\b(?:docker|podman|helm|oc|az|mongo(?:sh|dump|restore|export)?|influx)\b[^\r\n"
        rf"|;]{{0,200}}?"
        rf"(?:login|--username|-u)\b[^\r\n|;]{{0,200}}?[ \t]-p{_G}(?![0-9]+:)",
    ),
    _rule("redis-cli", rf"\bredis-cli\b[^\r\n|;]{{0,200}}?[ \t]-a{_G}"),
    _rule(
        "ldap",
        r"\bldap(?:search|modify|add|delete|whoami|passwd)\b[^\r\n"
        r"|;]{0,300}?[ \t]-w[ \t]{0,4}",
    ),
    _rule(
        "snmpwalk|snmpget|snmpbulk|snmpset|snmptrap|snmptable",
        rf"\bsnmp(?:walk|get|getnext|bulkwalk|bulkget|set|trap|table)\b[^\r\n"
        rf"|;]{{0,200}}?[ \t]-[cAX]{_G}",
    ),
    _rule(
        "7z a|7z x|7z e|7z u|7z t|7z.exe|7za |7zz |rar ",
        r"\b(?:7za?|7zz|(?:un)?rar)"
        r"(?:\.exe)?[ \t][^\r\n|;]{0,200}?[ \t]-h?p(?![ \t-])",
    ),
    _rule("zip ", rf"\b(?:unzip|zip)\b[^\r\n|;]{{0,100}}?[ \t]-P{_G}"),
    _rule(
        "htpasswd",
        rf"\bhtpasswd\b[^\r\n"
        rf"|;]{{0,60}}?-\w{{0,4}}b\w{{0,3}}{_G}\S{{1,120}}{_G}\S{{1,60}}{_G}",
    ),
    _rule("schtasks", rf"\bschtasks\b[^\r\n]{{0,400}}?/rp{_G}"),
    _rule(
        "psql|pgpassword|mysql_pwd|sshpass|rsync_password",
        r"\b(?:PGPASSWORD|MYSQL_PWD"
        r"|SSHPASS|RSYNC_PASSWORD)=",
    ),
    _rule(
        "xfreerdp|wfreerdp|mstsc|rdesktop|cmdkey|netdom|wmic|msiexec|dsadd|ntdsutil|setup| /p",
        r"(?<=[ \t])/(?:p|pass|password|passwordd|passwordo|pd|po|pwd|pw|adminpw|rp|secret"
        r"|apikey|token)[:=]",
    ),
    _rule(
        "curl|wget|http",
        r"\b(?:curl|wget|https?)\b[^\r\n|;]{0,400}?[ \t](?:-u|--user"
        r"|--proxy-user)(?:[ \t]{1,4}|=)"
        r"[\"']?[^\s:\"']{1,100}:",
    ),
    _rule(
        "smbclient|rpcclient|smbmap|mount.cifs",
        r"\b(?:smbclient|rpcclient|smbmap)\b[^\r\n"
        r"|;]{0,200}?[ \t]-U[ \t]{0,4}[\"']?[^\s%\"']{1,60}%",
    ),
    _rule("passin|passout|-pass", r"-pass(?:in|out)?[ \t]{1,4}pass:"),
    _rule(
        "keytool|storepass|keypass",
        rf"-(?:store|key|deststore|srcstore|destkey|srckey)pass"
        rf"(?:word)?{_G}",
    ),
    _rule("chpasswd", r"\becho[ \t]{1,4}[\"']?[a-z_][\w.-]{0,31}:(?=[^\r\n]{1,100}chpasswd)"),
    _rule("sudo -s", r"\becho[ \t]{1,4}(?=[^\r\n|]{1,100}\|[ \t]{0,4}sudo[ \t]{1,4}-S)"),
    _rule(
        "password|-pass|-pwd|-pw|secret|token|-apikey|-api-key|-access|passphrase|passcode"
        "|-psk|sharedkey|storagekey|accountkey|l2tppsk",
        r"(?<![\w-])--?(?:[a-z]{0,24}password|passwd|pass|pwd|pw|passphrase|passcode"
        r"|[a-z]{0,16}secret|[a-z-]{0,16}token"
        r"|api-?key|access-?key|client-?secret|psk|l2tppsk|presharedkey|sharedkey|storagekey"
        r"|accountkey)"
        r"(?:[ \t]{1,8}|[=:][ \t]{0,2})(?![-/|=(])",
    ),
    _rule(
        "convertto|credential",
        r"\bPSCredential[\]\s]{0,4}"
        r"(?:::new)?\s{0,2}\(\s{0,2}[^,\r\n]{1,80},\s{0,3}(?=[\"'])",
    ),
    _rule(
        "networkcredential",
        r"\bNetworkCredential\s{0,2}\(\s{0,2}[^,\r\n]{1,80},\s{0,3}"
        r"(?=[\"'])",
    ),
    # Network equipment
    _rule(
        "secret|password",
        r"\b(?:enable|line|username[ \t]{1,4}\S{1,60}(?:[ \t]{1,4}"
        r"(?:privilege|role)[ \t]{1,4}\S{1,20})?)"
        r"[ \t]{1,4}(?:algorithm-type[ \t]{1,4}\S{1,12}[ \t]{1,4})?(?:secret|password)"
        r"(?:[ \t]{1,4}(?:level[ \t]{1,4})?"
        r"(?:[0-9]{1,2}|sha512|encrypted|cleartext|plaintext|ciphertext))?[ \t]{1,4}",
    ),
    _rule("password|secret", r"(?m:^)[ \t]{0,8}(?:password|secret)[ \t]{1,4}[0-9]{1,2}[ \t]{1,4}"),
    _rule(
        "community",
        r"\bsnmp(?:-server)?[ \t]{1,4}(?:agent[ \t]{1,4})?"
        r"(?:v2c?[ \t]{1,4})?community[ \t]{1,4}(?:read(?:-only|-write)?[ \t]{1,4}"
        r"|add[ \t]{1,4})?(?:[0-9][ \t]{1,4})?",
    ),
    _rule(
        "community",
        r"\b(?:rocommunity6?|rwcommunity6?|trapcommunity"
        r"|com2sec[ \t]{1,4}\S{1,40}[ \t]{1,4}\S{1,40})[ \t]{1,4}",
    ),
    _rule(
        "snmp-server host",
        r"\bsnmp-server[ \t]{1,4}host[ \t]{1,4}\S{1,60}[ \t]{1,4}(?:"
        r"(?:traps|informs|inside|version|1|2c|vrf[ \t]\S{1,30})[ \t]{1,4}){0,4}(?!3[ \t]"
        r"|version|traps)",
    ),
    _rule("auth|priv", r"\bauth[ \t]{1,4}(?:md5|sha[0-9-]{0,4})[ \t]{1,4}"),
    _rule("priv", r"\bpriv[ \t]{1,4}(?:des|3des|aes[ -]?(?:[ \t]{0,2}(?:128|192|256))?)[ \t]{1,4}"),
    _rule(
        "key",
        r"\b(?:isakmp|ike|tacacs(?:-server)?|radius(?:-server)?"
        r"(?:[ \t]{1,4}host[ \t]{1,4}\S{1,60}[^\r\n]{0,80}?)?"
        r"|ntp[ \t]{1,4}authentication-key[ \t]{1,4}[0-9]{1,5})"
        r"[ \t]{1,4}(?:key|secret|md5|shared-secret)(?:[ \t]{1,4}[0-9])?[ \t]{1,4}(?!chain)",
    ),
    _rule("key ", r"(?m:^)[ \t]{0,8}(?:server-)?key[ \t]{1,4}(?:[0-9][ \t]{1,4})(?=\S{4})"),
    _rule("key-string", r"\bkey-string[ \t]{1,4}(?:[0-9][ \t]{1,4})?"),
    _rule(
        "message-digest-key|authentication-key|authentication",
        r"\b(?:message-digest-key[ \t]{1,4}[0-9]{1,3}[ \t]{1,4}md5|authentication-key"
        r"|standby[ \t][0-9]{1,4}[ \t]authentication(?:[ \t]md5[ \t]key-string)?)[ \t]{1,4}"
        r"(?:[0-9][ \t]{1,4})?",
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
        r"|wpa-passphrase|psk)[ \t]{1,4}(?:ENC[ \t]{1,4})?(?!to\b|by\b|for\b|on\b|in\b)",
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
    _rule("mount|cifs|pass=", r"(?<=,)pass(?:word)?="),
]
SIGN_WORDS = sorted({sign for signs, _ in _CERTAIN for sign in signs})
SIGN = lookup(SIGN_WORDS)
_RULES_OF = {
    word: tuple(
        number for number, (signs, _) in enumerate(_CERTAIN) if any(sign in word for sign in signs)
    )
    for word in {sign for signs, _ in _CERTAIN for sign in signs}
}
_SWITCH = re.compile(
    r"[-/]{1,2}[a-z][a-z-]{1,20}$|[-/][a-z]$|/(?:add|delete|del|domain|active|times|user"
    r"|persistent)\b",
    re.I,
)
_LOOSE = ("-password", "set ", "/p", "docker", "auth", "mysql")


def scan(src: Source) -> Iterator[Span]:
    """Spans of the values behind the switches and configuration words listed above."""
    text, lower = src.text, src.lower
    # Rules stay within a line, so each is tried only on the lines that hold one of its words.
    for line_start, line_end in src.lines:
        tried: set[int] = set()
        for sign in SIGN.finditer(lower, line_start, line_end):
            src.words.append(sign.start())
            for number in _RULES_OF[sign.group()]:
                if number not in tried:
                    tried.add(number)
                    yield from _apply(text, *_CERTAIN[number], line_start, line_end)


def _apply(
    text: str, signs: tuple[str, ...], pattern: re.Pattern[str], start: int, end: int
) -> Iterator[Span]:
    for match in pattern.finditer(text, start, end):
        group = match.lastgroup or "w"
        start, end = match.span(group)
        value = match.group(group)
        if group == "w":
            value = value.rstrip(";,'\"`").removesuffix(")") if "(" not in value else value
            end = start + len(value)
        if value and _believed(text, value, start, signs[0], quoted=group != "w"):
            yield start, end, "token"


def _believed(text: str, value: str, start: int, sign: str, *, quoted: bool) -> bool:
    """A switch is good evidence, yet what follows may be a variable, a mask or a sentence."""
    if PLACEHOLDER.match(text, start) or (INERT.match(value) and INERT.fullmatch(value)):
        return False
    if INERT.match(text, start) and not quoted:
        return False
    if "REDACTED" in value and PLACEHOLDER.search(text, start, start + len(value) + 24):
        return False
    if is_status(value) or _SWITCH.match(value) or value.startswith("(") or value == "*":
        return False
    if sign in _LOOSE and not quoted:
        return looks_like_password(value) or looks_like_key(value)
    return len(value) > 1
