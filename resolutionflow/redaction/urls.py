"""Secrets inside URLs: ``user:password@``, signed query strings, and webhook paths."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .heuristics import PLACEHOLDER_VALUE, looks_like_key, looks_like_password
from .model import PLACEHOLDER, ScannedText, Span

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
_HOOKS = re.compile(
    r"(?:hooks\.slack(?:-gov)?\.com/(?:services|workflows|triggers)/"
    r"|[a-z0-9.-]{0,80}webhook\.office\.com/webhookb2/|outlook\.office(?:365)?\.com/webhook/"
    r"|(?:[a-z]{2,8}\.)?discord(?:app)?\.com/api/(?:v[0-9]{1,2}/)?webhooks/"
    r"|hooks\.zapier\.com/hooks/catch/|hook(?:\.[a-z0-9]{2,4})?\.(?:make|integromat)\.com/"
    r"|api\.telegram\.org/(?:file/)?bot|chat\.googleapis\.com/v1/spaces/"
    r"|maker\.ifttt\.com/trigger/[^\s/]{1,60}/(?:json/)?with/key/"
    r"|api\.opsgenie\.com/v1/json/[a-z]{1,20}\?apikey="
    r"|alert\.victorops\.com/integrations/generic/[0-9]{1,12}/alert/"
    r"|events\.pagerduty\.com/integration/"
    r"|hc-ping\.com/|healthchecks\.io/ping/|uptime\.betterstack\.com/api/v1/heartbeat/"
    r"|heartbeat\.uptimerobot\.com/"
    r"|open\.(?:feishu|larksuite)\.(?:cn|com)/open-apis/bot/v2/hook/"
    r"|qyapi\.weixin\.qq\.com/cgi-bin/webhook/send\?key="
    r"|oapi\.dingtalk\.com/robot/send\?access_token=|[a-z0-9.-]{1,80}/hooks/(?=[a-z0-9]{26}"
    r"(?![a-z0-9]))"
    r"|[a-z0-9.-]{1,80}\.webhook\.site/|webhook\.site/|mandrillapp\.com/settings/"
    r"|api\.pushover\.net/1/"
    r"|hooks\.stripe\.com/redirect/|[a-z0-9-]{1,60}\.m\.pipedream\.net/"
    r"|app\.launchdarkly\.com/sdk/)"
    r"([^\s\"'<>|)\]]{8,600}+)"
)
HOOK_WORDS = (
    "hook",
    "telegram",
    "ifttt",
    "googleapis",
    "opsgenie",
    "pagerduty",
    "hc-ping",
    "healthchecks",
    "heartbeat",
    "pushover",
    "weixin",
    "dingtalk",
    "larksuite",
)


def scan(src: ScannedText) -> Iterator[Span]:
    """Spans of the secret parts; scheme, user and host stay readable."""
    text, lower = src.text, src.lower
    if "://" in text:
        for match in _USERINFO.finditer(text):
            secret = match.group(2)
            if (
                _port_then_path(secret)
                or PLACEHOLDER_VALUE.fullmatch(secret)
                or PLACEHOLDER.search(secret)
            ):
                continue
            end = match.end() - 1
            yield match.start(2), end, "token"
            if match.group(1) and looks_like_key(match.group(1), least=20):
                yield *match.span(1), "token"
        for match in _TOKEN_USER.finditer(text):
            if looks_like_key(match.group(1), least=20):
                yield *match.span(1), "token"
    for match in _LOGIN_AT.finditer(text) if "@" in text else ():
        if looks_like_password(match.group(1)) and not PLACEHOLDER_VALUE.match(match.group(1)):
            yield *match.span(1), "token"
    if "=" in text:
        for match in _QUERY.finditer(lower):
            value = text[match.start(2) : match.end(2)].rstrip(".,;:)]}")
            strong = match.group(1) in _STRONG
            if looks_like_key(value, least=8 if strong else 16) and not PLACEHOLDER_VALUE.match(
                value
            ):
                yield match.start(2), match.start(2) + len(value), "token"
    if any(sign in src.keyword_positions for sign in HOOK_WORDS):
        for match in _HOOKS.finditer(lower):
            value = text[match.start(1) : match.end(1)].rstrip(".,;:")
            if any(c.isdigit() for c in value) and "REDACTED" not in value:
                yield match.start(1), match.start(1) + len(value), "token"


def _port_then_path(secret: str) -> bool:
    """``https://host:8443/path?mail=a@b`` has a port where a password would stand."""
    slash = _SLASHED.search(secret)
    return slash is not None and (secret[: slash.start()].isdigit() or slash.start() == 0)
