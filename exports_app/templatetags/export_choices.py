"""The choices of the export bars and the preview, by the same labels everywhere."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe

from exports_app.option_labels import option_labels
from exports_app.preview import services as preview_services
from exports_app.renderers import RENDERERS, TICKET_FORMAT
from sessions_app.models import Session

register = template.Library()


@register.simple_tag
def export_choices(name: str, chosen: str) -> SafeString:
    """Return the choices of the option `name` as HTML, with the value `chosen` selected.

    A format that is a page has `data-page`, which scripts read.
    """
    return format_html_join(
        "",
        '<option value="{}"{}{}>{}</option>',
        (
            (
                value,
                mark_safe(" selected") if value == chosen else "",
                mark_safe(" data-page") if name == "format" and RENDERERS[value].is_page else "",
                label,
            )
            for value, label in option_labels()[name].items()
        ),
    )


@register.simple_tag
def ticket_format() -> str:
    """Return the format that pages offer first."""
    return TICKET_FORMAT


@register.simple_tag
def export_steps(
    steps: Iterable[Mapping[str, Any]], work_session: Session
) -> list[tuple[int, str]]:
    """Return the path ({position, question}) as (number, title), for the choice of a cutoff."""
    path = ((step["position"], step["question"]) for step in steps)
    return preview_services.step_choices(path, work_session)
