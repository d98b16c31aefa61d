"""Typed text as CommonMark that reads back as it was typed [X13].

The rules follow CommonMark 0.31 and GitHub's tables and strikethrough. As little as possible is
escaped, because many tickets show Markdown as plain text:

- Backticks, asterisks, pipes and tildes always; an underscore where it is not inside a word; a
  backslash where it would escape something (so `C:\\Users` stays as it is).
- `<` and `&` become entities where they could start a tag, an autolink or an entity. A backslash
  would do for CommonMark, but not for the ticket systems that look for tags themselves.
- Brackets stay. A link needs `](`, a reference needs a definition `]:`, and both are broken at
  their second character, so `[IP REDACTED]` keeps its shape.
- What is special only at the start of a line (`#`, `>`, `-`, `1.`, rulers) only there.
"""

import re
from dataclasses import dataclass

from exports_app.cleaning import LIST_ITEM

_PUNCTUATION = r"""!-/:-@\[-`{-~"""
_INLINE = re.compile(
    rf"\\(?=[{_PUNCTUATION}]|\Z)|[`*|~]|_+|<(?=\S)|&(?=#?[0-9A-Za-z]{{1,40}};)|(?<=\])[:(]"
)
# What `_INLINE` may find, for a first look: most lines have none of it.
_MARKS = re.compile(r"[\\`*|~_<&\]]")
_LINE_START = re.compile(
    r"[-+](?=[ \t]|\Z)|[-:](?=[-:| \t]*\Z)|=(?==*[ \t]*\Z)|#(?=#{0,5}(?:[ \t]|\Z))|>"
)
_NUMBER_START = re.compile(r"(\d{1,9})([.)])(?=[ \t]|\Z)")
_CLOSING_HASHES = re.compile(r"(?:(?<=\s)|\A)#+\Z")
_BACKTICKS = re.compile(r"`+")
_RULE = re.compile(r"(?:-[ \t]*){3,}\Z|(?:\*[ \t]*){3,}\Z")
# Deeper nesting than this is nobody's intent, and some parsers slow down on it.
_MAX_DEPTH = 6


def escape_inline(line: str) -> str:
    """Return one line of text as inline Markdown, to stand behind something else on its line."""
    if _MARKS.search(line) is None:
        return line

    def escape(found: re.Match[str]) -> str:
        mark = found[0]
        if mark[0] == "_":
            before = line[found.start() - 1 : found.start()]
            after = line[found.end() : found.end() + 1]
            # Between letters an underscore never opens or closes emphasis (snake_case).
            inside_word = before.isalnum() and after.isalnum()
            return mark if inside_word else "\\_" * len(mark)
        if mark == "<":
            return "&lt;"
        if mark == "&":
            return "&amp;"
        return "\\" + mark

    return _INLINE.sub(escape, line)


def heading(line: str) -> str:
    """Return one line of text as the content of an ATX heading."""
    # A run of # at the end would be taken for the heading's closing sequence.
    hashes = _CLOSING_HASHES.search(line) if line.endswith("#") else None
    cut = hashes.start() if hashes else len(line)
    return escape_inline(line[:cut]) + ("\\" if hashes else "") + line[cut:]


def escape_line_start(line: str) -> str:
    """Return one line of text as Markdown that may stand at the start of a line.

    Of its indent the first space is an entity: without it a parser would drop all of it, or take
    the line for code.
    """
    if line[:1].isalpha():
        return escape_inline(line)
    content = line.lstrip(" \t")
    indent = line[: len(line) - len(content)]
    if indent:
        return f"&#{ord(indent[0])};{indent[1:]}{escape_inline(content)}"
    number = _NUMBER_START.match(content)
    if number:
        safe = f"{number[1]}\\{number[2]}" + escape_inline(content[number.end() :])
    elif _LINE_START.match(content):
        safe = "\\" + content[0] + escape_inline(content[1:])
    else:
        safe = escape_inline(content)
    return safe


def fence(output: str) -> str:
    """Return `output` as a code block whose fence no line of it can close."""
    ticks = "```"
    if ticks in output:
        ticks = "`" * (max(len(run) for run in _BACKTICKS.findall(output)) + 1)
    return f"{ticks}text\n{output}\n{ticks}"


@dataclass(slots=True)
class _Level:
    """An open list: its indent as typed, the delimiter as written ("-", "." or ")"), the last
    number, whether every item so far is number 1, and the column where its items' text starts."""

    indent: int
    typed: str
    mark: str
    number: int
    ones: bool
    column: int = 0
    # The last list inside this list's current item: a list right behind it would join it.
    previous: "_Level | None" = None


