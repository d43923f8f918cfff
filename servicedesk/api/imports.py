"""Imports from files for programs: hand a table in, see what would happen, take it or leave it."""

from typing import Any

from customers.file_imports import (
    begin_import,
    drop_import,
    hand_in,
    import_numbered,
    refused_lines,
    visible_imports,
)
from customers.import_sorts import SORTS
from servicedesk.api.base import TokenView
from servicedesk.api.operations import operation, page_shape
from servicedesk.api.paging import address_after, one, page_of, shaped
from servicedesk.api.shapes import imports as shapes
from servicedesk.api.shapes.fields import Listing
from servicedesk.pages.paging import id_in
from workflow.people.permissions import Permission

Fields = dict[str, Any]
IMPORTS = (Permission.IMPORT_CASES,)
BY_NUMBER = ("number",)
PAGE = 50
TAG = "Imports"


class ImportSorts(TokenView):
    """What files may be about."""

    @operation(
        "list_import_sorts", any_of=IMPORTS, gives=page_shape(shapes.ImportSortShape), tag=TAG
    )
    def get(self) -> Any:
        """List what may be imported, with the columns of each and one line as an example."""
        mine = [sort for sort in SORTS if sort.is_for(self.actor)]
        return {"results": shaped(shapes.ImportSortShape)(mine), "next": None}


class Imports(TokenView):
    """Files that were handed in."""

    @operation(
        "list_imports",
        any_of=IMPORTS,
        filters=Listing,
        gives=page_shape(shapes.FileImportShape),
        tag=TAG,
    )
    def get(self) -> Any:
        """List imports from files, newest first."""
        return page_of(visible_imports(self.actor), self, shape=shaped(shapes.FileImportShape))

    @operation(
        "hand_in_file",
        any_of=IMPORTS,
        takes=shapes.ImportFileWish,
        gives=shapes.FileImportShape,
        status=201,
        tag=TAG,
    )
    def post(self, fields: Fields) -> Any:
        """Hand in a table; it is looked at, and nothing is imported yet."""
        found = hand_in(
            sort=fields["sort"],
            content=fields["text"].encode(),
            file_name=fields["name"],
            actor=self.actor,
            at=self.at,
        )
        return one(shapes.FileImportShape, found)


class OneImport(TokenView):
    """One file."""

    @operation("read_import", any_of=IMPORTS, gives=shapes.FileImportShape, path=BY_NUMBER, tag=TAG)
    def get(self, number: int) -> Any:
        """Read how far a file is, what would become of its lines and what became."""
        return one(shapes.FileImportShape, import_numbered(number, actor=self.actor))


class BeginImport(TokenView):
    """The yes to a file that was looked at."""

    @operation(
        "begin_import", any_of=IMPORTS, gives=shapes.FileImportShape, path=BY_NUMBER, tag=TAG
    )
    def post(self, _fields: Fields, number: int) -> Any:
        """Take the lines that were not refused; a large file goes on in the background."""
        found = begin_import(number=number, actor=self.actor, at=self.at)
        return one(shapes.FileImportShape, found)


class DropImport(TokenView):
    """The no to a file that was looked at."""

    @operation("drop_import", any_of=IMPORTS, gives=shapes.FileImportShape, path=BY_NUMBER, tag=TAG)
    def post(self, _fields: Fields, number: int) -> Any:
        """Leave a file; no more of it is imported, and its lines are forgotten."""
        found = drop_import(number=number, actor=self.actor, at=self.at)
        return one(shapes.FileImportShape, found)


class RefusedOfImport(TokenView):
    """What of a file was refused."""

    @operation(
        "list_refused_lines",
        any_of=IMPORTS,
        filters=Listing,
        gives=page_shape(shapes.RefusedOfFileShape),
        path=BY_NUMBER,
        tag=TAG,
    )
    def get(self, number: int) -> Any:
        """List the refused lines of a file by their number, each with why and what to do."""
        found = import_numbered(number, actor=self.actor)
        limit, after = self.asked.get("limit", PAGE), id_in(self.asked.get("after", ""))
        lines = refused_lines(found, limit=limit + 1, after=after or 0)
        last = lines[limit - 1]["number"] if len(lines) > limit else None
        return {
            "results": shaped(shapes.RefusedOfFileShape)(lines[:limit]),
            "next": address_after(last, self.request) if last else None,
        }
