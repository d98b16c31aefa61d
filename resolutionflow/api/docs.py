"""The OpenAPI document and the page that shows it; both are open to all and hold no data."""

from functools import cache
from typing import Any

from csp.constants import UNSAFE_INLINE
from csp.decorators import csp_update
from django.utils.decorators import method_decorator
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView


@cache
def document() -> dict[str, Any]:
    """The OpenAPI document; it depends on the code alone, so it is made once."""
    return SchemaGenerator().get_schema(request=None, public=True)


class KeptDocument(SchemaGenerator):
    """Hands out the document that was made before."""

    def get_schema(self, request: Any = None, public: bool = False) -> dict[str, Any]:
        return document()


class SchemaView(SpectacularAPIView):
    """OpenAPI 3.1, as YAML or (with `Accept: application/json` or `?format=json`) as JSON."""

    authentication_classes = ()
    generator_class = KeptDocument


# The viewer sets sizes and colours in style attributes; scripts stay as strict as elsewhere.
@method_decorator(csp_update({"style-src": [UNSAFE_INLINE]}), name="dispatch")
class DocsView(SpectacularSwaggerSplitView):
    """The document to browse and try out, with every part served from here."""

    authentication_classes = ()
    template_name = "api_docs.html"
    url_name = "api-schema"
    title = "ResolutionFlow API"
