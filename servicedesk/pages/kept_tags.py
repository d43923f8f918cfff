"""Tags of templates whose text is the same for all who read one language, written once for each."""

from html import escape
from typing import Any

from django import template
from django.conf import settings
from django.template.base import TextNode
from django.template.defaulttags import CsrfTokenNode, URLNode
from django.template.loader_tags import BLOCK_CONTEXT_KEY, BlockNode
from django.templatetags.i18n import TranslateNode
from django.templatetags.static import StaticNode
from django.urls import NoReverseMatch
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from servicedesk.pages.addresses import address, where_served


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
        self.addresses: dict[tuple[str, str], SafeString] = {}

    def render(self, context: template.Context) -> SafeString:
        """Return the address below the path at which the product is served."""
        where = where_served()
        address = self.addresses.get(where)
        if address is None:
            # Escaped by the tag, and made of nothing that anybody typed.
            address = self.addresses[where] = mark_safe(self.node.render(context))  # noqa: S308
        return address


class NumberedAddress(template.Node):
    """The address of a view whose arguments are numbers, mostly that of a case."""

    child_nodelists = ()

    def __init__(self, node: URLNode) -> None:
        self.node = node
        self.name = str(node.view_name.var)

    def render(self, context: template.Context) -> str:
        """Return the address, or put it where the template wants it."""
        numbers = [argument.resolve(context) for argument in self.node.args]
        if any(type(number) is not int for number in numbers):
            found: str = self.node.render(context)
            return found
        try:
            # Made of names of ours and numbers.
            made = mark_safe(address(self.name, *numbers))  # noqa: S308
        except NoReverseMatch:
            # Django's tag is silent if the template asked for a name, and raises otherwise.
            silent: str = self.node.render(context)
            return silent
        if self.node.asvar is None:
            return made
        context[self.node.asvar] = made
        return ""


class KeptFile(template.Node):
    """The address of a file of ours, the same till the program ends."""

    child_nodelists = ()

    def __init__(self, node: StaticNode) -> None:
        self.node = node
        self.found: SafeString | None = None

    def render(self, context: template.Context) -> SafeString:
        """Return the address; Django's tag escapes it."""
        if self.found is None:
            self.found = mark_safe(self.node.render(context))  # noqa: S308
        return self.found


class TokenField(template.Node):
    """The hidden field of a form that proves where the form came from."""

    child_nodelists = ()

    def __init__(self, node: CsrfTokenNode) -> None:
        self.node = node

    def render(self, context: template.Context) -> str:
        """Return the field as Django's tag does, without a pattern; its tag warns of no token."""
        token = str(context.get("csrf_token") or "")
        if not token:
            missing: str = self.node.render(context)
            return missing
        if token == "NOTPROVIDED":  # noqa: S105 - what Django says where no form is meant
            return ""
        return f'<input type="hidden" name="csrfmiddlewaretoken" value="{escape(token)}">'


class KeptPart(template.Node):
    """A part of a page that is written once for each of the values that decide how it looks.

    What pages put into blocks within it decides too: nothing is kept if they put in more than text.
    """

    child_nodelists = ("nodelist",)
    most_kept = 256

    def __init__(
        self, nodelist: template.NodeList, *, values: list[template.base.FilterExpression]
    ) -> None:
        self.nodelist, self.values = nodelist, values
        self.blocks: list[Any] = list(nodelist.get_nodes_by_type(BlockNode))
        self.kept: dict[tuple[object, ...], SafeString] = {}

    def render(self, context: template.Context) -> SafeString:
        """Return the part as it was written for the same values, else write it."""
        filled = self.filled_blocks(context)
        if not all(isinstance(node, TextNode) for block in filled for node in block.nodelist):
            return self.nodelist.render(context)
        decided = [str(value.resolve(context)) for value in self.values]
        key = (get_language(), where_served(), *decided, *filled)
        text = self.kept.get(key)
        if text is None:
            if len(self.kept) >= self.most_kept:
                self.kept.clear()
            text = self.kept[key] = self.nodelist.render(context)
        return text

    def filled_blocks(self, context: template.Context) -> list[Any]:
        """Return the blocks within it as the page fills them."""
        filled = context.render_context.get(BLOCK_CONTEXT_KEY)
        if filled is None:
            return self.blocks
        return [filled.get_block(block.name) for block in self.blocks]


def kept_if_fixed(node: template.Node) -> template.Node:
    """Return a node that is written once, if what it writes depends on no variable."""
    if isinstance(node, TranslateNode) and is_fixed_text(node):
        return KeptTranslation(node) if settings.USE_I18N else said_once(node)
    if isinstance(node, URLNode) and is_literal(node.view_name) and not node.kwargs:
        return NumberedAddress(node) if node.args or node.asvar else KeptAddress(node)
    if isinstance(node, StaticNode) and is_literal(node.path) and node.varname is None:
        return KeptFile(node)
    return TokenField(node) if isinstance(node, CsrfTokenNode) else node


def said_once(node: TranslateNode) -> TextNode:
    """Return a text as it stands in the template: where there is one language, it never changes."""
    return TextNode(node.render(template.Context()))


def is_fixed_text(node: TranslateNode) -> bool:
    """Whether a text is a literal, said as it is and not kept for later."""
    return is_literal(node.filter_expression) and not (
        node.noop or node.asvar or node.message_context
    )


def is_literal(expression: template.base.FilterExpression) -> bool:
    """Whether a template names a text itself, without a filter."""
    return not expression.filters and getattr(expression.var, "lookups", None) is None
