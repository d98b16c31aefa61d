"""`{% page_script "run" %}`: the module of a page, `static/js/pages/run.js`, and a preload of each
module that it imports, so that a browser need not read one to know of the next.
"""

import posixpath
import re
from functools import lru_cache
from pathlib import Path

from django import template
from django.conf import settings
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()

_IMPORT = re.compile(r"""^(?:import|export)\b[^;'"]*["'](\.[^'"]+)["'];""", re.MULTILINE)


@register.simple_tag
def page_script(name: str) -> SafeString:
    """Return the elements that load the module of the page `name`."""
    return _elements.__wrapped__(name) if settings.DEBUG else _elements(name)


@lru_cache(maxsize=64)
def _elements(name: str) -> SafeString:
    entry = f"js/pages/{name}.js"
    preloads = format_html_join(
        "\n", '<link rel="modulepreload" href="{}">', ((static(one),) for one in imports_of(entry))
    )
    script = format_html('<script type="module" src="{}"></script>', static(entry))
    return format_html("{}\n{}\n", preloads, script)


def imports_of(name: str) -> list[str]:
    """Return the static names of all modules that the module `name` needs, itself left out."""
    found: dict[str, None] = {}
    waiting = [name]
    while waiting:
        current = waiting.pop()
        path = finders.find(current)
        if path is None:
            raise FileNotFoundError(f"The static file {current} does not exist.")
        for target in _IMPORT.findall(Path(path).read_text()):
            imported = posixpath.normpath(posixpath.join(posixpath.dirname(current), target))
            if imported not in found and imported != name:
                found[imported] = None
                waiting.append(imported)
    return sorted(found)
