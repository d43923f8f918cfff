"""Templates as they are read: indented for who writes them, without indentation for who loads them."""

import re

from django.template import Origin
from django.template.loaders import filesystem

INDENTATION = re.compile(r"^[ \t]+", re.MULTILINE)


class PageLoader(filesystem.Loader):
    """Reads templates of pages without what stands before their lines: browsers skip it.

    Lines stay lines, so that an error names the right one. Other templates, such as plain text, stay as written.
    """

    def get_contents(self, origin: Origin) -> str:
        """Return the text of a template.

        Raises:
            TemplateDoesNotExist: there is no such file.
        """
        text: str = super().get_contents(origin)
        return INDENTATION.sub("", text) if str(origin.name).endswith(".html") else text
