"""Tokens, hashes and keys whose form is a standard's or an operating system's."""

from __future__ import annotations

from ...rule import Rule, key_rule

TITLE = "Tokens and password hashes of standards and operating systems"

_H = r"[0-9a-fA-F]"


def _mixed(key: str) -> bool:
    groups = key.replace("-", "")
    return not (groups.isdigit() or groups.isalpha())


RULES = [
    key_rule(
        "json-web-token",
        "eyJ",
        r"[A-Za-z0-9_-]{10,8000}+(?:\.[A-Za-z0-9_-]{0,8000}+){1,4}={0,2}",
        "⟨w30⟩.⟨w60⟩.⟨w43⟩",
        "JSON web token, also without a signature or encrypted",
        "RFC 7519, RFC 7516",
    ),
    Rule(
        id="base64-json",
        kind="token",
        description="Base64 of a JSON object, as tokens and licences are written",
        source="RFC 4648, RFC 8259",
        samples=("⟦eyJ⟨b60⟩=⟧",),
        near_misses=("eyJ alone",),
        keywords=("eyJ",),
        pattern=r"eyJ[A-Za-z0-9+/]{40,4000}+={0,2}",
    ),
    key_rule(
        "paseto",
        "v2.public. v2.local. v3.local. v4.local. v4.public.",
        r"[A-Za-z0-9_.-]{30,4000}+",
        "⟨u120⟩",
        "Platform-agnostic security token",
        "PASETO: specification",
    ),
    key_rule(
        "ntlm-authenticate",
        "TlRMTVNTUAAD",
        r"[A-Za-z0-9+/]{40,4000}+={0,2}",
        "⟨b120⟩",
        "The third message of NTLM, with the answers to the challenge",
        "Microsoft: MS-NLMP, AUTHENTICATE_MESSAGE",
    ),
    key_rule(
        "grub-password-hash",
        "grub.pbkdf2.sha512.",
        r"[0-9]{1,8}\.[0-9A-Fa-f]{32,512}\.[0-9A-Fa-f]{32,512}",
        "10000.⟨H128⟩.⟨H128⟩",
        "Password hash of GRUB",
        "GNU GRUB: grub-mkpasswd-pbkdf2",
    ),
    Rule(
        id="crypt-hash",
        kind="token",
        description="Password hash of crypt(3), of Cisco types 8 and 9, and kin",
        source="crypt(5)",
        samples=("root:⟦$6$⟨w12⟩$⟨w86⟩⟧", "⟦$2b$12$⟨w53⟩⟧", "⟦$9$⟨w14⟩$⟨w43⟩⟧"),
        near_misses=("costs $5 or $6 each", "echo $1$2"),
        keywords=("$",),
        pattern=r"\$(?<![A-Za-z0-9$]\$)"
        r"(?:1|2[abxy]?|5|6|7|8|9|y|gy|apr1|argon2i?d?|pbkdf2[a-z0-9-]{0,16})"
        r"\$[A-Za-z0-9./$=,+-]{12,200}+",
    ),
    Rule(
        id="directory-password-hash",
        kind="token",
        description="Password hash of a directory, with its scheme in braces",
        source="RFC 2307, userPassword",
        samples=("userPassword: ⟦{SSHA}⟨b40⟩⟧", "⟦{CRYPT}⟨w24⟩⟧"),
        near_misses=("a {SHA} value", "{MD5}x"),
        keywords=("}",),
        pattern=r"\{(?:S?SHA(?:-?(?:256|384|512))?|S?MD5|CRYPT|PBKDF2[A-Z0-9-]{0,12}"
        r"|ARGON2[A-Z]{0,2}|ssha|crypt)\}[A-Za-z0-9+/=$.,-]{12,200}+",
    ),
    Rule(
        id="lm-nt-hash",
        kind="token",
        description="LM and NT hash, as dumps of Windows passwords print them",
        source="Microsoft: MS-SAMR, password hashes",
        samples=("Administrator:500:⟦⟨h32⟩:⟨h32⟩⟧:::",),
        near_misses=("md5 ⟨h32⟩ only",),
        pattern=rf":(?<={_H}{{32}}:)(?<!{_H}{_H}{{32}}:){_H}{{32}}(?![0-9a-fA-F])",
        lookback=32,
    ),
    Rule(
        id="bitlocker-recovery-password",
        kind="token",
        description="Recovery password of BitLocker: eight groups of six digits",
        source="Microsoft: BitLocker recovery password",
        samples=("⟦⟨d6⟩-⟨d6⟩-⟨d6⟩-⟨d6⟩-⟨d6⟩-⟨d6⟩-⟨d6⟩-⟨d6⟩⟧",),
        near_misses=("⟨d6⟩-⟨d6⟩-⟨d6⟩",),
        pattern=r"-(?<=[0-9]{6}-)(?<![0-9-][0-9]{6}-)[0-9]{6}(?:-[0-9]{6}){6}(?![0-9-])",
        lookback=6,
    ),
    Rule(
        id="product-key",
        kind="token",
        description="Product key: five groups of five letters and digits",
        source="Microsoft: product keys of Windows",
        samples=("key ⟦⟨A5⟩-⟨A5⟩-⟨A5⟩-⟨A5⟩-⟨A5⟩⟧",),
        near_misses=("12345-12345-12345-12345-12345", "ABCDE-FGHIJ-KLMNO-PQRST-UVWXY"),
        pattern=r"-(?<=[A-Z0-9]{5}-)(?<![A-Z0-9-][A-Z0-9]{5}-)[A-Z0-9]{5}(?:-[A-Z0-9]{5}){3}"
        r"(?![A-Z0-9-])",
        lookback=5,
        validate=_mixed,
    ),
    Rule(
        id="otpauth-secret",
        kind="token",
        description="Secret in the address that a QR code for one-time passwords holds",
        source="Google Authenticator: Key URI format",
        samples=("otpauth://totp/x?secret=⟦⟨s32⟩⟧&issuer=x",),
        near_misses=("otpauth://totp/x?issuer=x",),
        keywords=("otpauth",),
        pattern=r"otpauth://[^\s\"'<>]{0,200}?[?&]secret=([A-Za-z2-7=]{8,128}+)",
        group=1,
    ),
]
