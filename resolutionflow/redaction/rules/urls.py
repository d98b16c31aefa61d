"""Secrets inside URLs: ``user:password@``, signed query strings, and webhook paths."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..heuristics import PLACEHOLDER_VALUE, looks_like_key, looks_like_password
from ..kinds import PLACEHOLDER
from ..rule import Rule, Span
from ..scanned_text import ScannedText

TITLE = "Secrets in URLs"

_USERINFO = re.compile(
    r"://([^\s/?#\"'<>@:]{0,256}+):([^\s\"'<>@]{1,256}+)@(?:[^\s/?#\"'<>@]{1,256}@)?"
)
_SLASHED = re.compile(r"[/?#]")
_TOKEN_USER = re.compile(r"://([A-Za-z0-9_.~-]{20,256}+)@")
# ``user:password@host`` without a scheme, as SIP and some tools write it.
_LOGIN_AT = re.compile(
    r":(?<=\w:)([^\s:@/\"'<>\[\]]{5,64}+)@(?=[0-9]{1,3}\.[0-9]|[A-Za-z0-9][\w.-]{1,60}(?:[:/\s]"
    r"|\Z))"
)
_QUERY = re.compile(
    r"[?&;](?:amp;)?(sig|signature|x-amz-signature|x-amz-security-token|x-amz-credential"
    r"|x-goog-signature|code|token|access_token|refresh_token|id_token|auth|auth_token|key|apikey"
    r"|api_key|api-key|secret|client_secret|pass|password|passwd|pwd|session|sessionid|sid|jwt"
    r"|sas"
    r"|subscription-key|hash|otp|ticket|samlresponse|state|nonce|tempauth|x-plex-token|magic|t"
    r"|k|p"
    r"|awsaccesskeyid|hmac|signature_v2|assertion|private_token|job_token)="
    r"([^&\s\"'<>#]{6,4096}+)"
)
_STRONG = {
    "sig",
    "signature",
    "token",
    "access_token",
    "key",
    "apikey",
    "api_key",
    "secret",
    "pwd",
    "password",
    "pass",
    "passwd",
    "auth",
    "client_secret",
    "code",
    "sas",
    "jwt",
}
_LAST_PART = r"([^\s\"'<>|)\]]{8,600}+)"
# A word that stands in every address of the service, and the address up to its secret part.
_HOOKS = {
    "hooks.slack": r"hooks\.slack(?:-gov)?\.com/(?:services|workflows|triggers)/",
    "webhookb2": r"[a-z0-9.-]{0,80}webhook\.office\.com/webhookb2/",
    "outlook.office": r"outlook\.office(?:365)?\.com/webhook/",
    "discord": r"(?:[a-z]{2,8}\.)?discord(?:app)?\.com/api/(?:v[0-9]{1,2}/)?webhooks/",
    "zapier": r"hooks\.zapier\.com/hooks/catch/",
    "hook.": r"hook\.(?:[a-z0-9]{2,4}\.)?(?:make|integromat)\.com/",
    "api.telegram": r"api\.telegram\.org/(?:file/)?bot",
    "chat.googleapis": r"chat\.googleapis\.com/v1/spaces/",
    "ifttt": r"maker\.ifttt\.com/trigger/[^\s/]{1,60}/(?:json/)?with/key/",
    "opsgenie": r"api\.opsgenie\.com/v1/json/[a-z]{1,20}\?apikey=",
    "victorops": r"alert\.victorops\.com/integrations/generic/[0-9]{1,12}/alert/",
    "pagerduty": r"events\.pagerduty\.com/integration/",
    "hc-ping": r"hc-ping\.com/",
    "healthchecks": r"healthchecks\.io/ping/",
    "betterstack": r"uptime\.betterstack\.com/api/v1/heartbeat/",
    "uptimerobot": r"heartbeat\.uptimerobot\.com/",
    "open-apis": r"open\.(?:feishu|larksuite)\.(?:cn|com)/open-apis/bot/v2/hook/",
    "weixin": r"qyapi\.weixin\.qq\.com/cgi-bin/webhook/send\?key=",
    "dingtalk": r"oapi\.dingtalk\.com/robot/send\?access_token=",
    "/hooks/": r"[a-z0-9.-]{1,80}/hooks/(?=[a-z0-9]{26}(?![a-z0-9]))",
    "webhook.site": r"webhook\.site/",
    "mandrillapp": r"mandrillapp\.com/settings/",
    "pushover": r"api\.pushover\.net/1/",
    "hooks.stripe": r"hooks\.stripe\.com/redirect/",
    "pipedream": r"[a-z0-9-]{1,60}\.m\.pipedream\.net/",
    "launchdarkly": r"app\.launchdarkly\.com/sdk/",
}
_HOOK_PATTERNS = {word: re.compile(start + _LAST_PART) for word, start in _HOOKS.items()}


def _userinfo(src: ScannedText) -> Iterator[Span]:
    """Spans of the secret parts; scheme, user and host stay readable."""
    text = src.text
    if src.holds_text("://"):
        for match in _USERINFO.finditer(text):
            secret = match.group(2)
            if (
                _port_then_path(secret)
                or PLACEHOLDER_VALUE.fullmatch(secret)
                or PLACEHOLDER.search(secret)
            ):
                continue
            end = match.end() - 1
            yield match.start(2), end, "url-password"
            if match.group(1) and looks_like_key(match.group(1), least=20):
                yield *match.span(1), "url-token-as-user"
        for match in _TOKEN_USER.finditer(text):
            if looks_like_key(match.group(1), least=20):
                yield *match.span(1), "url-token-as-user"


def _logins(src: ScannedText) -> Iterator[Span]:
    text = src.text
    for match in _LOGIN_AT.finditer(text) if "@" in text else ():
        if looks_like_password(match.group(1)) and not PLACEHOLDER_VALUE.match(match.group(1)):
            yield *match.span(1), "password-before-host"


def _queries(src: ScannedText) -> Iterator[Span]:
    text, lower = src.text, src.lower
    if "=" in text:
        for match in _QUERY.finditer(lower):
            value = text[match.start(2) : match.end(2)].rstrip(".,;:)]}")
            strong = match.group(1) in _STRONG
            if looks_like_key(value, least=8 if strong else 16) and not PLACEHOLDER_VALUE.match(
                value
            ):
                yield match.start(2), match.start(2) + len(value), "url-query-secret"


def _webhooks(src: ScannedText) -> Iterator[Span]:
    text, lower = src.text, src.lower
    for word in src.keyword_positions.keys() & _HOOK_PATTERNS:
        for match in _HOOK_PATTERNS[word].finditer(lower):
            value = text[match.start(1) : match.end(1)].rstrip(".,;:")
            if any(c.isdigit() for c in value) and "REDACTED" not in value:
                yield match.start(1), match.start(1) + len(value), "webhook-path"


def _port_then_path(secret: str) -> bool:
    """``https://host:8443/path?mail=a@b`` has a port where a password would stand."""
    slash = _SLASHED.search(secret)
    return slash is not None and (secret[: slash.start()].isdigit() or slash.start() == 0)


