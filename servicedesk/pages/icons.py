"""Which icons the product uses, and how one is written into a page."""

import re
from collections.abc import Iterable
from html import escape
from pathlib import Path

ICON_TAG = re.compile(r"""{%\s*icon\s+["']([a-z0-9-]+)["']""")

# Icons whose name a view or a component hands to the tag as a value.
CHOSEN_AT_RUN_TIME = frozenset(
    {
        "alarm-clock",
        "archive",
        "arrow-right-left",
        "at-sign",
        "badge-check",
        "book-open-text",
        "building",
        "building-2",
        "bell",
        "bookmark",
        "calendar-check",
        "calendar-clock",
        "circle-check",
        "circle-dot",
        "circle-pause",
        "circle-question-mark",
        "circle-x",
        "clipboard-list",
        "clock",
        "corner-up-left",
        "file-text",
        "flag",
        "flame",
        "globe",
        "hammer",
        "history",
        "inbox",
        "key-round",
        "link",
        "lock",
        "mail",
        "megaphone",
        "merge",
        "message-circle-reply",
        "message-square",
        "message-square-text",
        "messages-square",
        "milestone",
        "monitor",
        "package",
        "palette",
        "pencil",
        "phone",
        "phone-incoming",
        "phone-outgoing",
        "play",
        "plug",
        "reply",
        "route",
        "search",
        "send",
        "settings",
        "shield-check",
        "smile",
        "sparkles",
        "split",
        "tag",
        "triangle-alert",
        "unlink",
        "user-check",
        "user-round-check",
        "user-x",
        "users",
        "users-round",
        "waypoints",
        "webhook",
        "workflow",
        "wrench",
        "zap",
    }
)


def icon_names_in(templates: Iterable[Path]) -> set[str]:
    """Return the names of all icons that the given template files ask for by name."""
    names: set[str] = set()
    for template in templates:
        names.update(ICON_TAG.findall(template.read_text(encoding="utf-8")))
    return names


def icon_markup(name: str, *, sprite_url: str, size: int = 16, css_class: str = "") -> str:
    """Return the SVG that shows one icon of the sprite; it is decoration, so readers skip it."""
    classes = f"i {css_class}".strip()
    return (
        f'<svg class="{escape(classes)}" width="{size}" height="{size}" aria-hidden="true">'
        f'<use href="{escape(sprite_url)}#{escape(name)}"/></svg>'
    )
