"""What does not fit into a field that a program sends, in our words."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy
from rest_framework import serializers

from servicedesk.pages.field_words import (
    EMPTY,
    NO_NUMBER,
    NO_TEXT,
    TOO_LARGE,
    TOO_LONG,
    TOO_SHORT,
    TOO_SMALL,
)

EVERYWHERE: dict[str, Any] = {
    "required": gettext_lazy("It is missing. Send it."),
    "null": gettext_lazy("Null is no value here. Send one, or leave the field out."),
    "blank": EMPTY,
    "invalid_choice": gettext_lazy("“{input}” is none of the choices. Send one that is."),
    "max_string_length": gettext_lazy("This is far too long for a number. Send a shorter one."),
    "not_a_list": gettext_lazy("This is no list. Send one in square brackets."),
    "not_a_dict": gettext_lazy("This is no object. Send one in braces."),
    "empty": gettext_lazy("The list is empty. Send at least one."),
    "date": gettext_lazy("This is a day without a time. Send both."),
    "datetime": gettext_lazy("This is a moment. Send the day alone, like 2026-11-22."),
    "make_aware": gettext_lazy("There is no such moment in this time zone. Send another one."),
    "overflow": gettext_lazy("This moment lies too far away. Send one nearer to today."),
    "no_name": gettext_lazy("The file has no name. Send it with one."),
    "max_length": gettext_lazy("This is too long. Send at most {max_length}."),
    "min_length": gettext_lazy("This is too short. Send at least {min_length}."),
}
NO_OBJECT = gettext_lazy("This is no object. Send one in braces.")
OF_KIND: tuple[tuple[type[Any], Any], ...] = (
    (serializers.BooleanField, gettext_lazy("This is neither true nor false. Send one of them.")),
    (serializers.IntegerField, NO_NUMBER),
    (serializers.DecimalField, gettext_lazy("This is no number. Send one like 12.5.")),
    (serializers.FloatField, gettext_lazy("This is no number. Send one like 12.5.")),
    (
        serializers.DateTimeField,
        gettext_lazy("This is no moment. Send it with a zone, like 2026-11-22T14:30:00Z."),
    ),
    (serializers.DateField, gettext_lazy("This is no day. Send it like 2026-11-22.")),
    (serializers.TimeField, gettext_lazy("This is no time. Send it like 14:30.")),
    (serializers.FileField, gettext_lazy("This is no file. Send it as multipart/form-data.")),
    (
        serializers.EmailField,
        gettext_lazy("This is no mail address. Send one like ingrid@example.org."),
    ),
    (serializers.URLField, gettext_lazy("This is no address. Send one with https://.")),
    (serializers.CharField, gettext_lazy("This is no text. Send a string.")),
    (serializers.BaseSerializer, NO_OBJECT),
)
# The validators of Django hold their sentence themselves.
BY_VALIDATOR = {
    "max_length": TOO_LONG,
    "min_length": TOO_SHORT,
    "max_value": TOO_LARGE,
    "min_value": TOO_SMALL,
    "null_characters_not_allowed": NO_TEXT,
    "surrogate_characters_not_allowed": NO_TEXT,
}


OF_A_LIST = {
    "max_length": gettext_lazy("There are %(show_value)d. Send at most %(limit_value)d."),
    "min_length": gettext_lazy("There are %(show_value)d. Send at least %(limit_value)d."),
}


def speak_plainly(fields: Iterable[Any]) -> None:
    """Let fields refuse in our words, those within lists and objects too."""
    for field in fields:
        field.error_messages.update(
            {code: words for code, words in EVERYWHERE.items() if code in field.error_messages}
        )
        for kind, words in OF_KIND:
            if isinstance(field, kind) and "invalid" in field.error_messages:
                field.error_messages["invalid"] = words
                break
        is_list = isinstance(field, serializers.ListField)
        by_validator = BY_VALIDATOR | OF_A_LIST if is_list else BY_VALIDATOR
        for validator in field.validators:
            code = str(getattr(validator, "code", ""))
            words = field.error_messages["invalid"] if code == "invalid" else by_validator.get(code)
            if words is not None:
                validator.message = words
        child = getattr(field, "child", None)
        if child is not None:
            speak_plainly([child])
