"""Entity tags, and whether `If-Match` allows a write (RFC 9110 section 13.1.1)."""

import re

# A proxy that compresses answers marks their tags as weak; a revision is exact all the same.
ENTITY_TAG = re.compile(r'(?:W/)?"([^"]{0,40})"')


def matches(header: str, revision: int) -> bool:
    """Return whether `If-Match` (`*`, or a list of tags) allows a write of `revision`."""
    return header.strip() == "*" or str(revision) in ENTITY_TAG.findall(header)
