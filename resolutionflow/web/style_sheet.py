"""The style sheet as one file. `css/app.css` imports a file for each component; what is served
under its name has their rules in place of the imports, each in the layer that its import names.
"""

import os
import posixpath
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage
from django.core.files.storage import FileSystemStorage

NAME = "css/app.css"

_IMPORT = re.compile(r'^@import url\("([^"]+)"\)(?: layer\((\w+)\))?;\n', re.MULTILINE)
_URL = re.compile(r"""url\((["']?)(?!data:|/|#|https?:)([^"')]+)\1\)""")


def join(source: Path) -> str:
    """Return the style sheet at `source` with the files that it imports in place."""

    def imported(match: re.Match[str]) -> str:
        name, layer = match.groups()
        folder = posixpath.dirname(name)
        rules = _URL.sub(
            lambda url: f'url("{posixpath.normpath(posixpath.join(folder, url[2]))}")',
            (source.parent / name).read_text(),
        )
        return f"@layer {layer} {{\n{rules}}}\n" if layer else rules

    return _IMPORT.sub(imported, source.read_text())


class StyleSheetFinder(BaseFinder):
    """Finds the joined style sheet, ahead of the finder of the file that it is joined from."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.folder = Path(settings.DATA_DIR) / "style-sheet"
        self.storage = FileSystemStorage(self.folder)
        self.source = Path(settings.STATICFILES_DIRS[0]) / NAME

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        """Return no complaint: nothing of it can be configured."""
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """Return where the joined style sheet is; nothing for any other file."""
        if path != NAME:
            return []
        joined = str(self._write())
        return [joined] if find_all else joined

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Any]]:
        """Yield the joined style sheet alone."""
        self._write()
        yield NAME, self.storage

    def _write(self) -> Path:
        """Join anew unless that was done since the last change of any of its files."""
        target = self.folder / NAME
        sources = self.source.parent.rglob("*.css")
        changed = max(one.stat().st_mtime_ns for one in sources)
        if target.is_file() and target.stat().st_mtime_ns == changed:
            return target
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_suffix(f".{os.getpid()}")
        draft.write_text(join(self.source))
        os.utime(draft, ns=(changed, changed))
        draft.replace(target)
        return target
