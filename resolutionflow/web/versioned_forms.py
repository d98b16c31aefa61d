"""Forms of one row that know what their page showed of it ([S15]).

The page has `form.seen_input` in it. What is sent is merged with what the row holds by then: a
field that was changed here is written, one that was changed elsewhere stays. A field that was
changed in both places, and with `refuses_any_change` any change elsewhere, makes the form stale:
nothing is saved, and the form shows how the row stands, what was typed, and what changed meanwhile.

A form without that field, of a script or an older page, is taken as it is.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.db import models
from django.utils.html import format_html
from django.utils.safestring import SafeString

from resolutionflow.web.row_versions import SEEN_FIELD, Seen, digest, save_changed, values_of

STALE_MESSAGE = (
    "This was changed elsewhere in the meantime, so nothing was saved. What you typed is kept "
    "here; everything else is as it stands now. Save again to save it over that."
)


def hidden_seen(name: str, text: str) -> SafeString:
    return format_html('<input type="hidden" name="{}" value="{}">', name, text)


@dataclass(frozen=True)
class ElsewhereChange:
    """A field that was changed while the page was open, and what it holds now."""

    name: str
    label: str
    now: str


class VersionedForm(forms.ModelForm):
    """A form of an existing row, which its caller has locked, or of a new one."""

    refuses_any_change: ClassVar[bool] = False
    #: What the page shows beside the fields, and what of all that changes by itself.
    also_shown: ClassVar[Iterable[str]] = ()
    unversioned: ClassVar[Iterable[str]] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_stale = False
        self.changed_elsewhere: list[ElsewhereChange] = []
        self.changed_by = ""
        self._before = {} if self.instance._state.adding else values_of(self.instance)
        shown = {*self.fields, *self.also_shown} - {*self.unversioned}
        self._versioned = {name: value for name, value in self._before.items() if name in shown}

    @property
    def seen_input(self) -> SafeString:
        """Return the hidden field that says what this page shows: of a form that is shown again,
        as it was sent, what its page had shown.
        """
        seen = self.seen if self.is_bound else Seen.of(self._versioned)
        return hidden_seen(self.add_prefix(SEEN_FIELD), seen.text()) if seen else SafeString("")

    @property
    def seen(self) -> Seen | None:
        """Return what the page that was sent had seen; None where it doesn't say, or is new."""
        text = self.data.get(self.add_prefix(SEEN_FIELD)) if self._before else None
        return Seen.read(text) if text is not None else None

    @property
    def refusal_status(self) -> int:
        """Return the status of the page that shows this form again."""
        return 409 if self.is_stale else 422

    def save_changes(self) -> list[str]:
        """Write the fields of a valid form that differ from the row, and return their names."""
        return save_changed(self.instance, self._before)

    # -- what is sent and what is stored -------------------------------------------------------

    def _clean_fields(self) -> None:
        super()._clean_fields()  # type: ignore[misc]
        seen = self.seen
        if seen is None:
            return
        elsewhere = seen.changed(self._versioned)
        typed = self._typed_here(seen)
        in_both = elsewhere & typed
        if in_both or (self.refuses_any_change and elsewhere and typed):
            self.is_stale = True
            self._note_changes(elsewhere)
            return
        for name in elsewhere & self.cleaned_data.keys():
            self.cleaned_data[name] = getattr(self.instance, name)

    def _typed_here(self, seen: Seen) -> set[str]:
        """Return the fields whose value was changed on the page, and isn't stored already."""
        found = set()
        for name in self.fields.keys() & self._before.keys():
            if name not in self.cleaned_data:
                found.add(name)  # It can't be used, so it isn't what the page showed.
                continue
            sent = digest(self._as_stored(name))
            if sent not in (seen.digests.get(name), digest(self._before[name])):
                found.add(name)
        return found

    def _as_stored(self, name: str) -> Any:
        """Return what was sent as the row would hold it: a blank choice of None as None."""
        value = self.cleaned_data[name]
        return value.pk if isinstance(value, models.Model) else value

    def _note_changes(self, names: set[str]) -> None:
        for name in [name for name in self._versioned if name in names]:
            field = self.instance._meta.get_field(name)
            label = self.fields[name].label if name in self.fields else field.verbose_name
            change = ElsewhereChange(name, str(label).capitalize(), _shown(self.instance, name))
            self.changed_elsewhere.append(change)

    # -- the page again ------------------------------------------------------------------------

    def full_clean(self) -> None:
        super().full_clean()
        if self.is_stale:
            self._show_current()

    def _clean_form(self) -> None:
        if self.is_stale:
            self.add_error(None, STALE_MESSAGE)
        else:
            super()._clean_form()  # type: ignore[misc]

    def _post_clean(self) -> None:
        if not self.is_stale:
            super()._post_clean()  # type: ignore[misc]

    def _show_current(self) -> None:
        """Show what was typed where it was typed, and what is stored everywhere else."""
        seen = self.seen
        typed = self._typed_here(seen) if seen else set()
        for name, field in self.fields.items():
            if name in typed or name not in self._before:
                sent = field.widget.value_from_datadict(
                    self.data, self.files, self.add_prefix(name)
                )
                self.initial[name] = field.bound_data(sent, self.initial.get(name))
        self.is_bound = False
        self._bound_fields_cache.clear()  # type: ignore[attr-defined]


def _shown(row: models.Model, name: str) -> str:
    """Return what a field of the row holds, as a person reads it."""
    field = row._meta.get_field(name)
    if getattr(field, "choices", None):
        return str(getattr(row, f"get_{name}_display")())
    value = getattr(row, name)
    if value is None or value in ("", [], {}):
        return "(blank)"
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return ", ".join(value)
    if isinstance(value, dict | list):
        return json.dumps(value, indent=2, ensure_ascii=False)
    return str(value)
