"""Forms of the page where an admin sets provisioning up."""

from typing import Any

from django import forms
from django.db import models
from django.utils.safestring import SafeString

from accounts_app.forms import KeyForm
from accounts_app.models import ProvisionedTeam, Provisioning, Team
from resolutionflow.web.row_versions import SEEN_FIELD, Seen, digest
from resolutionflow.web.versioned_forms import hidden_seen

CHANGED_ELSEWHERE = (
    "This was changed elsewhere in the meantime: it is “{now}” now. Nothing was saved. Save again "
    "to change that."
)


class ScimKeyForm(KeyForm):
    """A new key for the account's directory."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = "Which directory is it for?"
        self.fields["name"].widget.attrs["placeholder"] = "Microsoft Entra"


class ProvisioningForm(forms.Form):
    """The role of new users, and the role that each group gives."""

    first_role = forms.ChoiceField(
        label="Role of new users",
        choices=[(role.value, role.label) for role in Provisioning.FIRST_ROLES],
        help_text="For users whom no group gives another role.",
    )

    def __init__(self, *args: Any, teams: "models.QuerySet[Team]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.teams = list(teams)
        for team in self.teams:
            provisioned = getattr(team, "provisioned", None)
            self.fields[f"team-{team.pk}"] = forms.ChoiceField(
                label=team.name,
                choices=ProvisionedTeam.ROLES,
                required=False,
                initial=provisioned.role if provisioned else ProvisionedTeam.NO_ROLE,
            )

        self.is_stale = False

    def _current(self) -> dict[str, Any]:
        """Return what is stored, by field."""
        return {
            name: self.get_initial_for_field(field, name) for name, field in self.fields.items()
        }

    @property
    def seen_input(self) -> SafeString:
        """Return the hidden field that says what this page shows ([S15])."""
        sent = self.data.get(SEEN_FIELD) if self.is_bound and not self.is_stale else None
        return hidden_seen(SEEN_FIELD, sent or Seen.of(self._current()).text())

    def clean(self) -> dict[str, Any]:
        """Leave what was changed elsewhere and not here; refuse what was changed in both places."""
        if SEEN_FIELD not in self.data:
            return self.cleaned_data
        sent: Any = {name: self.data[name] for name in self.data}
        seen, current = Seen.read(sent[SEEN_FIELD]), self._current()
        for name in sorted(seen.changed(current) & self.cleaned_data.keys()):
            value = self.cleaned_data[name]
            if digest(value) == seen.digests.get(name):
                self.cleaned_data[name] = sent[name] = current[name]
            elif value != current[name]:
                self.is_stale = True
                now = dict(self.fields[name].choices).get(current[name])  # type: ignore[attr-defined]
                self.add_error(name, CHANGED_ELSEWHERE.format(now=now))
        self.data = sent
        return self.cleaned_data

    @property
    def team_fields(self) -> list[Any]:
        return [self[f"team-{team.pk}"] for team in self.teams]

    def changed_roles(self) -> list[tuple[Team, str]]:
        """Return the teams whose role another one was chosen for, as sent."""
        return [
            (team, self.cleaned_data[name])
            for team in self.teams
            if (name := f"team-{team.pk}") in self.data
            and self.cleaned_data[name] != self.fields[name].initial
        ]
