"""The description of the API for programs: made once for each language, as it says the same to all."""

from typing import Any

from django.utils.translation import get_language
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import (
    OpenApiJsonRenderer,
    OpenApiJsonRenderer2,
    OpenApiYamlRenderer,
)
from drf_spectacular.views import SpectacularAPIView

_made: dict[str, Any] = {}
_written: dict[tuple[str, str], bytes] = {}


class KeptGenerator(SchemaGenerator):
    """Makes the description once: it takes a second, and anybody may ask."""

    def get_schema(self, request: Any = None, public: bool = False) -> Any:
        """Return the description of everything."""
        language = get_language() or ""
        if language not in _made:
            made: Any = super()
            _made[language] = made.get_schema(request=request, public=public)
        return _made[language]


class KeptYaml(OpenApiYamlRenderer):
    """Writes the description once."""

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None
    ) -> bytes:
        """Return it as YAML; what went wrong instead is written each time."""
        writer: Any = super()
        if data is not _made.get(get_language() or ""):
            return bytes(writer.render(data, accepted_media_type, renderer_context))
        key = (get_language() or "", self.format)
        if key not in _written:
            _written[key] = writer.render(data, accepted_media_type, renderer_context)
        return _written[key]


class KeptYamlByType(KeptYaml):
    """The same under the type that many programs ask for."""

    media_type = "application/yaml"


class KeptSchemaView(SpectacularAPIView):
    """Tells what the API can do, whoever asks."""

    generator_class = KeptGenerator
    renderer_classes = [KeptYaml, KeptYamlByType, OpenApiJsonRenderer, OpenApiJsonRenderer2]
