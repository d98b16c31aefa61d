"""Keys of machine learning services."""

from __future__ import annotations

from ...rule import Rule, key_rule

TITLE = "Keys of machine learning services"

_U = r"[A-Za-z0-9_-]"


def _service(id: str, prefixes: str, maker: str) -> Rule:
    """The usual form: a prefix of the maker's and 24 characters or more."""
    return key_rule(
        id, prefixes, rf"{_U}{{24,200}}+", "⟨w48⟩", f"API key of {maker}", f"{maker}: API keys"
    )


RULES = [
    key_rule(
        "anthropic-key",
        "sk-ant-",
        rf"{_U}{{20,300}}+",
        "api03-⟨u95⟩",
        "API key of Anthropic",
        "Anthropic: API keys",
    ),
    key_rule(
        "openai-project-key",
        "sk-proj- sk-svcacct- sk-admin- sk-None-",
        rf"{_U}{{20,300}}+",
        "⟨u120⟩",
        "Project, service account or admin key of OpenAI",
        "OpenAI: API keys",
    ),
    key_rule(
        "openai-key",
        "sk-",
        r"[A-Za-z0-9_-]{20,250}+",
        "⟨w48⟩",
        "API key of OpenAI, or in its form",
        "OpenAI: API keys",
        starts_word=True,
    ),
    key_rule(
        "openrouter-key",
        "sk-or-",
        rf"{_U}{{20,300}}+",
        "v1-⟨h64⟩",
        "API key of OpenRouter",
        "OpenRouter: API keys",
    ),
    key_rule(
        "langfuse-key",
        "sk-lf- pk-lf-",
        r"[A-Za-z0-9-]{30,80}+",
        "⟨h8⟩-⟨h4⟩-⟨h4⟩-⟨h4⟩-⟨h12⟩",
        "Secret or public key of Langfuse",
        "Langfuse: API keys",
    ),
    key_rule(
        "openai-session",
        "sess-",
        r"[A-Za-z0-9-]{30,80}+",
        "⟨w40⟩",
        "Session key of OpenAI",
        "OpenAI: API authentication",
    ),
    key_rule(
        "hugging-face-token",
        "hf_ api_org_",
        r"[A-Za-z0-9]{28,64}+",
        "⟨w34⟩",
        "User or organisation token of Hugging Face",
        "Hugging Face: user access tokens",
        starts_word=True,
    ),
    _service("groq-key", "gsk_", "Groq"),
    _service("xai-key", "xai-", "xAI"),
    _service("perplexity-key", "pplx-", "Perplexity"),
    _service("replicate-token", "r8_", "Replicate"),
    _service("fireworks-key", "fw_", "Fireworks AI"),
    _service("nvidia-key", "nvapi-", "NVIDIA NGC"),
    _service("together-key", "tgp_v1_", "Together AI"),
    _service("langsmith-key", "lsv2_pt_ lsv2_sk_", "LangSmith"),
    _service("cerebras-key", "csk-", "Cerebras"),
    _service("pinecone-key", "pcsk_", "Pinecone"),
    _service("jina-key", "jina_", "Jina AI"),
    _service("tavily-key", "tvly-", "Tavily"),
    key_rule(
        "firecrawl-key",
        "fc-",
        rf"{_U}{{24,200}}+",
        "⟨w48⟩",
        "API key of Firecrawl",
        "Firecrawl: API keys",
        starts_word=True,
        near_misses=("2b7ed6fc-1f0a-4c33-9b5d-0c9be2c7a0f1",),
    ),
    key_rule(
        "voyage-key",
        "voy- pa-",
        rf"{_U}{{24,200}}+",
        "⟨w48⟩",
        "API key of Voyage AI",
        "Voyage AI: API keys",
        starts_word=True,
    ),
    key_rule(
        "cohere-key",
        "co_api_ cohere_",
        rf"{_U}{{24,80}}+",
        "⟨w40⟩",
        "API key of Cohere",
        "Cohere: API keys",
    ),
    key_rule(
        "elevenlabs-key",
        "sk_",
        r"[0-9a-f]{48}(?![0-9a-f])",
        "⟨h48⟩",
        "API key of ElevenLabs",
        "ElevenLabs: API keys",
        starts_word=True,
    ),
]
