"""The forms of passkeys, on django-allauth's (`MFA_FORMS`).

What a browser sends of a passkey is deep JSON; its libraries take some that is not for granted.
"""

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn import forms

MALFORMED = (KeyError, TypeError, ValueError, AttributeError, IndexError)


class AddPasskeyForm(forms.AddWebAuthnForm):
    def clean(self) -> dict[str, Any]:
        try:
            return super().clean()
        except MALFORMED:
            raise get_adapter().validation_error("incorrect_code") from None


class _CheckedCredential:
    """Refuses a passkey's answer that has another shape as one that doesn't match."""

    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()  # type: ignore[misc]
        except MALFORMED:
            raise get_adapter().validation_error("incorrect_code") from None


class SignInByPasskeyForm(_CheckedCredential, forms.LoginWebAuthnForm):
    pass


class SecondStepByPasskeyForm(_CheckedCredential, forms.AuthenticateWebAuthnForm):
    pass


class ConfirmByPasskeyForm(_CheckedCredential, forms.ReauthenticateWebAuthnForm):
    pass
