"""The rows of a list of cases as markup; the template is agent/case_row.html."""

from typing import Any

from django.utils.safestring import SafeString

from servicedesk.pages.stencils import Row, written

TEMPLATE = "agent/case_row.html"


def case_rows_markup(
    cases: list[dict[str, Any]], *, current_number: int | None, may_choose: bool
) -> SafeString:
    """Return rows (see servicedesk.pages.queues) as markup."""
    return written(
        TEMPLATE,
        [
            row(case, is_current=case["number"] == current_number, may_choose=may_choose)
            for case in cases
        ],
    )


def row(case: dict[str, Any], *, is_current: bool, may_choose: bool) -> Row:
    """Return the shape of a row and its values."""
    clock = case["clock"]
    problem = "suggested" if case["problem_is_suggested"] else "linked"
    shape = (
        ("unread", bool(case["unread"])),
        ("clock", clock.state if clock else ""),
        ("is_due", bool(clock and clock.due_at)),
        ("problem", problem if case["problem"] else ""),
        ("is_current", is_current),
        ("may_choose", may_choose),
    )
    if clock is None:
        return Row(shape, case)
    return Row(
        shape,
        {
            **case,
            "promise": clock.promise,
            "words": clock.words,
            "percent": clock.percent,
            "second": clock.due_second,
        },
    )
