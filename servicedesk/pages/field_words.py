"""What does not fit into a field, in our words: what is so, and what to do."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

EMPTY = gettext_lazy("This is empty. Write something first.")
NOT_CHOSEN = gettext_lazy("Nothing is chosen. Choose one of the list.")
NOT_IN_LIST = gettext_lazy("This is not in the list. Choose one that is.")
NO_NUMBER = gettext_lazy("This is no whole number. Write one like 12.")
NO_TEXT = gettext_lazy("There is a character that no text can hold. Write it again without it.")
TOO_LONG = gettext_lazy(
    "This is too long: %(show_value)d characters. Write at most %(limit_value)d."
)
TOO_SHORT = gettext_lazy(
    "This is too short: %(show_value)d characters. Write at least %(limit_value)d."
)
TOO_LARGE = gettext_lazy("This is too large. Write at most %(limit_value)s.")
TOO_SMALL = gettext_lazy("This is too small. Write at least %(limit_value)s.")

EVERYWHERE = {
    "required": EMPTY,
    "max_length": TOO_LONG,
    "min_length": TOO_SHORT,
    "max_value": TOO_LARGE,
    "min_value": TOO_SMALL,
    "null_characters_not_allowed": NO_TEXT,
    "invalid_choice": NOT_IN_LIST,
}
# The nearest kind of a field goes first.
OF_KIND: tuple[tuple[type[forms.Field], dict[str, Any]], ...] = (
    (forms.IntegerField, {"invalid": NO_NUMBER}),
    (forms.DateField, {"invalid": gettext_lazy("This is no day. Write it like 2026-11-22.")}),
    (
        forms.DateTimeField,
        {"invalid": gettext_lazy("This is no day with a time. Write it like 2026-11-22 14:30.")},
    ),
    (forms.TimeField, {"invalid": gettext_lazy("This is no time. Write it like 14:30.")}),
    (
        forms.EmailField,
        {"invalid": gettext_lazy("This is no mail address. Write it like ingrid@example.org.")},
    ),
    (forms.RegexField, {"invalid": gettext_lazy("This cannot be meant. Choose it on the page.")}),
    (
        forms.MultipleChoiceField,
        {"required": NOT_CHOSEN, "invalid_list": NOT_CHOSEN},
    ),
    (forms.ChoiceField, {"required": NOT_CHOSEN}),
    (
        forms.BooleanField,
        {"required": gettext_lazy("This is not ticked. Tick it if it is so.")},
    ),
)


def speak_plainly(fields: dict[str, forms.Field]) -> None:
    """Let fields refuse in our words; what a field says by itself stays."""
    for field in fields.values():
        theirs = words_of_framework(type(field))
        ours = EVERYWHERE | next((words for kind, words in OF_KIND if isinstance(field, kind)), {})
        for code, words in ours.items():
            if field.error_messages.get(code, theirs.get(code)) == theirs.get(code):
                field.error_messages[code] = words


def words_of_framework(kind: type[forms.Field]) -> dict[str, Any]:
    """Return what Django would say of a kind of field."""
    messages: dict[str, Any] = {}
    for each in reversed(kind.__mro__):
        messages.update(getattr(each, "default_error_messages", {}))
    return messages
