"""The words that announce a secret, in the languages of service desks, and label questions."""

from __future__ import annotations

import re
from enum import Enum

from .kinds import PLACEHOLDER
from .literal_prefixes import literal_prefixes, shortest_starts
from .regex_tools import trie_pattern


class LabelKind(Enum):
    """What a label announces, which says how readily the value behind it is accepted."""

    PASSWORD = "PASSWORD"  # noqa: S105
    CODE = "CODE"
    """Digits of a PIN, of a door, of a second factor."""
    KEY = "KEY"
    """Keys, tokens, secrets, communities."""
    WEAK = "WEAK"
    """Words such as "key" and "hash", which need a value that is strong by itself."""


WORD_LABELS = (
    r"(?:shared|client|radius|consumer|oauth)[ _-]?secrets?(?![a-z])"
    r"|(?<![a-z])secret(?=[ \t]{0,3}=)"
    r"|(?:olc)?rootpw|bind_?pw|"
    r"p[a@][s$5]{2}w[o0]?rds?(?![a-z])"
    r"|pass[ _-]?(?:word|wort|phrase|code|wrd|key|hash)s?|passwds?|pas{1,2}w(?:ro|or?|r)d|passw"
    r"|ps{1,2}w(?:or)?ds?|pssword|pwds?|pword|keymaterial|authtok(?!en)"
    r"|(?<![a-z])(?:p/w|ww|laps)(?![a-z])"
    r"|(?:security|secret) answer|sicherheitsantwort"
    r"|code (?:d['\u2019]acc\u00e8s|wi-?fi)|c(?:\u00f3digo|odigo|odice) (?:di accesso|de acceso"
    r"|wi-?fi)"
    r"|(?<![a-z])(?:pw|pass|psk|mdp|pwrd|pwort|kw|pwd)(?![a-z])|(?<![a-z])pass(?=[0-9]?\s*[:=])"
    r"|pre[ -]?shared[ _-]?(?:key|secret)|presharedkey|psksecret"
    r"|kennw(?:ort|\u00f6rter)|zugangscode|losungswort|passwoord|wachtwoord(?:en)?|wachtzin"
    r"|contrase(?:\u00f1|n|\u00f1\u0303|ny)as?|mots? de passe|motdepasse|senhas?|palavra-passe"
    r"|(?<![a-z])(?:clave|parola(?: d'ordine| d'accesso)?|parole|parool|geslo|heslo|has\u0142o"
    r"|haslo"
    r"|sifre)(?![a-z])"
    r"|l\u00f6senord|losenord|passord|adgangskode|adgangsord|kodeord|salasana"
    r"|jelsz\u00f3|parol\u0103|kata laluan|\u015fifre|lozinka|slapta\u017eodis|lykilor\u00f0"
    r"|\u043f\u0430\u0440\u043e\u043b\u044c"
    r"|\u043b\u043e\u0437\u0438\u043d\u043a\u0430|\u5bc6\u7801|\u5bc6\u78bc|\u53e3\u4ee4"
    r"|\u30d1\u30b9\u30ef\u30fc\u30c9|\ube44\ubc00\ubc88\ud638"
    r"|\u10de\u10d0\u10e0\u10dd\u10da\u10d8"
    r"|m\u1eadt kh\u1ea9u|kata sandi|\u03ba\u03c9\u03b4\u03b9\u03ba\u03cc\u03c2"
    r"(?: \u03c0\u03c1\u03cc\u03c3\u03b2\u03b1\u03c3\u03b7\u03c2)?"
    r"|\u05e1\u05d9\u05e1\u05de\u05d4"
    r"|\u0643\u0644\u0645\u0629 (?:\u0627\u0644)?(?:\u0645\u0631\u0648\u0631|\u0633\u0631)"
    r"|\u0631\u0645\u0632 \u0639\u0628\u0648\u0631"
    r"|\u0e23\u0e2b\u0e31\u0e2a\u0e1c\u0e48\u0e32\u0e19"
    r"|\u092a\u093e\u0938\u0935\u0930\u094d\u0921"
    r"|(?:wi-?fi|wlan|wpa[23]?|network|netzwerk|wireless|hotspot|wep)[ _-]?"
    r"(?:key|schl\u00fcssel|passkey|code|pass|pw)(?![a-z])|netzwerksicherheitsschl\u00fcssel"
    r"|key content"
    r"|schl\u00fcsselinhalt|contenu de la cl\u00e9|network security key|ssid key"
)
_KEY_OF = """
access account activation admin agent api app application auth authentication authenticator
authorization autotask aws azure backup bitlocker bootstrap bot ca cipp client cloudflare cluster
community company connectwise consumer cookie crypt crypto cw data database datadog datto db dd
decryption deploy deployment dev developer discord encryption enrollment enrolment erp filevault
full function functions gateway geheimer github gitlab halo hmac host hudu huntress ike ingest
ingestion install installer instrumentation integration ipsec itglue jira join jwt k8s kms kube
licence license machine mailgun management master meraki nable node openai org partner pre
primary priv private product provisioning psa pushover query radius read recovery register
registration repo repository rescue rest rmm root rpc rsa seal secondary secret sendgrid service
session shared signature signing site slack snmp ssh ssl storage stripe subscription tacacs
telegram tenant tls tunnel twilio unseal user validation vault vpn webhook wg wireguard write
zugriffs
"""
KEY_OF = frozenset(_KEY_OF.split())
"""Words before "key" that make it a credential; a public, primary or registry key is none."""

