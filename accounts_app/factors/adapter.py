"""What django-allauth asks about second factors (`MFA_ADAPTER`)."""

import base64
import hashlib
from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings

from accounts_app.models import User


def _cipher() -> MultiFernet:
    keys = [str(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    digests = (hashlib.sha256(f"second factors {key}".encode()).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])


class FactorAdapter(DefaultMFAAdapter):
    """Secrets are encrypted with the installation's key: a copy of the database signs nobody in."""

    error_messages = {  # noqa: RUF012
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "That didn’t match. Try the newest code, or another way.",
        "cannot_delete_authenticator": "Your account requires a second factor. Add another one "
        "before you remove this.",
        "cannot_generate_recovery_codes": "Recovery codes come with a second factor: "
        "add one first.",
    }

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def get_totp_label(self, user: User) -> str:
        return user.sign_in_name

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        count = Authenticator.objects.filter(user=user, type=type).count()
        return "Passkey" if count == 0 else f"Passkey {count + 1}"

    def get_public_key_credential_user_entity(self, user: Any) -> dict[str, Any]:
        return {
            **super().get_public_key_credential_user_entity(user),
            "name": user.sign_in_name,
            "display_name": user.display_name,
        }

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        user = authenticator.user
        if not (user.account and user.account.requires_second_factor):
            return True
        return has_second_factor(user, without=authenticator)


def has_second_factor(user: User, *, without: Authenticator | None = None) -> bool:
    """Return whether `user` has an authenticator app or a passkey; recovery codes are no factor."""
    factors = Authenticator.objects.filter(user_id=user.pk).exclude(
        type=Authenticator.Type.RECOVERY_CODES
    )
    return factors.exclude(pk=without.pk if without else None).exists()
