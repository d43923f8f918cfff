"""Journeys to draw: one that went backwards, short ones, long ones."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from servicedesk.pages.journey_picture import (
    Journey,
    PictureEstimate,
    PictureLeg,
    weekday_windows,
)

OSLO = ZoneInfo("Europe/Oslo")
NOW = datetime(2026, 11, 19, 14, 20, tzinfo=OSLO)
DEPARTMENTS = {
    "care": ("Customer Care", "petrol"),
    "billing": ("Billing Operations", "violet"),
    "payments": ("Payments Platform", "blue"),
    "finance": ("Finance Control", "olive"),
    "release": ("Release & Change", "rose"),
}


def november(day: int, hour: int, minute: int = 0) -> datetime:
    """Return a moment of the sample month."""
    return datetime(2026, 11, day, hour, minute, tzinfo=OSLO)


def leg(
    number: int,
    department: str,
    entered_at: datetime,
    acknowledged_at: datetime | None,
    left_at: datetime | None,
    title: str,
    **more: object,
) -> PictureLeg:
    """Return a leg of a known department."""
    name, hue = DEPARTMENTS[department]
    facts: dict[str, object] = {"due_at": None, "href": f"#leg-{number}", **more}
    return PictureLeg(
        number=number,
        department=department,
        department_name=name,
        hue=hue,
        entered_at=entered_at,
        acknowledged_at=acknowledged_at,
        left_at=left_at,
        title=title,
        **facts,  # type: ignore[arg-type]
    )


def double_debit(*, resolved: bool = False) -> Journey:
    """Return the story of a direct debit that was taken twice, sent back once."""
    at = november
    end = at(20, 15, 42) if resolved else None
    legs = [
        leg(1, "care", at(9, 9, 10), at(9, 9, 10), at(9, 13), "Found in 31 cases"),
        leg(2, "billing", at(9, 13), at(10, 9, 30), at(10, 15), "Reproduced on 3 accounts"),
        leg(
            3, "payments", at(10, 15), at(11, 14), at(12, 11), "Waited for a developer",
            due_at=at(11, 10), because="Ledger extract is missing",
        ),
        leg(
            4, "billing", at(12, 11), at(13, 10), at(13, 12), "Ledger extract",
            due_at=at(13, 9), is_detour=True, is_sent_back=True,
        ),
        leg(5, "payments", at(13, 12), at(13, 12), at(17, 9), "Cause found, fix built"),
        leg(
            6, "finance", at(17, 9), at(17, 11), at(18, 17), "Refunds checked",
            waits=((at(17, 13), at(18, 12)),),
        ),
        leg(7, "release", at(18, 17), at(19, 10), end, "Rolling out"),
    ]  # fmt: skip
    return Journey(
        legs=legs,
        at=at(23, 9) if resolved else NOW,
        zone=OSLO,
        windows=weekday_windows(at(8, 0), at(30, 0), OSLO),
        resolved_at=end,
        cause_found_at=at(16, 15, 10),
        cases_per_day={
            date(2026, 11, 9 + day): count
            for day, count in enumerate((31, 38, 24, 12, 7, 2, 1, 14, 6, 4, 3))
        },
        told_at=[at(9, 14), at(11, 16), at(16, 17), at(19, 9)],
        estimate=PictureEstimate(at(20, 16), at(20, 12), at(23, 12)),
        old_estimates=[at(19, 12)],
    )


def journey_of(*, legs: int, each: timedelta, departments: int = 5) -> Journey:
    """Return a journey of many equal stays that goes round the departments, still open."""
    begin = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
    keys = list(DEPARTMENTS)
    drawn = []
    for number in range(1, legs + 1):
        entered_at = begin + each * (number - 1)
        key = keys[(number * 7 // 3) % min(departments, len(keys))]
        name, hue = DEPARTMENTS[key]
        extra = number % departments // len(keys)
        drawn.append(
            PictureLeg(
                number=number,
                department=f"{key}{extra}",
                department_name=f"{name} {extra}" if extra else name,
                hue=hue,
                entered_at=entered_at,
                acknowledged_at=entered_at + each / 4,
                due_at=entered_at + each * 3 / 4 if number % 3 == 0 else None,
                left_at=entered_at + each if number < legs else None,
                title=f"Step {number}",
                is_sent_back=number % 4 == 0,
                is_detour=number % 4 == 0,
            )
        )
    end = begin + each * legs
    return Journey(
        legs=drawn,
        at=end,
        zone=OSLO,
        windows=weekday_windows(begin - timedelta(days=3), end + timedelta(days=9), OSLO),
        cases_per_day={(begin + timedelta(days=day)).date(): day % 9 for day in range(60)},
        told_at=[begin + each * number for number in range(0, legs, 3)],
        cause_found_at=begin + each * legs / 2,
        estimate=PictureEstimate(end + each, end, end + each * 2),
    )
