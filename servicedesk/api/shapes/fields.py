"""What every shape is built from: strict input, plain output, pages, refusals."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from rest_framework import serializers

from servicedesk.api.shapes.field_words import NO_OBJECT, speak_plainly

LONGEST_TEXT = 200_000
LARGEST_NUMBER = 10**15
MOST_ROWS = 200

Shown = serializers.Serializer[Any]


class Taken(serializers.Serializer[Any]):
    """Fields that a program sends. A field that is not there is refused by its name."""

    default_error_messages: ClassVar[dict[str, Any]] = {"invalid": NO_OBJECT}

    def get_fields(self) -> dict[str, Any]:
        """Return the fields, each of which refuses in our words."""
        fields: dict[str, Any] = super().get_fields()
        speak_plainly(fields.values())
        return fields

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """Return the fields, checked; nothing at all is refused like anything else."""
        if data is None and not self.allow_null:
            raise serializers.ValidationError({"non_field_errors": [NO_OBJECT]})
        return super().run_validation(data)

    def to_internal_value(self, data: Any) -> Any:
        """Return the fields, checked; a misspelt one never passes for one that was left out."""
        if isinstance(data, Mapping):
            unknown = sorted(str(name) for name in data if name not in self.fields)
            if unknown:
                known = ", ".join(sorted(self.fields)) or _("none")
                raise serializers.ValidationError(
                    {
                        name[:80]: [
                            _("There is no such field. There are: %(known)s.") % {"known": known}
                        ]
                        for name in unknown[:20]
                    }
                )
        return super().to_internal_value(data)


class Nothing(Taken):
    """No field at all."""


def version_field() -> serializers.IntegerField:
    """Return the field that says which version the caller has read."""
    return serializers.IntegerField(
        required=False,
        allow_null=True,
        default=None,
        min_value=0,
        max_value=2**31 - 1,
        help_text="The version that was read; the change is refused if there is a newer one.",
    )


class Versioned(Taken):
    """A change of something that others may change too; the header If-Match says the same."""

    version = version_field()


class Listing(Taken):
    """How a list is asked for."""

    limit = serializers.IntegerField(
        required=False, min_value=1, max_value=MOST_ROWS, help_text="Rows of a page; 50 by default."
    )
    after = serializers.CharField(
        required=False, max_length=200, help_text="Where a page begins, as `next` names it."
    )


def words(
    *, longest: int = LONGEST_TEXT, is_needed: bool = False, says: str = ""
) -> serializers.CharField:
    """Return a field for text; an optional one is empty when it is not sent."""
    if is_needed:
        return serializers.CharField(max_length=longest, help_text=says)
    return serializers.CharField(
        max_length=longest, required=False, allow_blank=True, default="", help_text=says
    )


def number(*, is_needed: bool = True, says: str = "") -> serializers.IntegerField:
    """Return a field for the number or id of a record; an optional one is null when not sent."""
    if is_needed:
        return serializers.IntegerField(min_value=1, max_value=LARGEST_NUMBER, help_text=says)
    return serializers.IntegerField(
        min_value=1,
        max_value=LARGEST_NUMBER,
        required=False,
        allow_null=True,
        default=None,
        help_text=says,
    )


def choice(*values: str, default: str | None = None, says: str = "") -> serializers.ChoiceField:
    """Return a field that holds one of some codes."""
    if default is None:
        return serializers.ChoiceField(choices=list(values), help_text=says)
    return serializers.ChoiceField(choices=list(values), default=default, help_text=says)


def anyway() -> serializers.BooleanField:
    """Return a field by which a caller sends what the guard only warns of."""
    return serializers.BooleanField(
        default=False,
        help_text=(
            "Send it although the guard warns (409 `guard_warns`, with the rules); what the guard "
            "stops (`guard_stops`) is not sent whatever stands here."
        ),
    )


def shown(source: str) -> serializers.CharField:
    """Return a field that shows a text from elsewhere, or null."""
    return serializers.CharField(source=source, read_only=True, allow_null=True)


def text_shown() -> serializers.CharField:
    """Return a field that shows a text."""
    return serializers.CharField(read_only=True)


def number_shown(*, is_nullable: bool = False) -> serializers.IntegerField:
    """Return a field that shows a whole number."""
    return serializers.IntegerField(read_only=True, allow_null=is_nullable)


def time_shown(*, is_nullable: bool = False) -> serializers.DateTimeField:
    """Return a field that shows a moment, ISO 8601 in UTC."""
    return serializers.DateTimeField(read_only=True, allow_null=is_nullable)


def yes_shown() -> serializers.BooleanField:
    """Return a field that shows yes or no."""
    return serializers.BooleanField(read_only=True)


class ProblemDocument(Shown):
    """A refusal (RFC 9457): `code` to act on, two sentences to read."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(allow_blank=True)
    code = serializers.CharField()
    rules = serializers.ListField(
        child=serializers.CharField(),
        required=False,
        help_text="Codes of the guard's rules that speak against a message, if it does.",
    )
    errors = serializers.DictField(  # type: ignore[assignment]
        required=False, help_text="What is wrong with each field, if fields are wrong."
    )
