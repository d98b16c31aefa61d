"""What a file is, told from its bytes and never from its name. Pure.

Only kinds that a browser shows or saves without running anything are known: PNG, JPEG, GIF and
WebP pictures, PDF, and plain text. SVG and HTML can carry scripts and are refused, whatever they
are called.
"""

import re
import struct
import unicodedata
from dataclasses import dataclass

from resolutionflow.web.text import CONTROL
from sessions_app import limits

MAX_PIXELS = 100_000_000
NOT_KNOWN = (
    "This kind of file can't be attached. Pictures (PNG, JPEG, GIF, WebP), PDF and plain text can."
)
EMPTY = "The file is empty."
DAMAGED = "The picture is damaged or cut off."
TOO_MANY_PIXELS = "The picture has more than 100 million pixels. Make it smaller first."
MARKUP_MESSAGE = "Web pages and SVG can carry scripts, so they can't be attached."


@dataclass(frozen=True)
class FileType:
    """A kind of file: its media type, and the endings that say so, the usual one first."""

    content_type: str
    endings: tuple[str, ...]


PNG = FileType("image/png", (".png",))
JPEG = FileType("image/jpeg", (".jpg", ".jpeg"))
GIF = FileType("image/gif", (".gif",))
WEBP = FileType("image/webp", (".webp",))
PDF = FileType("application/pdf", (".pdf",))
TEXT = FileType("text/plain", (".txt", ".log", ".csv", ".md", ".json", ".ini", ".conf", ".yaml"))
FILE_TYPES = (PNG, JPEG, GIF, WEBP, PDF, TEXT)

# What a browser would take for a page or a picture with scripts when it guesses.
MARKUP = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*|<!--.*?-->\s*)*<\s*"
    r"(?:!doctype|html|head|body|svg|script|style|iframe|object|embed|meta|link|math|title)\b",
    re.IGNORECASE | re.DOTALL,
)


class NotAccepted(ValueError):
    """The bytes are of no kind that can be attached; the message says why and what can be."""


def detect_type(data: bytes) -> FileType:
    """What `data`, a whole file, is. Raises `NotAccepted`.

    Pictures are read as far as their size in pixels, so that a small file which unpacks to
    gigabytes in somebody's browser is refused.
    """
    if not data:
        raise NotAccepted(EMPTY)
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return _picture(PNG, _png_size(data))
    if data.startswith(b"\xff\xd8\xff"):
        return _picture(JPEG, _jpeg_size(data))
    if data.startswith((b"GIF87a", b"GIF89a")):
        return _picture(GIF, _pair("<HH", data, 6))
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return _picture(WEBP, _webp_size(data))
    if data.startswith(b"%PDF-"):
        return PDF
    if _is_text(data):
        return TEXT
    raise NotAccepted(NOT_KNOWN)


def _picture(kind: FileType, size: tuple[int, int] | None) -> FileType:
    if size is None or 0 in size:
        raise NotAccepted(DAMAGED)
    if size[0] * size[1] > MAX_PIXELS:
        raise NotAccepted(TOO_MANY_PIXELS)
    return kind


def _pair(shape: str, data: bytes, at: int) -> tuple[int, int] | None:
    if len(data) < at + struct.calcsize(shape):
        return None
    first, second = struct.unpack_from(shape, data, at)
    return first, second


def _png_size(data: bytes) -> tuple[int, int] | None:
    """Width and height; None unless its chunks follow each other from IHDR to the end at IEND."""
    at, size = 8, None
    while at + 12 <= len(data):
        length, name = struct.unpack_from(">I4s", data, at)
        if at == 8:
            if name != b"IHDR" or length != 13:
                return None
            size = _pair(">II", data, at + 8)
        at += 12 + length
        if name == b"IEND":
            # What stands behind the end is no picture.
            return size if at == len(data) else None
    return None


# Start-of-frame markers; C4, C8 and CC in their midst are something else.
FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
# Markers without a length.
BARE = frozenset({0x01, *range(0xD0, 0xD8)})


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    """Width and height from the first frame header (ITU-T T.81, B.2.2)."""
    at = 2
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            return None
        marker = data[at + 1]
        if marker == 0xFF:  # fill
            at += 1
        elif marker in BARE:
            at += 2
        elif marker in FRAMES:
            found = _pair(">HH", data, at + 5)
            return (found[1], found[0]) if found else None
        else:
            length = struct.unpack_from(">H", data, at + 2)[0]
            if length < 2:
                return None
            at += 2 + length
    return None


def _webp_size(data: bytes) -> tuple[int, int] | None:
    """Width and height from any of the three forms of WebP (RFC 9649)."""
    if len(data) < 30 or struct.unpack_from("<I", data, 4)[0] + 8 > len(data) + 1:
        return None
    form = data[12:16]
    if form == b"VP8X":
        width = int.from_bytes(data[24:27], "little") + 1
        return width, int.from_bytes(data[27:30], "little") + 1
    if form == b"VP8L" and data[20] == 0x2F:
        bits = int.from_bytes(data[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if form == b"VP8 " and data[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack_from("<HH", data, 26)
        return width & 0x3FFF, height & 0x3FFF
    return None


def _is_text(data: bytes) -> bool:
    """Whether it reads as text; raises `NotAccepted` for text that is a page or an SVG."""
    text = decoded(data)
    if text is None or CONTROL.search(text.replace("\x1b", "").replace("\x0c", "")):
        return False
    if MARKUP.match(text.lstrip("\ufeff")[:4096]):
        raise NotAccepted(MARKUP_MESSAGE)
    return True


def decoded(data: bytes) -> str | None:
    """`data` as text in UTF-8, UTF-16 with its mark (PowerShell's `>`), or Windows-1252."""
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


# -- names -------------------------------------------------------------------------------------


def safe_name(given: str, kind: FileType) -> str:
    """`given` as a name that can be shown and saved anywhere, ending as its kind does.

    No folders, no control or direction characters, nothing that a shell or Windows takes for more
    than a name; at most `limits.FILE_NAME` characters, never blank.
    """
    last = re.split(r"[/\\]", given)[-1]
    plain = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in last)
    plain = " ".join(re.sub(r'[<>:"|?*%]', "_", plain).split()).strip(". ")
    stem, dot, ending = plain.rpartition(".")
    if not dot or f".{ending.lower()}" not in kind.endings:
        stem, ending = plain, kind.endings[0].removeprefix(".")
    room = limits.FILE_NAME - len(ending) - 1
    return f"{stem[:room].rstrip('. ') or 'file'}.{ending.lower()}"
