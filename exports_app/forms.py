"""The export bar as a form; what the options mean stands in `options`."""

from django import forms

from exports_app.options import DETAIL_LEVELS, FORMATS, ExportOptions


def choices(values: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(value, value) for value in values]


class ExportForm(forms.Form):
    """Format, level and cutoff. What is left out keeps the option's default."""

    format = forms.ChoiceField(choices=choices(FORMATS), required=False)
    detail_level = forms.ChoiceField(choices=choices(DETAIL_LEVELS), required=False)
    max_step_index = forms.IntegerField(min_value=1, required=False)
    include_summary = forms.BooleanField(required=False)

    def options(self) -> ExportOptions:
        return ExportOptions.parse(
            {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}
        )
