"""The forms of a page, with what a browser would send of them."""

from html.parser import HTMLParser
from typing import Any

from django.http import HttpResponse


class _Forms(HTMLParser):
    """Collects each form's action and fields; `request_path` stands for an action left out."""

    def __init__(self, request_path: str) -> None:
        super().__init__()
        self.request_path = request_path
        self.forms: list[tuple[str, dict[str, list[str]]]] = []
        self._fields: dict[str, list[str]] | None = None
        self._select: str | None = None
        self._option: dict[str, str | None] | None = None
        self._textarea: str | None = None
        self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name, value = given.get("name"), given.get("value") or ""
        if tag == "form":
            self._fields = {}
            self.forms.append((given.get("action") or self.request_path, self._fields))
        elif tag == "input" and name:
            self._input(given, name)
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in given:
            self._add(self._select, value)
        elif tag == "textarea":
            self._textarea, self._text = name, ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._fields = None
        elif tag == "select":
            self._select = None
        elif tag == "textarea" and self._textarea:
            self._add(self._textarea, self._text.removeprefix("\n"))
            self._textarea = None

    def handle_data(self, data: str) -> None:
        self._text += data

    def _input(self, given: dict[str, str | None], name: str) -> None:
        kind = given.get("type") or "text"
        if kind in ("submit", "button", "file", "image") or "disabled" in given:
            return
        if kind in ("checkbox", "radio"):
            if "checked" in given:
                self._add(name, given.get("value") or "on")
            return
        self._add(name, given.get("value") or "")

    def _add(self, name: str, value: str) -> None:
        if self._fields is not None:
            self._fields.setdefault(name, []).append(value)


def forms_of(page: HttpResponse) -> list[tuple[str, dict[str, Any]]]:
    """Return action and fields of each form of a page."""
    parser = _Forms(page.request["PATH_INFO"])  # type: ignore[attr-defined]
    parser.feed(page.content.decode())
    return parser.forms


def form_to(page: HttpResponse, action: str, *, having: str = "") -> dict[str, Any]:
    """Return the fields of the page's first form that posts to `action`, and has that field."""
    found = [
        fields
        for to, fields in forms_of(page)
        if to.partition("?")[0] == action and (not having or having in fields)
    ]
    assert found, f"{action}: {forms_of(page)}"
    return dict(found[0])
