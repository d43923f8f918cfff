"""What changed in a tenant since it was read: new lessons and new vectors, none missed.

Rows get their ids before they are seen, so a lower id may appear after a higher one. The reader
looks back as far as a transaction may still be under way that was so when the highest id was seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import connection

from workflow.tenancy.scope import tenant_of_the_scope

CHANGES = """
SELECT 'now', pg_snapshot_xmin(pg_current_snapshot())::text::bigint,
       pg_snapshot_xmax(pg_current_snapshot())::text::bigint, NULL::bigint, ''
UNION ALL
SELECT 'lesson', id, problem_id, case_id, kind FROM problems_lesson
WHERE tenant_id = %(tenant)s AND id > %(lessons)s
UNION ALL
SELECT 'vector', id, NULL, case_id, '' FROM problems_caseembedding
WHERE tenant_id = %(tenant)s AND id > %(vectors)s
"""
POSITIONS = """
SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint,
       pg_snapshot_xmax(pg_current_snapshot())::text::bigint,
       (SELECT coalesce(max(id), 0) FROM problems_lesson WHERE tenant_id = %(tenant)s),
       (SELECT coalesce(max(id), 0) FROM problems_caseembedding WHERE tenant_id = %(tenant)s)
"""
LOOKED_BACK_AT_FIRST = 5_000
"""Ids before the highest that are read again after loading: what was under way just then."""


@dataclass(frozen=True, slots=True)
class Changed:
    """One new row: a lesson of this kind, or the vector of a case (kind "")."""

    kind: str
    problem_id: int | None
    case_id: int | None


@dataclass
class Position:
    """How far a table with growing ids was read, though ids do not appear in order.

    Everything up to `floor` was seen; of what is above, `seen` names the rows that were.
    """

    floor: int = 0
    seen: set[int] = field(default_factory=set)
    settling: tuple[int, int] | None = None

    def take(self, ids: Sequence[int], *, oldest_running: int, next_to_run: int) -> list[int]:
        """Return the ids that are new; the transactions' numbers are of the reading snapshot."""
        new = [one for one in ids if one > self.floor and one not in self.seen]
        self.seen.update(new)
        if self.settling is not None and oldest_running >= self.settling[0]:
            self.floor = self.settling[1]
            self.seen = {one for one in self.seen if one > self.floor}
            self.settling = None
        if self.settling is None and self.seen:
            # Whoever may still add a lower id runs now: once all of them have ended, none can.
            self.settling = next_to_run, max(self.seen)
        return new


class Follower:
    """Reads what is new in the tables that teach, for one tenant."""

    def __init__(self) -> None:
        self.lessons = Position()
        self.vectors = Position()

    def begin(self) -> None:
        """Begin at the present; what is read from here on is what came after. One query."""
        with connection.cursor() as cursor:
            cursor.execute(POSITIONS, {"tenant": tenant_of_the_scope()})
            _oldest, _next, lesson, vector = cursor.fetchone()
        self.lessons = Position(floor=max(lesson - LOOKED_BACK_AT_FIRST, 0))
        self.vectors = Position(floor=max(vector - LOOKED_BACK_AT_FIRST, 0))

    def changes(self) -> list[Changed]:
        """Return what is new since the last look; one query, in the scope of the tenant."""
        with connection.cursor() as cursor:
            cursor.execute(
                CHANGES,
                {
                    "tenant": tenant_of_the_scope(),
                    "lessons": self.lessons.floor,
                    "vectors": self.vectors.floor,
                },
            )
            (_, oldest, upcoming, _, _), *rows = sorted(
                cursor.fetchall(), key=lambda row: (row[0] != "now", row[1])
            )
        found: list[Changed] = []
        for name, position in (("lesson", self.lessons), ("vector", self.vectors)):
            by_id = {row[1]: row for row in rows if row[0] == name}
            new = position.take(list(by_id), oldest_running=oldest, next_to_run=upcoming)
            found += [Changed(by_id[one][4], by_id[one][2], by_id[one][3]) for one in new]
        return found
