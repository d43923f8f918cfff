"""Shapes of imports from files: what may be imported, a file, what becomes of its lines."""

from rest_framework import serializers

from customers.file_imports import COUNTED
from servicedesk.api.shapes.fields import (
    Shown,
    Taken,
    number_shown,
    text_shown,
    time_shown,
    words,
)

LONGEST_FILE = 2_000_000


class ImportSortShape(Shown):
    """What a file may be about; `template` is a table with one line as an example."""

    sort = serializers.CharField(source="code", read_only=True)
    columns = serializers.ListField(child=serializers.CharField(), read_only=True)
    needed = serializers.ListField(child=serializers.CharField(), read_only=True)
    example = serializers.DictField(child=serializers.CharField(), read_only=True)


class ImportFileWish(Taken):
    """A table as text: CSV whose first line names its columns. Larger files by the page."""

    sort = words(longest=20, is_needed=True)
    name = words(longest=120, says="Name of the file, for people.")
    text = serializers.CharField(
        max_length=LONGEST_FILE, trim_whitespace=False, help_text="At most 2,000,000 characters."
    )


class LineCountsShape(Shown):
    """How many lines are new, changed, ended, unchanged and refused; empty before the look."""

    def get_fields(self) -> dict[str, serializers.Field]:  # type: ignore[type-arg]
        """Return a count for each thing that may become of a line."""
        return {code: serializers.IntegerField(read_only=True, default=0) for code in COUNTED}


class FileImportShape(Shown):
    """A file: how far it is, what would become of its lines and what became."""

    number = number_shown()
    sort = text_shown()
    name = serializers.CharField(source="file_name", read_only=True)
    state = serializers.CharField(
        read_only=True, help_text="checking, checked, importing, done or dropped"
    )
    lines = number_shown()
    parts = number_shown()
    parts_done = number_shown()
    expected = LineCountsShape(read_only=True)
    counts = LineCountsShape(read_only=True)
    made_at = time_shown()
    begun_at = time_shown()
    ended_at = time_shown()


class RefusedOfFileShape(Shown):
    """A refused line of a file: its number, its cells, why and what to do."""

    number = number_shown()
    fields_said = serializers.DictField(
        source="fields", child=serializers.CharField(), read_only=True
    )
    sentence = text_shown()
    next_step = text_shown()