RULES = [
    Rule(
        id="url-password",
        kind="token",
        description="Password between user and host of a URL",
        source="RFC 3986, userinfo",
        samples=(
            "https://bob:⟦Winter-22⟧@x.example/",
            "ftp://:⟦correcthorse⟧@x.example",
        ),
        near_misses=(
            "https://x.example:8443/a@b",
            "https://bob:[TOKEN REDACTED]@x.example",
        ),
        scan=_userinfo,
    ),
    Rule(
        id="url-token-as-user",
        kind="token",
        description="Key in place of the user of a URL",
        source="GitHub: HTTPS cloning with a token",
        samples=("https://⟦⟨w36⟩⟧@x.example/",),
        near_misses=("https://bob@x.example/",),
        scan=_userinfo,
    ),
    Rule(
        id="password-before-host",
        kind="token",
        description="Password of user:password@host without a scheme",
        source="RFC 3261; usual form of tools",
        samples=("bob:⟦Winter-22⟧@10.0.0.5",),
        near_misses=("a:b@c",),
        scan=_logins,
    ),
    Rule(
        id="url-query-secret",
        kind="token",
        description="Signature, token or password in the query of a URL",
        source="RFC 3986; AWS: Signature Version 4",
        samples=(
            "https://x.example/a?sig=⟦⟨w40⟩⟧&x=1",
            "?access_token=⟦⟨w24⟩⟧",
        ),
        near_misses=(
            "?page=2",
            "?token=expired",
        ),
        scan=_queries,
    ),
    Rule(
        id="webhook-path",
        kind="token",
        description="Secret part of a webhook address",
        source="Slack, Microsoft Teams, Discord: incoming webhooks",
        samples=(
            "https://hooks.slack.com/services/⟦T⟨A8⟩/B⟨A8⟩/⟨w24⟩⟧",
            "https://alert.victorops.com/integrations/generic/123/alert/⟦⟨h36⟩⟧",
            "https://mandrillapp.com/settings/⟦⟨w22⟩⟧",
            "https://e1.m.pipedream.net/⟦⟨w22⟩⟧",
            "https://app.launchdarkly.com/sdk/⟦⟨w22⟩⟧",
        ),
        near_misses=(
            "https://hooks.slack.com/services/",
            "https://webhook.site/docs",
        ),
        keywords=tuple(_HOOKS),
        scan=_webhooks,
    ),
]
