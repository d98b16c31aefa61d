"""The environment, read and checked: a value that can't be used is an error with its name.

`.env` in the project's folder fills in what the environment doesn't say. `.env.example` lists
every setting.
"""

import ipaddress
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
# So many requests of a process may wait for each of its database connections.
WAITING_PER_CONNECTION = 10
env = environ.Env()
env.read_env(BASE_DIR / ".env")


def text(name: str, default: str = "") -> str:
    return env.str(name, default=default).strip()


def words(name: str) -> list[str]:
    """Return a list, separated by commas."""
    return [word.strip() for word in text(name).split(",") if word.strip()]


def whole_number(name: str, default: int, *, least: int = 0) -> int:
    """Return a whole number from `least` up."""
    written = text(name)
    if not written:
        return default
    if not (written.isascii() and written.isdigit()) or int(written[:9]) < least:
        least_word = "zero or more" if least == 0 else "above zero"
        raise ImproperlyConfigured(f"{name} must be a whole number {least_word}.")
    return int(written[:9])


def positive_int(name: str, default: int) -> int:
    """Return a whole number above zero."""
    return whole_number(name, default, least=1)


def boolean(name: str, default: bool) -> bool:
    """Return a yes or no; anything else is an error rather than a no."""
    known = {"1": True, "true": True, "yes": True, "on": True}
    known |= {"0": False, "false": False, "no": False, "off": False, "": default}
    value = text(name).lower()
    if value not in known:
        raise ImproperlyConfigured(f"{name} must be true or false.")
    return known[value]


def log_level(name: str, default: str) -> str:
    level = text(name, default).upper() or default
    if level not in LOG_LEVELS:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(LOG_LEVELS)}.")
    return level


def origins(name: str) -> list[str]:
    """Return origins such as https://flows.example.com, separated by commas."""
    found = words(name)
    for origin in found:
        if not origin.startswith(("https://", "http://")):
            raise ImproperlyConfigured(f"{name} must list origins such as https://example.com.")
    return found


def host_and_port() -> tuple[str, int]:
    """Return where the server listens."""
    host = text("HOST", "127.0.0.1") or "127.0.0.1"
    port = positive_int("PORT", 8000)
    if port > 65535:
        raise ImproperlyConfigured("PORT must be at most 65535.")
    return host.strip("[]"), port


def bind_address() -> str:
    """Return HOST and PORT as gunicorn takes them, an IPv6 address in brackets."""
    host, port = host_and_port()
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def is_loopback(host: str) -> bool:
    """Return whether only this machine can reach a server that listens on `host`."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_weak_secret(key: str) -> bool:
    """Return whether a key is too short or too even to be random, or comes from an example."""
    known = ("django-insecure", "change", "example", "secret_key", "secret-key", "password")
    return len(key) < 40 or len(set(key)) < 12 or any(word in key.lower() for word in known)
