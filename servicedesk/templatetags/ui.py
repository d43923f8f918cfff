"""Tags and filters of the look: icons, avatars, moments and spans. They ask no data."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import cache, lru_cache
from typing import Any

from django import template
from django.template.defaulttags import csrf_token, url
from django.templatetags.i18n import do_translate
from django.templatetags.static import do_static, static
from django.utils.safestring import SafeString, mark_safe

from servicedesk.pages.case_frame import (
    composer_markup,
    head_markup,
    options_markup,
    promise_markup,
)
from servicedesk.pages.case_rows import case_rows_markup
from servicedesk.pages.icons import icon_markup
from servicedesk.pages.kept_tags import KeptPart, kept_if_fixed
from servicedesk.pages.moments import day, moment
from servicedesk.pages.queue_links import queue_links_markup
from servicedesk.pages.said_rows import earlier_markup, history_markup, messages_markup
from servicedesk.pages.sentences import sentences
from servicedesk.pages.signs import hue_of, initials_of
from servicedesk.pages.spans import span_in_words

register = template.Library()


@lru_cache(maxsize=512)
def _icon(name: str, size: int, css_class: str, sprite_url: str) -> SafeString:
    """Return the markup of an icon; pages show the same few hundreds of times."""
    # Every part was escaped by icon_markup.
    return mark_safe(  # noqa: S308
        icon_markup(name, sprite_url=sprite_url, size=size, css_class=css_class)
    )


@cache
def sprite_url() -> str:
    """Return the address of the sprite: asked hundreds of times a page, the same till the end."""
    return static("build/icons.svg")


class IconNode(template.Node):
    """Writes an icon. What the template names itself never changes, so it is written once."""

    def __init__(self, parts: list[template.base.FilterExpression]) -> None:
        self.parts = parts
        # Texts and numbers have nothing to look up.
        self.is_fixed = all(getattr(part.var, "lookups", None) is None for part in parts)
        self.kept: SafeString | None = None

    def render(self, context: template.Context) -> SafeString:
        """Return the markup of the icon."""
        if self.kept is not None:
            return self.kept
        markup = icon(*[part.resolve(context) for part in self.parts])
        if self.is_fixed:
            self.kept = markup
        return markup


@register.tag("icon")
def icon_tag(parser: template.base.Parser, token: template.base.Token) -> IconNode:
    """Write one icon of the sprite: its name, size and class."""
    return IconNode([parser.compile_filter(part) for part in token.split_contents()[1:]])


@register.tag("translate")
def translate_tag(parser: template.base.Parser, token: template.base.Token) -> template.Node:
    """Write a text in the reader's language, as Django's tag does; looked up once for each."""
    return kept_if_fixed(do_translate(parser, token))


@register.tag("url")
def url_tag(parser: template.base.Parser, token: template.base.Token) -> template.Node:
    """Write an address, as Django's tag does; what it has besides numbers is looked up once."""
    return kept_if_fixed(url(parser, token))


@register.tag("static")
def static_tag(parser: template.base.Parser, token: template.base.Token) -> template.Node:
    """Write the address of a file, as Django's tag does; looked up once."""
    return kept_if_fixed(do_static(parser, token))


@register.tag("csrf_token")
def csrf_token_tag(parser: template.base.Parser, token: template.base.Token) -> template.Node:
    """Write the hidden field against forged requests, as Django's tag does."""
    return kept_if_fixed(csrf_token(parser, token))


@register.tag("kept")
def kept_tag(parser: template.base.Parser, token: template.base.Token) -> KeptPart:
    """Write what stands until `endkept` once for each of the values named here."""
    values = [parser.compile_filter(part) for part in token.split_contents()[1:]]
    nodelist = parser.parse(("endkept",))
    parser.delete_first_token()
    return KeptPart(nodelist, values=values)


def icon(name: str, size: int = 16, css_class: str = "") -> SafeString:
    """Return the markup of one icon of the sprite."""
    return _icon(name, size, css_class, sprite_url())


def page_in(context: template.Context) -> dict[str, Any]:
    """Return the variables of a page."""
    flat: dict[Any, Any] = context.flatten()
    return flat


@register.simple_tag(takes_context=True)
def case_head(context: template.Context) -> SafeString:
    """Write the case above its conversation."""
    return head_markup(page_in(context))


@register.simple_tag(takes_context=True)
def case_composer(context: template.Context) -> SafeString:
    """Write where a case is answered."""
    return composer_markup(page_in(context))


@register.simple_tag(takes_context=True)
def promise_form(context: template.Context) -> SafeString:
    """Write where something is promised to the customer of a case."""
    return promise_markup(page_in(context))


@register.simple_tag
def messages_said(messages: Iterable[Mapping[str, Any]]) -> SafeString:
    """Write the messages and events of a conversation."""
    return messages_markup(messages)


@register.simple_tag
def history_entries(entries: Iterable[Mapping[str, Any]]) -> SafeString:
    """Write the entries of a history."""
    return history_markup(entries)


@register.simple_tag
def earlier_cases(cases: Iterable[Mapping[str, Any]]) -> SafeString:
    """Write other cases of a customer."""
    return earlier_markup(cases)


@register.simple_tag
def case_rows(
    cases: list[dict[str, Any]], current_number: int | None = None, may_choose: bool = False
) -> SafeString:
    """Write the rows of a list of cases."""
    return case_rows_markup(
        cases, current_number=current_number or None, may_choose=bool(may_choose)
    )


@register.simple_tag
def queue_links(groups: Iterable[Mapping[str, Any]]) -> SafeString:
    """Write the list of queues."""
    return queue_links_markup(groups)


@register.simple_tag
def choices(options: Iterable[Mapping[str, Any]] | None, chosen: object = "") -> SafeString:
    """Write the options of a select; there may be two hundred colleagues."""
    return options_markup(options or (), chosen=str(chosen))


@register.filter
def initials(name: object) -> str:
    """Return the one or two letters of a person's avatar."""
    return initials_of(str(name or ""))


@register.filter
def hue(name: object) -> str:
    """Return the hue that always belongs to this name."""
    return hue_of(str(name))


@register.filter
def span(length: timedelta | None) -> str:
    """Write a span in at most two units."""
    return "" if length is None else span_in_words(length)


register.filter(sentences)
register.simple_tag(moment)
register.simple_tag(day)
