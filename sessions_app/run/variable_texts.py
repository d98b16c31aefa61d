"""A flow's texts as the run page shows them: values filled in, blank variables by their label."""

from dataclasses import dataclass
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from sessions_app.models import Session
from sessions_app.run.variable_presenters import variable_label
from sessions_app.variable_validation import fitting_values
from trees_app import markdown
from trees_app.variables import fill_html, fill_labels


@dataclass(frozen=True)
class VariableTexts:
    """The variables of a session, put into the texts of its flow."""

    values: dict[str, str]
    # Those that may stand in a command.
    fitting: dict[str, str]
    # Of the variables that the flow declares; a stray `{{ word }}` is none, and stays.
    labels: dict[str, str]

    @classmethod
    def of(cls, work_session: Session) -> "VariableTexts":
        values = work_session.session_variables
        form: list[dict[str, Any]] = work_session.intake_form
        return cls(
            values=values,
            fitting=fitting_values(form, values),
            labels={item["name"]: variable_label(item) for item in form},
        )

    def plain(self, text: str) -> str:
        return fill_labels(text, self.values, self.labels)

    def markdown(self, text: str) -> SafeString:
        return markdown.render(text, self.values, self.labels)

    def command(self, code: str) -> SafeString:
        """Return the command as HTML, its values quoted for their shell."""
        filled = fill_html(escape(code), self.fitting, self.labels, is_command=True)
        return mark_safe(filled)  # noqa: S308 (escaped above)