class _Blocks:
    """Writes typed lines as paragraphs and lists.

    A list is what a person meant as one: lines that start with a marker and a space, nested by
    their indent, with lines of deeper indent continuing an item. A list that jumps in its
    numbers becomes a new list, with the other delimiter, because CommonMark would renumber it.
    """

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.levels: list[_Level] = []
        self.after_blank = True
        self.starts_with_text = True

    def add(self, line: str) -> None:
        line = line.rstrip()
        if not line:
            self.after_blank = True
            return
        item = None if line[0].isalpha() else _list_item(line)
        if item:
            self._add_item(line, item)
        elif self.levels and not self.after_blank and _indent(line) > self.levels[-1].indent:
            self.lines[-1] += "  "
            self.lines.append(" " * self.levels[-1].column + escape_line_start(line.strip()))
        else:
            self._add_text(line)
        self.after_blank = False

    def _add_text(self, line: str) -> None:
        if self.levels:
            self.levels.clear()
            self.after_blank = True
        if self.after_blank:
            self._blank()
        else:
            # Two spaces make a line break: the lines of a note stay lines.
            self.lines[-1] += "  "
        self.lines.append(escape_line_start(line))

    def _add_item(self, line: str, item: re.Match[str]) -> None:
        indent = _indent(line)
        number = int(item[3]) if item[3] else 0
        typed = item[4] or "-"
        if not self.lines:
            self.starts_with_text = False
        in_list = bool(self.levels)
        while len(self.levels) > 1 and indent < self.levels[-1].indent:
            ended = self.levels.pop()
            self.levels[-1].previous = ended
        if not in_list or (indent > self.levels[-1].indent + 1 and len(self.levels) < _MAX_DEPTH):
            before = self.levels[-1].previous if in_list else None
            # Only a bullet or a 1 may follow a line of text without a blank line between.
            blank = not in_list or before is not None or number > 1 or item[3] == "0"
            self._open_list(indent, typed, number, blank=blank, before=before)
        elif not self._continues(self.levels[-1], typed, number):
            before = self.levels.pop()
            self._open_list(indent, typed, number, blank=True, before=before)
        elif self.after_blank:
            self._blank()
        level = self.levels[-1]
        level.ones = level.ones and number == 1
        level.number = number
        level.previous = None
        marker = f"{item[3]}{level.mark}" if item[3] else "-"
        column = self.levels[-2].column if len(self.levels) > 1 else 0
        level.column = column + len(marker) + 1
        self.lines.append(f"{' ' * column}{marker} {escape_line_start(line[item.end() :])}")

    def _open_list(
        self, indent: int, typed: str, number: int, *, blank: bool, before: _Level | None = None
    ) -> None:
        mark = typed
        if before and typed != "-" and before.mark == typed:
            mark = ")" if typed == "." else "."
        if blank or self.after_blank:
            self._blank()
        self.levels.append(_Level(indent, typed, mark, number, ones=True))

    def _continues(self, level: _Level, typed: str, number: int) -> bool:
        if typed != level.typed:
            return False
        # Some number every item 1 and leave the counting to Markdown.
        return (
            typed == "-"
            or number == level.number + 1
            or (number == 1 and level.ones and not self.after_blank)
        )

    def _blank(self) -> None:
        if self.lines and self.lines[-1]:
            self.lines.append("")


def _list_item(line: str) -> re.Match[str] | None:
    """Return the marker of a list item; None for other lines and for a rule of dashes or stars."""
    item = LIST_ITEM.match(line)
    if item is None:
        return None
    number = item[3]
    if number:
        # A number such as 007 would lose its zeros as a list's number, so its line stays text.
        return item if number == str(int(number)) else None
    return None if _RULE.match(line, item.start(2)) else item


def _indent(line: str) -> int:
    if not line[0].isspace():
        return 0
    return len(line[: len(line) - len(line.lstrip(" \t"))].expandtabs(4))


def _simple_blocks(typed: str) -> str:
    """Return the blocks of a text that has only lines of words and flat lists of dashes.

    Most notes are such texts, and an export has hundreds. Returns "" for any other.
    """
    written: list[str] = []
    was_item = was_text = False
    for line in typed.split("\n"):
        if line[:1].isalpha():
            if was_text:
                written[-1] += "  "
            elif was_item:
                written.append("")
            written.append(escape_inline(line.rstrip()))
            was_item, was_text = False, True
        elif line[:2] == "- " and line[2:3].isalpha():
            if was_text:
                written.append("")
            written.append(f"- {escape_inline(line[2:].rstrip())}")
            was_item, was_text = True, False
        else:
            return ""
    return "\n".join(written)


def escape_blocks(typed: str) -> tuple[str, bool]:
    """Return typed text as Markdown blocks, and whether it starts with a paragraph (not a list)."""
    if "\n" not in typed and typed[:1].isalpha():
        return escape_line_start(typed.rstrip()), True
    if found := _simple_blocks(typed):
        return found, typed[0] != "-"
    writer = _Blocks()
    for line in typed.split("\n"):
        writer.add(line)
    return "\n".join(writer.lines), writer.starts_with_text
