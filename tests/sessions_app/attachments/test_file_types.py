"""What a file is, found from its bytes; hostile files among them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessions_app.attachments.file_types import (
    DAMAGED,
    EMPTY,
    FILE_TYPES,
    GIF,
    JPEG,
    MARKUP_MESSAGE,
    NOT_KNOWN,
    PDF,
    PNG,
    TEXT,
    TOO_MANY_PIXELS,
    WEBP,
    NotAccepted,
    detect_type,
    safe_name,
)
from tests.growth import ends_soon
from tests.sessions_app.attachments import sample_files as sample


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (sample.png(), PNG),
        (sample.JPEG, JPEG),
        (b"\xff\xd8\xff\xff" + sample.JPEG[3:], JPEG),
        (sample.GIF, GIF),
        (sample.WEBP, WEBP),
        (sample.PDF, PDF),
        (b"Reply from 10.0.0.1", TEXT),
        ("Größe: 5 €".encode(), TEXT),
        ("Größe".encode("cp1252"), TEXT),
        ("Get-NetAdapter\r\n".encode("utf-16"), TEXT),
        (b"\x1b[31mred\x1b[0m", TEXT),
        (b"show run\r\n --More-- \x08\x08\x08\x08    \x08\x08interface Gi0/1", TEXT),
        (b"login: \x07\r\n", TEXT),
        (b"dir > x.txt\r\n\x1a", TEXT),
        (b"a < b, and <notes> of ours", TEXT),
    ],
)
def test_a_kind_is_found_from_the_bytes(data, kind):
    assert detect_type(data) is kind


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", EMPTY),
        (b"MZ\x90\x00\x03\x00", NOT_KNOWN),
        (b"PK\x03\x04\x14\x00", NOT_KNOWN),
        (b"log\x00line", NOT_KNOWN),
        (b"\xff\xfeodd", NOT_KNOWN),
        (sample.SVG, MARKUP_MESSAGE),
        (b'<?xml version="1.0"?>\n<!-- a -->\n' + sample.SVG, MARKUP_MESSAGE),
        (b"\xef\xbb\xbf  <!DOCTYPE html><p>", MARKUP_MESSAGE),
        (b"<!--\n--><ScRiPt>alert(1)</ScRiPt>", MARKUP_MESSAGE),
        ("<html>".encode("utf-16"), MARKUP_MESSAGE),
        # A picture with a page behind its end, and pictures that are none.
        (sample.png(after=b"<script>alert(1)</script>"), DAMAGED),
        (sample.png()[:-4], DAMAGED),
        (b"\x89PNG\r\n\x1a\n<script>alert(1)</script>", DAMAGED),
        (b"\xff\xd8\xff<script>", DAMAGED),
        (b"\xff\xd8\xff\xe0\x00\x00", DAMAGED),
        (b"GIF89a", DAMAGED),
        (b"RIFF\x00\x00\x00\x00WEBP<svg>", DAMAGED),
        (sample.png(claim=(0, 5)), DAMAGED),
        # A few bytes that would unpack to gigabytes.
        (sample.png(claim=(60_000, 60_000)), TOO_MANY_PIXELS),
        (sample.gif(65_535, 65_535), TOO_MANY_PIXELS),
        (sample.gif(10_001, 10_000), TOO_MANY_PIXELS),
        (b"<!-- a --> b --> <?xml?> < svg>", MARKUP_MESSAGE),
        (b"<!--><svg onload=alert(1)>", MARKUP_MESSAGE),
        (b"GIF89a\x01\x00\x01\x00\x00\x00\x00;", DAMAGED),
    ],
)
def test_anything_else_is_refused_in_words(data, message):
    with pytest.raises(NotAccepted) as refused:
        detect_type(data)
    assert str(refused.value) == message


@pytest.mark.parametrize("data", [sample.png(), sample.JPEG, sample.GIF, sample.WEBP])
def test_a_picture_cut_anywhere_is_refused_or_whole_enough(data):
    """No length of a cut-off picture breaks the reader."""
    for length in range(1, len(data)):
        try:
            assert detect_type(data[:length]) in FILE_TYPES
        except NotAccepted as refused:
            assert str(refused) in (DAMAGED, NOT_KNOWN, TOO_MANY_PIXELS)


@pytest.mark.parametrize(
    "shape",
    [
        "<!---->" * 600 + "x",
        "<!---->" * 60 + "x",
        "-->" * 1400,
        "<!--" + "--><?xml" * 500,
        "<!--" + "-->" + "<?xml>" * 700,
        "<?xml" * 800,
        "<?xml >" * 600 + "x",
        " " * 5000,
        "<" + " " * 5000 + "x",
        "<!--" * 1000 + " " * 96,
    ],
)
def test_hostile_text_costs_no_time(shape):
    """A text of 421 bytes once kept a process busy for minutes."""
    with ends_soon(30):
        for _ in range(10):
            assert detect_type(shape.encode()) is TEXT


@given(
    st.sampled_from([sample.png(), sample.JPEG, sample.GIF, sample.WEBP]),
    st.data(),
)
def test_a_damaged_picture_breaks_nothing(picture, data):
    damaged = bytearray(picture)
    places = st.integers(0, len(picture) - 1)
    for place, byte in data.draw(st.dictionaries(places, st.integers(0, 255), max_size=8)).items():
        damaged[place] = byte
    try:
        assert detect_type(bytes(damaged)) in FILE_TYPES
    except NotAccepted as refused:
        assert str(refused) in (DAMAGED, NOT_KNOWN, TOO_MANY_PIXELS, MARKUP_MESSAGE)


@pytest.mark.parametrize(
    ("sent", "kind", "name"),
    [
        ("error.png", PNG, "error.png"),
        ("Fehler VPN.JPEG", JPEG, "Fehler VPN.jpeg"),
        ("../../etc/passwd", TEXT, "passwd.txt"),
        ("C:\\Users\\ana\\shot.png", PNG, "shot.png"),
        ("page.html", PNG, "page.html.png"),
        ("fix.ps1", TEXT, "fix.ps1.txt"),
        ("nul\x00byte.png", PNG, "nul byte.png"),
        ("a\r\nSet-Cookie: x.log", TEXT, "a Set-Cookie_ x.log"),
        ("exe\u202egnp.png", PNG, "exe gnp.png"),
        ('q"uote<b>.gif', GIF, "q_uote_b_.gif"),
        ("", PDF, "file.pdf"),
        ("...", PDF, "file.pdf"),
        (".png", PNG, "png.png"),
        ("x" * 400 + ".webp", WEBP, "x" * 115 + ".webp"),
    ],
)
def test_a_name_is_safe_to_show_and_to_save(sent, kind, name):
    assert safe_name(sent, kind) == name


@pytest.mark.parametrize("encoding", ["cp850", "cp437", "cp1252", "utf-16", "utf-8", "utf-8-sig"])
def test_what_a_console_writes_is_text(encoding):
    """`systeminfo > x.txt` on a German Windows."""
    text = "Verfügbarer physischer Speicher: 7.812 MB\r\nÜber: größer, Ä Ö Ü\r\n" * 20
    assert detect_type(text.encode(encoding)).content_type == "text/plain"


@pytest.mark.parametrize(
    "data", [bytes(range(256)) * 4, b"MZ\x90\x00\x03", b"\x81\x8d\x90\x9d" * 9]
)
def test_bytes_that_are_no_text_are_refused(data):
    with pytest.raises(NotAccepted):
        detect_type(data)
