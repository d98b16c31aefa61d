"""The WSGI entry point: `gunicorn resolutionflow.wsgi`."""

import os
from typing import Any

import django
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "resolutionflow.settings")


class TextRequest(WSGIRequest):
    """A request whose header may name any codec of Python, such as rot13, which decodes no text.

    Django would raise before any middleware is asked; `CharsetMiddleware` refuses it.
    """

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        try:
            super()._set_content_type_params(meta)  # type: ignore[misc]
        except (LookupError, ValueError):
            self._encoding = None


class Handler(WSGIHandler):
    request_class = TextRequest


django.setup(set_prefix=False)
application = Handler()
