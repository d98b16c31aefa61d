"""What a file is, found from its bytes and never from its name. Pure.

Only kinds that a browser shows or saves without running anything are known: PNG, JPEG, GIF and
WebP pictures, PDF, and plain text. SVG and HTML can carry scripts and are refused, whatever they
are called.
"""

import io
import re
import unicodedata
import warnings
from dataclasses import dataclass

from PIL import Image

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

# The bytes that each kind of picture begins with, and what Pillow calls it.
PICTURES = (
    (re.compile(rb"\x89PNG\r\n\x1a\n"), PNG, "PNG"),
    (re.compile(rb"\xff\xd8\xff"), JPEG, "JPEG"),
    (re.compile(rb"GIF8[79]a"), GIF, "GIF"),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), WEBP, "WEBP"),
)
PNG_CRC_BYTES = 4

# Pillow refuses twice this by itself, before it allocates anything, and warns from here on, where
# we refuse.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS
warnings.simplefilter("ignore", Image.DecompressionBombWarning)

# What a browser would take for a page or a picture with scripts when it guesses. Nothing here
# backtracks: a text is untrusted, and one of a few hundred bytes could keep a process busy.
_DECLARATIONS = r"\s*+(?>(?:<\?xml[^>]*+>\s*+)*)"
_TAG = (
    r"<\s*+(?:!doctype|html|head|body|svg|script|style|iframe|object|embed|meta|link|math|title)\b"
)
MARKUP_START = re.compile(rf"{_DECLARATIONS}(?:{_TAG}|(?P<comment><!--))", re.IGNORECASE)
MARKUP_AFTER_COMMENT = re.compile(rf"-->{_DECLARATIONS}{_TAG}", re.IGNORECASE)
# What logs of terminals hold: colours, form feeds, bells, the backspaces that take “--More--” away,
# and the end mark of DOS.
LOGGED_CONTROLS = dict.fromkeys(map(ord, "\x07\x08\x0c\x1a\x1b"))
MARKUP_WITHIN = 4096  # characters


class NotAccepted(ValueError):
    """The bytes are of no kind that can be attached; the message says why and what can be."""


def detect_type(data: bytes) -> FileType:
    """Return the kind of `data`, a whole file. Raises `NotAccepted`.

    Of a picture the headers are read, so that a small file which unpacks to gigabytes in
    somebody's browser is refused.
    """
    if not data:
        raise NotAccepted(EMPTY)
    for signature, kind, pillow_format in PICTURES:
        if signature.match(data):
            _check_picture(data, pillow_format)
            return kind
    if data.startswith(b"%PDF-"):
        return PDF
    if _is_text(data):
        return TEXT
    raise NotAccepted(NOT_KNOWN)


def _check_picture(data: bytes, pillow_format: str) -> None:
    """Raise `NotAccepted` for a picture that is damaged, cut off, or too large to show."""
    stream = io.BytesIO(data)
    try:
        picture = Image.open(stream, formats=[pillow_format])
        width, height = picture.size
        if width * height <= MAX_PIXELS:
            picture.verify()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise NotAccepted(TOO_MANY_PIXELS) from None
    except Exception:
        # The bytes are untrusted: whatever Pillow makes of them, they are no picture to show.
        raise NotAccepted(DAMAGED) from None
    if width * height > MAX_PIXELS:
        raise NotAccepted(TOO_MANY_PIXELS)
    if width * height == 0:
        raise NotAccepted(DAMAGED)
    # What stands behind the end of a picture is no picture. `verify` stops before the last CRC.
    if pillow_format == "PNG" and stream.tell() + PNG_CRC_BYTES != len(data):
        raise NotAccepted(DAMAGED)


def _is_text(data: bytes) -> bool:
    """Return whether it reads as text; raise `NotAccepted` for text that is a page or an SVG."""
    text = decode_text(data)
    if text is None or CONTROL.search(text.translate(LOGGED_CONTROLS)):
        return False
    if is_markup(text):
        raise NotAccepted(MARKUP_MESSAGE)
    return True


def is_markup(text: str) -> bool:
    """Return whether a browser that guesses would take `text` for a page or an SVG."""
    start = text.lstrip("\ufeff")[:MARKUP_WITHIN]
    found = MARKUP_START.match(start)
    if found is None or found["comment"] is None:
        return found is not None
    # "<!-->" is a whole comment to a browser, so its end may overlap its beginning.
    return MARKUP_AFTER_COMMENT.search(start, found.start("comment") + len("<!")) is not None


def decode_text(data: bytes) -> str | None:
    """Return `data` as text in UTF-8, UTF-16 with its mark (PowerShell's `>`), Windows-1252, or the
    code page 850 of a console (`systeminfo > x.txt`), where every byte means something.
    """
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    is_mostly_ascii = 2 * sum(byte < 0x80 for byte in data) >= len(data)
    return data.decode("cp850") if is_mostly_ascii and not marked else None


# -- names -------------------------------------------------------------------------------------


def safe_name(given: str, kind: FileType) -> str:
    """Return `given` as a name that can be shown and saved anywhere, ending as its kind does.

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


def ascii_name(name: str) -> str:
    """Return a safe name in ASCII, for programs that read no other; never without its ending."""
    stem, _, ending = name.rpartition(".")
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode()
    return f"{plain.strip(' .-_') or 'file'}.{ending}" if stem else name
