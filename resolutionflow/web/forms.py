"""What forms of any page share: text fields that lose nothing, and checked data or `Invalid`."""

import uuid
from typing import Any

from django import forms

from resolutionflow.web.errors import Invalid
from resolutionflow.web.text import sanitize_text


class LenientTextField(forms.CharField):
    """Free text as pasted: line ends unified, what can't be stored replaced, nothing stripped."""

    widget = forms.Textarea

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, strip=False, **kwargs)
        self.validators = [v for v in self.validators if "Null" not in type(v).__name__]

    def to_python(self, value: Any) -> str:
        return sanitize_text(super().to_python(value) or "")


def require_valid(form: forms.Form) -> dict[str, Any]:
    """Return the form's cleaned data, or `Invalid` with the first message of each field."""
    if not form.is_valid():
        raise Invalid({name: str(messages[0]) for name, messages in form.errors.items()})
    return form.cleaned_data


def uuid_or_none(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def number_or_none(text: str) -> int | None:
    """Return the number that a page sent as digits, if a database column can hold it."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None
