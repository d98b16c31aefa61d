"""Digests of what was sent, to tell whether two submissions are the same."""

import hashlib
import json
from collections.abc import Collection
from typing import Any

from django.http import QueryDict
from django.utils.datastructures import MultiValueDict


def fingerprint_of_form(
    fields: QueryDict, files: "MultiValueDict[str, Any]", *, leave_out: Collection[str] = ()
) -> str:
    """Return a digest of what a form holds, files included, without some of its fields."""
    found = hashlib.sha256()
    for name in sorted(fields):
        if name not in leave_out:
            found.update(repr((name, fields.getlist(name))).encode("utf-8", "replace"))
    for name in sorted(files):
        for upload in files.getlist(name):
            found.update(repr((name, upload.name, upload.size)).encode("utf-8", "replace"))
            for chunk in upload.chunks():
                found.update(chunk)
            upload.seek(0)
    return found.hexdigest()


def fingerprint_of_document(document: Any) -> str:
    """Return a digest of a JSON document, in whichever order its names were written."""
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()
