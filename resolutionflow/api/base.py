"""The view that every API call is made of: JSON in, JSON out."""

from collections.abc import Mapping
from functools import partial
from typing import Any, ClassVar, TypeVar

from django.conf import settings
from django.utils.module_loading import import_string
from rest_framework.negotiation import BaseContentNegotiation, DefaultContentNegotiation
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from resolutionflow.api.idempotency import KEY_HEADER, is_kept
from resolutionflow.api.parsers import BoundedJSONParser
from resolutionflow.web.schemas import QueryModel, RequestModel, validate

Body = TypeVar("Body", bound=RequestModel)
Query = TypeVar("Query", bound=QueryModel)


class Utf8JSONRenderer(JSONRenderer):
    """JSON that names its encoding: Windows PowerShell 5.1 takes it for Latin-1 otherwise."""

    charset = "utf-8"


class JSONOnlyNegotiation(BaseContentNegotiation):
    """Answer with JSON whatever `Accept` says: there is nothing else to choose from."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return DefaultContentNegotiation().select_parser(request, parsers)

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[Any, str]:
        return renderers[0], renderers[0].media_type


class ApiView(APIView):
    """JSON in, JSON out."""

    parser_classes = (BoundedJSONParser,)
    renderer_classes = (Utf8JSONRenderer,)
    content_negotiation_class = JSONOnlyNegotiation
    metadata_class = None
    #: By method, the scope of those that need another one than `required_scope` supposes.
    scopes: ClassVar[Mapping[str, str]] = {}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        verb = (request.method or "").lower()
        if KEY_HEADER in request.headers and is_kept(self, verb.upper()) and hasattr(self, verb):
            # What answers this one request, in place of the method of its class.
            once = partial(import_string(settings.API_ANSWER_ONCE), call=getattr(self, verb))
            setattr(self, verb, once)

    def cost(self, request: Request) -> int:
        """Return how many calls this one counts as, against the limits of its key and user."""
        return 1

    def body(self, model: type[Body]) -> Body:
        """Return the checked body of this request; raise `Invalid` (422)."""
        return validate(model, self.request.data)

    def query(self, model: type[Query]) -> Query:
        """Return the checked parameters of this request; raise `Invalid` (422)."""
        return model.read(self.request.query_params)
