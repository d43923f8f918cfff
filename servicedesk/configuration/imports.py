"""Settings: customers and what they have from a file, looked at first and then taken."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from customers.file_imports import (
    UNDER_WAY,
    begin_import,
    drop_import,
    first_line_read,
    hand_in,
    import_numbered,
    is_stuck,
    refused_lines,
    visible_imports,
)
from customers.import_sorts import SORTS, NoSuchSort, Sort, sort_named
from customers.models import FileImport, ImportState
from customers.table_files import (
    BIGGEST_FILE,
    MOST_LINES,
    NOTES,
    WINDOWS,
    UnreadableFile,
    encoding_of,
    refuse_big,
)
from servicedesk.configuration.frame import NotFound, settings_page
from servicedesk.configuration.subjects import Subject, subjects_named
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.pages.paging import cursor_of, id_in
from servicedesk.pages.spreadsheets import as_cell, csv_answer
from workflow.people.actors import ActorKind
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

ROWS = 20
SHOWN_REFUSED = 50
LOOK_AGAIN_SECONDS = 3
MEGABYTE = 1_000_000
KIND_OF_ACTOR = {ActorKind.USER: "user", ActorKind.TOKEN: "apitoken"}
STATES: Mapping[ImportState, tuple[Callable[[], str], str]] = {
    ImportState.CHECKING: (lambda: _("being looked at"), "waiting"),
    ImportState.CHECKED: (lambda: _("waits for your yes"), "warning"),
    ImportState.IMPORTING: (lambda: _("being imported"), "waiting"),
    ImportState.DONE: (lambda: _("imported"), "good"),
    ImportState.DROPPED: (lambda: _("left"), "line"),
}


@staff(Permission.IMPORT_CASES)
def imports(request: StaffRequest) -> HttpResponse:
    """Show the imports and what may be imported, or take a file and look at it."""
    if request.method != "POST":
        return imports_page(request, chosen=request.GET.get("sort", ""))
    sort, sent = request.POST.get("sort", ""), request.FILES.get("file")
    try:
        if sent is None:
            raise UnreadableFile(
                _("No file was handed in."), next_step=_("Choose a file on your computer.")
            )
        refuse_big(sent.size or 0)
        content = sent.read()
        found = hand_in(
            sort=sort,
            content=content,
            file_name=sent.name or "",
            actor=request.actor,
            at=now(),
        )
    except (UnreadableFile, NoSuchSort) as refusal:
        return imports_page(request, chosen=sort, refusal=refusal, status=422)
    if encoding_of(content) == WINDOWS:
        messages.warning(
            request,
            _("The file is no UTF-8 and was read as Windows-1252: look at the letters."),
        )
    return redirect("settings:import", found.number)


@staff(Permission.IMPORT_CASES)
def one_import(request: StaffRequest, number: int) -> HttpResponse:
    """Show what would become of a file, how far it is or what became of it; begin it or leave it."""
    if request.method == "POST":
        return act(request, number)
    found = import_numbered(number, actor=request.actor)
    sort = sort_named(found.sort)
    is_going = found.state in UNDER_WAY
    names = subjects_named(actors_of([found]))
    refused = [] if is_going else refused_lines(found, limit=SHOWN_REFUSED + 1)
    shown = shown_import(found, names)
    answer = settings_page(
        request,
        "import",
        {
            "settings_page": "imports",
            "file": {
                **shown,
                "lines": found.lines,
                "to_take": sum(found.expected.get(code, 0) for code in ("new", "changed", "ended")),
                "percent": 100 * found.parts_done // max(1, found.parts),
                "begun_by": who(found.begun_by_kind, found.begun_by, names),
                "begun_at": found.begun_at,
                "ended_at": found.ended_at,
            },
            "expected": counts_shown(found.expected),
            "counts": counts_shown(found.counts),
            "refused": [refused_shown(line, sort) for line in refused[:SHOWN_REFUSED]],
            "has_more": len(refused) > SHOWN_REFUSED,
            "is_going": is_going,
            "may_leave": is_stuck(found, at=now()),
            "sample": line_shown(first_line_read(found), sort) if not found.begun_at else None,
        },
    )
    if is_going:
        answer["Refresh"] = str(LOOK_AGAIN_SECONDS)
    return answer


def act(request: StaffRequest, number: int) -> HttpResponse:
    """Begin the import of a file, or leave it.

    Raises:
        NotFound: the form asks for something else.
        NoSuchImport, NotToBeBegun: see customers.file_imports.
    """
    action = request.POST.get("action", "")
    if action == "begin":
        begin_import(number=number, actor=request.actor, at=now())
        return redirect("settings:import", number)
    if action != "drop":
        raise NotFound(_("This is not there."), next_step=_("Load the page again."))
    left = drop_import(number=number, actor=request.actor, at=now())
    if left.begun_at:
        messages.success(request, _("The file is left. What was imported of it stays."))
    else:
        messages.success(request, _("The file is left, and nothing of it was imported."))
    return redirect("settings:imports")


@require_safe
@staff(Permission.IMPORT_CASES)
def import_template(_request: StaffRequest, kind: str) -> HttpResponse:
    """Hand out a table with the columns of a sort and one line as an example."""
    found = sort_named(kind)
    lines = [found.columns, tuple(found.example.values())]
    return csv_answer(lines, name=f"{found.code}.csv")


@require_safe
@staff(Permission.IMPORT_CASES)
def import_refused(request: StaffRequest, number: int) -> HttpResponse:
    """Hand out the refused lines with their reasons; corrected, the file can be handed in again."""
    found = import_numbered(number, actor=request.actor)
    sort = sort_named(found.sort)
    lines: list[Sequence[Any]] = [(*NOTES, *sort.columns)]
    for line in refused_lines(found, limit=found.lines):
        said = [as_cell(str(line["fields"].get(name, ""))) for name in sort.columns]
        lines.append([line["number"], line["sentence"], line["next_step"], *said])
    return csv_answer(lines, name=f"import-{found.number}-refused.csv")


# ---- the pages -------------------------------------------------------------------------------


def imports_page(
    request: StaffRequest, *, chosen: str, refusal: Refusal | None = None, status: int = 200
) -> HttpResponse:
    """Return the list of imports, 20 each, the newest first; three queries."""
    sorts = [sort for sort in SORTS if sort.is_for(request.actor)]
    rows = visible_imports(request.actor).order_by("-number")
    after = id_in(request.GET.get("after", ""))
    if after is not None:
        rows = rows.filter(number__lt=after)
    found = list(rows[: ROWS + 1])
    names = subjects_named(actors_of(found[:ROWS]))
    return settings_page(
        request,
        "imports",
        {
            "imports": [shown_import(one, names) for one in found[:ROWS]],
            "next_url": f"?after={cursor_of(found[ROWS - 1].number)}" if len(found) > ROWS else "",
            "sorts": [sort_shown(sort, chosen=chosen) for sort in sorts],
            "problem": str(refusal) if refusal else "",
            "most_lines": f"{MOST_LINES:,}",
            "most_megabytes": BIGGEST_FILE // MEGABYTE,
        },
        status=status,
    )


def sort_shown(sort: Sort, *, chosen: str) -> dict[str, Any]:
    """Return what a choice of the form shows."""
    return {
        "code": sort.code,
        "label": sort.label(),
        "says": sort.says(),
        "columns": ", ".join(sort.columns),
        "template_href": reverse("settings:import_template", args=[sort.code]),
        "is_chosen": sort.code == chosen,
    }


def shown_import(found: FileImport, names: Mapping[tuple[str, int], Subject]) -> dict[str, Any]:
    """Return what a row shows, and the head of the page of one."""
    words, tone = STATES[ImportState(found.state)]
    counts = found.counts or found.expected
    return {
        "number": found.number,
        "sort": sort_named(found.sort).label(),
        "name": found.file_name,
        "by": who(found.made_by_kind, found.made_by, names),
        "at": found.made_at,
        "state": found.state,
        "state_words": words(),
        "tone": tone,
        "counts": counts_in_words(counts),
        "href": reverse("settings:import", args=[found.number]),
    }


def actors_of(found: Sequence[FileImport]) -> set[tuple[str, int]]:
    """Return the kinds and ids of those who handed files in or began their imports."""
    acted = {
        pair
        for one in found
        for pair in ((one.made_by_kind, one.made_by), (one.begun_by_kind, one.begun_by))
    }
    return {(KIND_OF_ACTOR[ActorKind(kind)], pk) for kind, pk in acted if kind in KIND_OF_ACTOR}


def who(kind: str, pk: int, names: Mapping[tuple[str, int], Subject]) -> str:
    """Return who acted, by name; empty where nobody did yet."""
    if not kind:
        return ""
    known = names.get((KIND_OF_ACTOR.get(ActorKind(kind), ""), pk))
    return known.label if known else _("The program")


def counts_shown(counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """Return each count with its word, in their order; nothing before anything was counted."""
    return [
        {"code": code, "label": words, "count": counts[code]}
        for code, words in count_words().items()
        if code in counts
    ]


def counts_in_words(counts: Mapping[str, int]) -> str:
    """Return the counts that are not zero as one line."""
    return " · ".join(
        f"{one['count']} {one['label']}" for one in counts_shown(counts) if one["count"]
    )


def count_words() -> dict[str, str]:
    """Return what may become of a line, in words."""
    return {
        "new": _("new"),
        "changed": _("changed"),
        "ended": _("ended"),
        "unchanged": _("unchanged"),
        "refused": _("refused"),
    }


def line_shown(line: Mapping[str, Any] | None, sort: Sort) -> dict[str, Any] | None:
    """Return a line as it was read: its number, and its cells that are not empty."""
    if line is None:
        return None
    cells = [str(line["fields"].get(name, "")) for name in sort.columns]
    return {"number": line["number"], "words": " · ".join(one for one in cells if one)[:200]}


def refused_shown(line: Mapping[str, Any], sort: Sort) -> dict[str, Any]:
    """Return a refused line: its number, what it says first, why and what to do."""
    first = next((str(line["fields"].get(name, "")) for name in sort.columns), "")
    return {
        "number": line["number"],
        "first": first[:60],
        "sentence": line["sentence"],
        "next_step": line["next_step"],
    }
