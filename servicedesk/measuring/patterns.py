"""How early and how truly patterns are seen, measured on a stream of labelled cases.

Problems, cases and links are rows of PostgreSQL behind the wall of a passing tenant, the matching
asks them as the matcher process does, and every hundred cases there is a look as the radar looks.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from zoneinfo import ZoneInfo

import numpy as np

from problems.likeness.embedding import Embedder
from problems.likeness.ranking import Query, Ranking, rank
from problems.patterns.arriving import UNMATCHED_BELOW, Arrival, centre_of, vector_of
from problems.patterns.backtesting import RIGHT_SHARE
from problems.patterns.grouping import group_cases
from problems.patterns.spotting import Sensitivity
from problems.patterns.standing import Standing
from problems.patterns.surveying import MOST_GROUPED, survey
from servicedesk.matcher.tenant_memory import TenantMemory
from servicedesk.measuring.arrived import Row
from servicedesk.measuring.figures import Figures, quantile
from servicedesk.measuring.groupings import adjusted_rand, mutual_information
from servicedesk.measuring.matching import NO_TITLE, Reader
from servicedesk.measuring.staged import (
    passing_tenant,
    stage_cases,
    stage_links,
    stage_problems,
    stage_vectors,
)

FOLDS = 4
LOOKS_EACH = 100
ZONE = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Alarm:
    """Rows that a look found to have something in common, and the row at which it saw that."""

    rows: tuple[int, ...]
    at_row: int


@dataclass(frozen=True, slots=True)
class Watched:
    """The stream as the tenant saw it: each case, and the problem that was thought of first."""

    arrivals: list[Arrival]
    likeliest: list[int | None]


def measure_patterns(rows: Sequence[Row], *, history: int, reader: Reader, at: datetime) -> Figures:
    """Link the known cases of the history, let the others come, and return the figures."""
    vectors = reader.vectors([row.text for row in rows])
    with passing_tenant(at=at):
        staged = stage(rows, history=history, vectors=vectors, model=reader.embedder, at=at)
    # What follows takes minutes and asks the database nothing: no transaction waits for it.
    watched = watch(rows, history=history, vectors=vectors, staged=staged)
    alarms = raised(watched.arrivals, history=history)
    return figures_of(rows, watched=watched, alarms=alarms, history=history)


# ---- matching --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Staged:
    """What the matching has read of the tenant: its memory, and the id of each row's case.

    `links` holds cases of the history and their problems.
    """

    memory: TenantMemory
    cases: list[int]
    links: list[tuple[int, int]]


def stage(
    rows: Sequence[Row], *, history: int, vectors: Sequence[bytes], model: Embedder, at: datetime
) -> Staged:
    """Fill the tenant of the scope, link the known cases of the history, read it as the matcher."""
    cases = stage_cases([row.text for row in rows], at=at)
    stage_vectors(list(zip(cases, vectors, strict=True)), model=model.version)
    linked = [
        (case, row.label)
        for case, row in zip(cases[:history], rows, strict=False)
        if row.label is not None and not row.is_new
    ]
    labels = sorted({label for _, label in linked})
    titles = [NO_TITLE.format(number=number) for number in range(1, len(labels) + 1)]
    problems = dict(zip(labels, stage_problems(titles, at=at), strict=True))
    links = [(case, problems[label]) for case, label in linked]
    stage_links(links, at=at)
    memory = TenantMemory(model)
    memory.load()
    return Staged(memory, cases, links)


def watch(
    rows: Sequence[Row], *, history: int, vectors: Sequence[bytes], staged: Staged
) -> Watched:
    """Ask the matching about every case.

    A case of the history is asked about as if its quarter of the history were still to be linked:
    otherwise the past would look better explained than the present.
    """
    cases = staged.cases
    answers = {case: ask(staged.memory, case) for case in cases[history:]}
    answers |= answers_of_history(staged.memory, cases[:history], links=staged.links)
    arrivals = [
        Arrival(
            case_id=place,
            at=row.at,
            customer=row.customer,
            vector=vector_of(vector),
            known=answers[case].some,
        )
        for place, (case, row, vector) in enumerate(zip(cases, rows, vectors, strict=True))
    ]
    return Watched(arrivals, [first_problem(answers[case]) for case in cases])


def ask(memory: TenantMemory, case: int) -> Ranking:
    """Rank the problems for a case whose text has been read, as an answer does."""
    vector = memory.memory.cases.of([case])[0]
    return rank(memory.memory, Query(vector=vector, case_id=case), at_most=1)


def first_problem(answer: Ranking) -> int | None:
    """Return the problem that an answer thinks of first."""
    return answer.problems[0].problem_id if answer.problems else None


def answers_of_history(
    memory: TenantMemory, cases: Sequence[int], *, links: Sequence[tuple[int, int]]
) -> dict[int, Ranking]:
    """Return what is said about cases of the history, each quarter without its own links."""
    answers: dict[int, Ranking] = {}
    for fold in range(FOLDS):
        own = set(cases[fold::FOLDS])
        taken = [(case, problem) for case, problem in links if case in own]
        for case, _ in taken:
            memory.memory.unlink(case)
        memory.learn()
        answers |= {case: ask(memory, case) for case in own}
        for case, problem in taken:
            memory.memory.link(case, problem_id=problem)
    return answers


# ---- looking ---------------------------------------------------------------------------------


def raised(arrivals: Sequence[Arrival], *, history: int) -> list[Alarm]:
    """Return the bursts that looks found, one look for each hundred cases after the history."""
    standing: dict[int, Standing] = {}
    alarms: list[Alarm] = []
    for begin in range(history, len(arrivals), LOOKS_EACH):
        seen = survey(
            arrivals[: begin + LOOKS_EACH],
            since=arrivals[begin].at,
            zone=ZONE,
            sensitivity=Sensitivity(),
            standing=tuple(standing.values()),
            lasting_customers=0,
        )
        for key, grown in seen.grown.items():
            place = int(str(key))
            standing[place] = stands(
                place, rows={*standing[place].case_ids, *grown}, arrivals=arrivals
            )
        for found in seen.found:
            alarms.append(Alarm(found.case_ids, at_row=found.case_ids[-1]))
            place = len(standing)
            standing[place] = stands(place, rows=set(found.case_ids), arrivals=arrivals)
    return alarms


def stands(place: int, *, rows: set[int], arrivals: Sequence[Arrival]) -> Standing:
    """Return a pattern that a lead has before him."""
    members = [arrivals[row] for row in sorted(rows)]
    return Standing(
        key=place,
        centre=centre_of(np.stack([member.vector for member in members])),
        case_ids=frozenset(rows),
        customers=len({member.customer for member in members}),
    )


# ---- figures ---------------------------------------------------------------------------------


def figures_of(
    rows: Sequence[Row], *, watched: Watched, alarms: Sequence[Alarm], history: int
) -> Figures:
    """Return all figures; None where the stream has nothing to tell them from."""
    watched_for = new_labels(rows[history:])
    delays = delays_of(rows, alarms=alarms)
    found = [delays[label] for label in watched_for if label in delays]
    wrong = sum(told_label(rows, alarm) is None for alarm in alarms)
    came = len(rows) - history
    return {
        "recall": len(found) / len(watched_for) if watched_for else None,
        "delay_cases_p50": float(median(found)) if found else None,
        "delay_cases_p90": float(quantile(found, 0.9)) if found else None,
        "false_alarms_per_10k": 10_000 * wrong / came if came > 0 else None,
        **agreement(rows, watched=watched),
    }


def new_labels(rows: Sequence[Row]) -> list[str]:
    """Return the new problems that came from so many customers that they can be told at all."""
    customers: dict[str, set[str]] = {}
    for row in rows:
        if row.is_new and row.label is not None:
            customers.setdefault(row.label, set()).add(row.customer)
    return sorted(
        label for label, having in customers.items() if len(having) >= Sensitivity().customers
    )


def told_label(rows: Sequence[Row], alarm: Alarm) -> str | None:
    """Return the new problem that an alarm is about, None if it is about none: a false alarm."""
    labels = Counter(
        row.label for row in (rows[place] for place in alarm.rows) if row.is_new and row.label
    )
    for label, count in labels.most_common(1):
        if count >= RIGHT_SHARE * len(alarm.rows):
            return label
    return None


def delays_of(rows: Sequence[Row], *, alarms: Sequence[Alarm]) -> dict[str, int]:
    """Return for each new problem that was told how many of its cases had come by then."""
    delays: dict[str, int] = {}
    for alarm in alarms:
        label = told_label(rows, alarm)
        if label is not None and label not in delays:
            delays[label] = sum(row.label == label for row in rows[: alarm.at_row + 1])
    return delays


def agreement(rows: Sequence[Row], *, watched: Watched) -> Figures:
    """Return how well new cases are told from one another: each in the group that it came into.

    All unmatched cases are grouped together. A new case that was taken for one of a known problem
    stands in that problem's group.
    """
    group_of: dict[int, tuple[str, int | None]] = {
        place: ("known", watched.likeliest[place]) for place in range(len(rows))
    }
    unmatched = [one for one in watched.arrivals if one.known < UNMATCHED_BELOW]
    for begin in range(0, len(unmatched), MOST_GROUPED):
        for group in group_cases(unmatched[begin : begin + MOST_GROUPED]):
            group_of.update(dict.fromkeys(group.case_ids, ("group", group.case_ids[0])))
    new = [place for place, row in enumerate(rows) if row.is_new and row.label is not None]
    if not new:
        return {"ari": None, "nmi": None}
    right = [rows[place].label for place in new]
    found = [group_of[place] for place in new]
    return {"ari": adjusted_rand(right, found), "nmi": mutual_information(right, found)}