KEY_LABELS = (
    r"(?:api|zugriffs|wiederherstellungs|lizenz|produkt|sicherheits)[ -]?schl\u00fcssel"
    r"|cl(?:\u00e9|e)s? (?:api|d'acc\u00e8s|d'api|secr\u00e8te|de licence"
    r"|de r\u00e9cup\u00e9ration|wi-?fi)"
    r"|claves? (?:de )?(?:api|acceso|secreta|wifi|licencia)|chave (?:de )?(?:api|acesso|secreta)"
    r"|chiave (?:api|di accesso|segreta|wi-?fi)"
    r"|secrets?(?![a-z])|segreto|geheimnis|secreto|tokens?(?![a-z])|jeton|authcode|auth[ _-]?code"
    r"|credentials?(?![a-z])|zugangsdaten|anmeldedaten|creds(?![a-z])|requirepass"
    r"|masterauth|authkey|apikeys?|accesskey|secretkey|privatekey|sharedkey|signingkey"
    r"|totp(?:[ _-]?(?:seed|secret|key))?|otp[ _-]?(?:seed|secret|key)|2fa[ _-]?(?:seed|secret"
    r"|key)"
    r"|mfa[ _-]?(?:seed|secret|key)|seed phrase|recovery phrase|mnemonic|backup codes?"
    r"|recovery codes?|geniekey|api ?integration ?code|(?<![a-z])private(?=\s?:)|client_?secret"
    r"|community(?: string| name)?(?![a-z])|accesstoken|authtoken"
    r"|securestring|unlock code|x-auth-token|x-vault-token|x-amz-security-token"
)
WEAK_LABELS = (
    r"keys?(?![a-z])|(?<![a-z])(?:schl\u00fcssel|auth|authorization|proxy-authorization|sig"
    r"|signature|sas"
    r"|session[ _-]?id|sessid|sid|jsessionid|phpsessid|asp\.net_sessionid|csrf|xsrf|nonce|cookie"
    r"|set-cookie|assertion|samlresponse|refresh|bearer|license|licence|activation|dsn|salt|hmac"
    r"|fedauth|rtfa|estsauth|estsauthpersistent|connect\.sid|(?:laravel|gitlab)_session|sessionid|auth_?key"
    r"|jwt|pat|bootstrap|serialkey|access|x-api|code_verifier|client_assertion|thread|hash"
    r"|ntlm)(?![a-z])"
)
PIN_LABELS = (
    r"(?<![a-z])(?:pin(?:[ _-]?(?:code|number|nr))?|pins|puk|otp|totp|passcode|one[ -]time (?:code"
    r"|password)"
    r"|(?:verification|security|access|door|alarm|gate|auth|authenticator|mfa|2fa|sms|login|entry"
    r"|keypad|unlock|safe|voicemail|pairing|best\u00e4tigungs|sicherheits|zugangs"
    r"|enrol?lment|activation|invitation|invite|registration|setup|redeem) ?codes?"
    r"|verification|combination|vm pin|geheimzahl)(?![a-z])"
)

