"""Serving the schema and its page."""

from functools import cache
from typing import Any

from csp.decorators import csp_update
from django.utils import translation
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import (
    OpenApiJsonRenderer,
    OpenApiJsonRenderer2,
    OpenApiYamlRenderer,
    OpenApiYamlRenderer2,
)
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView


@cache
def described() -> dict[str, Any]:
    """Return the schema, worked out once: it is the same for everyone, and changes with the code alone."""
    with translation.override("en"):
        generator: Any = SchemaGenerator
        schema: dict[str, Any] = generator().get_schema(request=None, public=True)
    return schema


class DescribedGenerator(SchemaGenerator):
    """Hands out the schema that was worked out once."""

    def get_schema(self, request: Any = None, public: bool = False) -> dict[str, Any]:
        """Return the schema."""
        return described()


class SchemaView(SpectacularAPIView):
    """OpenAPI 3.1, as JSON, which every reader of YAML reads too; as YAML to who asks for that."""

    generator_class = DescribedGenerator
    metadata_class = None
    renderer_classes = [OpenApiJsonRenderer, OpenApiJsonRenderer2, OpenApiYamlRenderer, OpenApiYamlRenderer2]


@method_decorator(never_cache, name="dispatch")  # its script's address repeats what was asked
@method_decorator(csp_update({"img-src": ["data:"]}), name="dispatch")
class DocsView(SpectacularSwaggerSplitView):
    """The page to read the schema on and to try it. Everything on it comes from here; its icons are data:."""

    metadata_class = None
    url_name = "schema"
    template_name = "api/docs.html"
