"""The form of one's own address of mail."""

from django import forms


class AddressForm(forms.Form):
    """Another address of mail; whose it is is shown by confirming it."""

    email = forms.EmailField(
        label="E-mail",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text="A link comes to it. It counts once you have opened that.",
    )
