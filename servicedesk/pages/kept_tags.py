"""Tags of templates whose text is the same for all who read one language, written once for each."""

from django import template
from django.template.defaulttags import URLNode
from django.templatetags.i18n import TranslateNode
from django.urls import get_script_prefix
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language


class KeptTranslation(template.Node):
    """A text that the template names itself, in the language of the reader."""

    child_nodelists = ()

    def __init__(self, node: TranslateNode) -> None:
        self.node = node
        self.texts: dict[str | None, SafeString] = {}

    def render(self, context: template.Context) -> SafeString:
        """Return the text; what a template says itself is safe."""
        language = get_language()
        text = self.texts.get(language)
        if text is None:
            text = self.texts[language] = mark_safe(self.node.render(context))  # noqa: S308
        return text


class KeptAddress(template.Node):
    """The address of a view that has no arguments."""

    child_nodelists = ()

    def __init__(self, node: URLNode) -> None:
        self.node = node
        self.addresses: dict[str, SafeString] = {}

    def render(self, context: template.Context) -> SafeString:
        """Return the address below the path at which the product is served."""
        prefix = get_script_prefix()
        address = self.addresses.get(prefix)
        if address is None:
            # Escaped by the tag, and made of nothing that anybody typed.
            address = self.addresses[prefix] = mark_safe(self.node.render(context))  # noqa: S308
        return address


def kept_if_fixed(node: template.Node) -> template.Node:
    """Return a node that is written once, if what it writes depends on no variable."""
    if isinstance(node, TranslateNode) and is_fixed_text(node):
        return KeptTranslation(node)
    if isinstance(node, URLNode) and is_fixed_address(node):
        return KeptAddress(node)
    return node


def is_fixed_text(node: TranslateNode) -> bool:
    """Whether a text is a literal, said as it is and not kept for later."""
    return is_literal(node.filter_expression) and not (
        node.noop or node.asvar or node.message_context
    )


def is_fixed_address(node: URLNode) -> bool:
    """Whether an address has a fixed name, no arguments, and is written where it stands."""
    return is_literal(node.view_name) and not (node.args or node.kwargs or node.asvar)


def is_literal(expression: template.base.FilterExpression) -> bool:
    """Whether a template names a text itself, without a filter."""
    return not expression.filters and getattr(expression.var, "lookups", None) is None
