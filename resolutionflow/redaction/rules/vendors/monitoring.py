"""Keys of monitoring, paging and analytics services."""

from __future__ import annotations

from ...rule import key_rule

TITLE = "Keys of monitoring, paging and analytics services"

_U = r"[A-Za-z0-9_-]"
_H = r"[0-9a-fA-F]"
_GUID = rf"{_H}{{8}}(?:-{_H}{{4}}){{3}}-{_H}{{12}}"

RULES = [
    key_rule(
        "new-relic-key",
        "NRAK- NRJS- NRAA- NRRA- NRII- NRIQ- NRSP- NRBR-",
        r"[A-Za-z0-9_-]{18,80}+",
        "⟨A27⟩",
        "Key of New Relic",
        "New Relic: API keys",
    ),
    key_rule(
        "grafana-token",
        "glc_ glsa_ eyJrIjoi",
        r"[A-Za-z0-9_+/=-]{24,600}+",
        "⟨w41⟩",
        "Service account, cloud or API key of Grafana",
        "Grafana: service account tokens",
    ),
    key_rule(
        "sentry-token",
        "sntrys_ sntryu_ sntrya_",
        r"[A-Za-z0-9_+/=.-]{30,600}+",
        "⟨w64⟩",
        "Token of Sentry",
        "Sentry: auth tokens",
    ),
    key_rule(
        "datadog-key",
        "ddapi_ ddapp_",
        r"[A-Za-z0-9]{24,64}+",
        "⟨w32⟩",
        "API or application key of Datadog",
        "Datadog: API and application keys",
    ),
    key_rule(
        "datadog-client-token",
        "pub",
        r"[0-9a-f]{32}(?![0-9a-f])",
        "⟨h32⟩",
        "Client token of Datadog",
        "Datadog: client tokens",
        starts_word=True,
    ),
    key_rule(
        "pagerduty-token",
        "u+",
        r"[A-Za-z0-9_+-]{18}(?![A-Za-z0-9_+/-])",
        "⟨w18⟩",
        "User token of PagerDuty",
        "PagerDuty: API access keys",
        starts_word=True,
    ),
    key_rule(
        "honeycomb-key",
        "hcaik_ hcxik_ hcxlk_ hcalk_ hcamk_",
        r"[a-z0-9]{40,80}+",
        "⟨a58⟩",
        "API key of Honeycomb",
        "Honeycomb: API keys",
    ),
    key_rule(
        "dynatrace-token",
        "dt0c01. dt0s16. dt0s01. dt0s08.",
        r"[A-Z2-7]{8,40}\.[A-Z2-7]{30,90}",
        "⟨s24⟩.⟨s64⟩",
        "Token of Dynatrace",
        "Dynatrace: access token format",
    ),
    key_rule(
        "linear-key",
        "lin_api_ lin_oauth_",
        r"[A-Za-z0-9]{30,80}+",
        "⟨w40⟩",
        "API key of Linear",
        "Linear: API authentication",
    ),
    key_rule(
        "posthog-key",
        "phc_ phx_ phs_",
        rf"{_U}{{30,80}}+",
        "⟨w43⟩",
        "Key of PostHog",
        "PostHog: API keys",
    ),
    key_rule(
        "axiom-token",
        "xaat- xapt-",
        _GUID,
        "⟨h8⟩-⟨h4⟩-⟨h4⟩-⟨h4⟩-⟨h12⟩",
        "Token of Axiom",
        "Axiom: tokens",
    ),
    key_rule(
        "elastic-token",
        "essu_",
        r"[A-Za-z0-9+/=_-]{24,200}+",
        "⟨w60⟩",
        "API key of Elastic Cloud",
        "Elastic: Cloud API keys",
    ),
    key_rule(
        "coralogix-key",
        "cxtp_ cxup_",
        r"[A-Za-z0-9+/=_-]{24,200}+",
        "⟨w30⟩",
        "API key of Coralogix",
        "Coralogix: API keys",
    ),
    key_rule(
        "launchdarkly-key",
        "sdk- mob- api-",
        rf"{_GUID}(?![0-9a-f])",
        "⟨h8⟩-⟨h4⟩-⟨h4⟩-⟨h4⟩-⟨h12⟩",
        "SDK, mobile or API key of LaunchDarkly",
        "LaunchDarkly: SDK credentials",
        starts_word=True,
    ),
    key_rule(
        "uptimerobot-key",
        "ur",
        r"[0-9]{5,10}-[0-9a-f]{24}(?![0-9a-f])",
        "⟨d7⟩-⟨h24⟩",
        "API key of UptimeRobot",
        "UptimeRobot: API",
        starts_word=True,
    ),
]
