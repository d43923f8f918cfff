"""Tags and filters of the look: icons, avatars, moments and spans. They ask no data."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from html import escape
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from servicedesk.pages.case_rows import case_rows_markup
from servicedesk.pages.icons import icon_markup
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


@register.simple_tag
def icon(name: str, size: int = 16, css_class: str = "") -> SafeString:
    """Write one icon of the sprite."""
    return _icon(name, size, css_class, sprite_url())


@register.simple_tag
def case_rows(
    cases: list[dict[str, Any]], current_number: int | None = None, may_choose: bool = False
) -> SafeString:
    """Write the rows of a list of cases."""
    return case_rows_markup(
        cases, current_number=current_number or None, may_choose=bool(may_choose)
    )


@register.simple_tag
def choices(options: Iterable[Mapping[str, Any]] | None, chosen: object = "") -> SafeString:
    """Write the options of a select; there may be two hundred colleagues."""
    kept = str(chosen)
    written = [
        f'<option value="{escape(str(option["value"]))}"'
        f"{' selected' if str(option['value']) == kept else ''}>{escape(str(option['label']))}</option>"
        for option in options or ()
    ]
    # Every part was escaped.
    return mark_safe("\n".join(written))  # noqa: S308


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


@register.filter
def sentences(said: object) -> str:
    """Write what is wrong with a field: one sentence, or several as one text."""
    if not said:
        return ""
    if isinstance(said, str):
        return said
    return " ".join(str(one) for one in said) if isinstance(said, Iterable) else str(said)


@register.simple_tag
def moment(at: datetime | None) -> str:
    """Write a time as people say it, in the current time zone: today by hour, else with the day."""
    if at is None:
        return ""
    place = (timezone.get_current_timezone_name(), get_language() or "")
    return _moment(timezone.localtime(at), timezone.localdate(), place)


@lru_cache(maxsize=4096)
def _moment(local: datetime, today: date, _place: tuple[str, str]) -> SafeString:
    """Write a local time, kept for zone and language: moments are equal across zones."""
    if local.date() == today:
        said = date_format(local, "H:i")
    elif local.date() == today - timedelta(days=1):
        said = _("yesterday %(time)s") % {"time": date_format(local, "H:i")}
    elif local.year == today.year:
        said = date_format(local, "j M H:i")
    else:
        said = date_format(local, "j M Y")
    full = date_format(local, "l j F Y H:i")
    return format_html('<time datetime="{}" title="{}">{}</time>', local.isoformat(), full, said)


@register.simple_tag
def day(at: datetime | None) -> str:
    """Write the day of a time as people say it, in the current time zone."""
    if at is None:
        return ""
    local, today = timezone.localtime(at), timezone.localdate()
    if local.date() == today:
        said = _("Today")
    elif local.year == today.year:
        said = date_format(local, "D j M")
    else:
        said = date_format(local, "j M Y")
    return format_html('<time datetime="{}">{}</time>', local.date().isoformat(), said)