_KEYS = re.compile(r"keys?(?![a-z])")
_BEFORE_KEY = re.compile(r"([ ._-]{0,2})([a-z0-9]{2,24})")


def is_credential_key(lower: str, at: int) -> bool:
    """Whether the "key" at `at` of a lower-case text belongs to one of `KEY_OF`, also glued."""
    before = _BEFORE_KEY.match(lower[max(0, at - 26) : at][::-1])
    if not before:
        return False
    word = before.group(2)[::-1]
    return word in KEY_OF or (not before.group(1) and word.endswith(_GLUED))


def is_public_key(lower: str, at: int) -> bool:
    """Whether the "key" at `at` of a lower-case text is a public one, which everybody may have."""
    return lower[max(0, at - 8) : at].rstrip(" ._-").endswith("public")


_GLUED = tuple(word for word in KEY_OF if len(word) > 2)
LABELS: dict[LabelKind, str] = {
    LabelKind.PASSWORD: WORD_LABELS,
    LabelKind.CODE: PIN_LABELS,
    LabelKind.KEY: KEY_LABELS,
    LabelKind.WEAK: WEAK_LABELS,
}
STARTS_OF_KIND = {kind: literal_prefixes(labels) for kind, labels in LABELS.items()}
LABEL_STARTS = shortest_starts(word for starts in STARTS_OF_KIND.values() for word in starts)
"""The words with which labels begin: one stands where a label does."""

LABEL_KEYWORDS = frozenset(
    start.replace(" ", sign) for start in LABEL_STARTS for sign in (" ", "-", "_", "")
) | {"code"}
"""What stands in every label that `is_secret_label` accepts, whatever joins its words."""

_START = trie_pattern(sorted(LABEL_STARTS | {"code"}))
_STARTS_IN = re.compile(f"(?={_START.pattern})")
_ANY = re.compile(f"{WORD_LABELS}|{PIN_LABELS}|{KEY_LABELS}")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|_")
_ABOUT = re.compile(
    r"polic|hint|expir|\bage\b|length|last (?:set|change)|changed|\burl\b|\bid\b|name\b|status|"
    r"\btype\b|count|reset (?:date|link|portal|method)|manager|\battempts?\b|complexity|vault"
    r"|\blist"
    r"|\bdate\b|\bfile\b|\bpath\b|owner|rotation|enabled|required|community (?:site|page)"
)
_YES_NO = re.compile(
    r"\s*(?:was|were|is|are|has|have|had|did|does|do|can|could|should|will|would|any)\b.*"
)
_BARE = re.compile(
    r"(?:the |your |new |old |current |temp(?:orary)? |their )?(?:key|code"
    r"|sicherheitsschl\u00fcssel"
    r"|schl\u00fcssel)s?"
)


def is_secret_label(label: str) -> bool:
    """Whether the value beside this label (of a field, question or variable) is a secret.

    True for "Password", "Wi-Fi key", "apiKey", "Kennwort", "What is the PIN?"; False for "Password
    policy", "API key name", and for questions answered by yes or no ("Was the password reset?").
    """
    label = PLACEHOLDER.sub(" ", label[:300])  # "[TOKEN REDACTED]" names nothing
    words = " ".join(_CAMEL.sub(" ", label[:300]).replace("-", " ").split()).lower()
    tight = " ".join(label[:300].split()).lower()
    if not _START.search(words) and not _START.search(tight):
        return False
    if _ABOUT.search(words) or (_YES_NO.fullmatch(words) and "what" not in words):
        return False
    keyed = any(is_credential_key(words, match.start()) for match in _KEYS.finditer(words))
    return (
        keyed or any(map(_announces, {words, tight})) or bool(_BARE.fullmatch(words.rstrip(" :?*")))
    )


def _announces(words: str) -> bool:
    return any(_ANY.match(words, start.start()) for start in _STARTS_IN.finditer(words))
