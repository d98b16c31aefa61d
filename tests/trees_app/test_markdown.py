import re

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trees_app.markdown import TAGS, render

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt&colon;alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](<javascript:alert(1)>)",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](file:///etc/passwd)",
    "[x]: javascript:alert(1)\n\n[x]",
    "<javascript:alert(1)>",
    "![x](https://tracker.example/x.png)",
    "![x](x' onerror='alert(1))",
    '[x](https://a.example "t\\" onmouseover=\\"alert(1)")',
    "<iframe src=//evil.example></iframe>",
    "<style>*{display:none}</style>",
    "<form action=//evil.example><input name=p></form>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<!--><img src=x onerror=alert(1)>-->",
    "`<b>`</code><script>alert(1)</script>",
    "```html onmouseover=alert(1)\n<script>alert(1)</script>\n```",
    '"><script>alert(1)</script>',
    "{{ v }}",
]
SCHEMES = ("http:", "https:", "mailto:")


def require_safe(markup):
    root = html5lib.parse(markup, namespaceHTMLElements=False)
    for element in root.find("body").iter():
        if element.tag == "body":
            continue
        assert element.tag in TAGS, markup
        assert set(element.attrib) <= {"href", "rel", "start", "title"}, markup
        if "href" in element.attrib:
            # A link within the site has no scheme at all.
            href = element.attrib["href"].lower()
            assert href.startswith(SCHEMES) or not re.match(r"\s*[a-z][\w+.-]*:", href), markup


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_attack_survives(attack):
    require_safe(render(attack))
    require_safe(render("[{{ v }}](https://x.example/) **{{ v }}** `{{ v }}`", {"v": attack}))


@pytest.mark.req("X12")
@pytest.mark.parametrize("attack", ATTACKS)
def test_a_value_reads_back_as_typed(attack):
    """A value is text; it can never become markup."""
    root = html5lib.parse(render("{{ v }}", {"v": attack}), namespaceHTMLElements=False)
    assert "".join(root.find("body").itertext()).rstrip("\n") == attack
    assert [element.tag for element in root.find("body").iter()] == ["body", "p"]


@pytest.mark.parametrize(
    "where",
    [
        "[x]({{v}})",
        "[x](<{{ v }}>)",
        "<{{v}}>",
        "[x]({{v}}:alert)",
        '[x](https://a.example "{{ v }}")',
    ],
)
@pytest.mark.parametrize("value", ["javascript:alert(1)", '" onclick="alert(1)'])
def test_a_value_never_becomes_a_link_or_an_attribute(where, value):
    require_safe(render(where, {"v": value}))


def test_what_authors_write_is_shown():
    markup = render(
        "**Bold**, *em*, `code`, ~~old~~\n\n1. one\n2. two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n"
        "[manual](https://a.example/)\n\n```\nipconfig /all\n```\n"
    )
    for part in ("<strong>", "<em>", "<code>", "<ol>", "<td>1</td>", "<pre>", "rel=", "noopener"):
        assert part in markup
    assert 'href="https://a.example/"' in markup


def test_a_placeholder_in_code_is_filled():
    assert "<code>ping srv01</code>" in render("`ping {{ host }}`", {"host": "srv01"})
    assert "{{ host }}" in render("`ping {{ host }}`", {"host": ""})


@given(st.text(alphabet="<>&\"'[]()!:/ab{} \n`*_#-=", max_size=60), st.text(max_size=20))
def test_any_text_is_safe(text, value):
    require_safe(render(text, {"a": value, "b": f"<{value}>"}))
