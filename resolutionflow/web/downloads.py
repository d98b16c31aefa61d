"""Naming a download for every browser."""

from urllib.parse import quote


def content_disposition(ascii_name: str, full_name: str, *, kind: str = "attachment") -> str:
    """Return the `Content-Disposition` of a file (RFC 6266): an ASCII name for those who read no
    other, and `filename*` in UTF-8 where the full name is another one.
    """
    plain = "".join(c if c.isprintable() and c not in '"\\' else "_" for c in ascii_name)
    header = f'{kind}; filename="{plain}"'
    if full_name != ascii_name:
        header += f"; filename*=UTF-8''{quote(full_name, safe='')}"
    return header
