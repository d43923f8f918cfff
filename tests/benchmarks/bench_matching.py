"""How soon the matcher answers for a large tenant, and what it holds in memory.

By the clock, through its socket, with its model: 5,000 problems and 100,000 cases of one tenant,
which are planted once (vectors at random about those of the problems) and found by later runs.
The same questions are answered by words alone, as they are while the matcher is away.
"""

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event

import numpy as np
from django.conf import settings
from django.db.models import Exists, OuterRef
from django.utils.timezone import now

from cases.models import Case
from problems.asking import Question
from problems.embeddings import NUMBERS, keep_case_vectors, keep_problem_vectors
from problems.likeness.building import VERSION
from problems.likeness.reading import readable
from problems.likeness.vectors import packed
from problems.matcher_client import ask, ask_to_look, forget_silences
from problems.matching import found_by_words
from problems.models import CaseEmbedding, CaseLink, ProblemEmbedding, Radar
from problems.models.link import LinkKind
from problems.radar import look_soon
from problems.teaching import matched_problems
from servicedesk.matcher.process import LEARNS_EVERY
from servicedesk.matcher.titles import READ_OF_A_STATEMENT, by, digest_of
from servicedesk.seeding.company import add_problems
from tests.benchmarks.measuring import Measurement, middle, number_from, percentile
from tests.benchmarks.seeded import cases_of_all, seeded, sizes
from tests.processes import process, wait_for
from workflow.tenancy.models import Tenant
from workflow.tenancy.scope import tenant_scope

PROBLEMS = 5_000
CASES = 100_000
LINKED_EACH = 10
QUESTIONS = 200
MOST_MS, MOST_MEGABYTES = 60.0, 380.0
GATE_MS, GATE_MEGABYTES = 150.0, 500.0
GATE_BY_WORDS_MS = 300.0
WARM = 5  # questions that are not counted
SPREAD = 0.9  # length of the noise about a problem's vector of length one
SEED = 11
SAID = (
    "my payment of {} euros was taken twice and nobody answers me",
    "the app shows error {} when I try to pay my invoice today",
    "I have been waiting {} days for the card that you sent me",
    "why was I charged a fee of {} for a transfer between my accounts",
)


def bench_matching() -> list[Measurement]:
    """Measure questions of about twelve words, one after the other, and the memory of the process."""
    tenant = seeded(sizes()[-1])
    with tenant_scope(tenant.pk):
        plant(number_from("BENCH_PROBLEMS", PROBLEMS), cases=number_from("BENCH_VECTORS", CASES))
        with TemporaryDirectory() as folder:
            settings.MATCHER_URL = f"unix://{folder}/matcher.socket"
            forget_silences()
            return measured(tenant)


def measured(tenant: Tenant) -> list[Measurement]:
    """Start the matcher, wait until it knows the tenant, and ask."""
    command = (sys.executable, "manage.py", "match", "--no-backlog")
    with process(*command, MATCHER_URL=settings.MATCHER_URL, MALLOC_ARENA_MAX="2") as running:
        began = time.monotonic()
        wait_for(lambda: ask(question(0)), seconds=300, why="the first answer")
        loaded = time.monotonic() - began
        wait_for(lambda: is_at_rest(running.pid), seconds=300, why="the end of learning")
        spent = [milliseconds(number) for number in range(QUESTIONS)]
        before = processor_seconds(running.pid)
        for number in range(QUESTIONS):
            ask(question(QUESTIONS + number), within=5.0)
        each = 1000 * (processor_seconds(running.pid) - before) / QUESTIONS
        beside, looked = milliseconds_beside_a_look()
        now_held, most_held = memory_of(running.pid)
    slow = percentile(spent, 0.95)
    by_words = [milliseconds_by_words(number) for number in range(WARM + QUESTIONS)][WARM:]
    slow_by_words = percentile(by_words, 0.95)
    return [
        Measurement(
            name=f"{matched_problems().count():,} problems, {CaseEmbedding.objects.count():,} cases",
            figure=f"first answer {loaded:.1f} s",
        ),
        Measurement(name="cases of all tenants, about", figure=f"{cases_of_all():,}"),
        Measurement(name="a question, p50", figure=f"{middle(spent):.1f} ms"),
        Measurement(
            name="a question, p95",
            figure=f"{slow:.1f} ms",
            ratio=slow,
            goal=MOST_MS,
            gate=GATE_MS,
        ),
        Measurement(name="a question, processor of the matcher", figure=f"{each:.1f} ms"),
        Measurement(
            name=f"a question during the first look for patterns ({looked:.1f} s), p95",
            figure=f"{percentile(beside, 0.95):.1f} ms",
            ratio=percentile(beside, 0.95),
            goal=MOST_MS,
        ),
        Measurement(name="by words alone, p50", figure=f"{middle(by_words):.1f} ms"),
        Measurement(
            name="by words alone, p95",
            figure=f"{slow_by_words:.1f} ms",
            ratio=slow_by_words,
            gate=GATE_BY_WORDS_MS,
        ),
        Measurement(
            name="memory of the matcher, then",
            figure=f"{now_held:.0f} MB",
            ratio=now_held,
            goal=MOST_MEGABYTES,
            gate=GATE_MEGABYTES,
        ),
        Measurement(
            name="memory of the matcher, at most",
            figure=f"{most_held:.0f} MB",
            ratio=most_held,
            gate=GATE_MEGABYTES,
        ),
    ]


def question(number: int) -> Question:
    """Return one of many questions; no two have the same words."""
    text = SAID[number % len(SAID)].format(100 + number)
    return Question(subject="", text=text, at=now())


def milliseconds(number: int) -> float:
    """Return how long a question takes, for whoever asks."""
    began = time.perf_counter()
    found = ask(question(number), within=5.0)
    spent = (time.perf_counter() - began) * 1000
    if found is None or not found.problems:
        raise RuntimeError("The matcher gave no answer.")
    return spent


def milliseconds_beside_a_look() -> tuple[list[float], float]:
    """Return how long questions take while the radar looks for the first time, and it itself in s."""
    look_soon(at=now())
    Radar.objects.update(next_look_at=now(), looked_at=None, looking_until=None)
    began = time.monotonic()
    if not ask_to_look():
        raise RuntimeError("The matcher does not look.")
    spent: list[float] = []
    while not Radar.objects.filter(looked_at__isnull=False).exists():
        spent.append(milliseconds(10 * QUESTIONS + len(spent)))
    return spent, time.monotonic() - began


def milliseconds_by_words(number: int) -> float:
    """Return how long a question takes that no model answers."""
    began = time.perf_counter()
    found_by_words(question(number))
    return (time.perf_counter() - began) * 1000


def is_at_rest(pid: int) -> bool:
    """Whether a process does next to nothing for so long that it is not about to learn."""
    before = processor_seconds(pid)
    Event().wait(LEARNS_EVERY + 1.0)
    return processor_seconds(pid) - before < 0.05


def processor_seconds(pid: int) -> float:
    """Return the processor time that a process has used."""
    threads = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(one.read_text("ascii").split()[0]) for one in threads) / 1e9


def memory_of(pid: int) -> tuple[float, float]:
    """Return the megabytes that a process holds, and the most it ever held."""
    lines = Path(f"/proc/{pid}/status").read_text("ascii").splitlines()
    told = {line.split(":")[0]: line.split()[1] for line in lines if line.startswith("Vm")}
    return int(told["VmRSS"]) / 1024, int(told["VmHWM"]) / 1024


# ---- what is measured ------------------------------------------------------------------------


def plant(problems: int, *, cases: int) -> None:
    """Let the current tenant have so many problems and cases with vectors, some of them linked."""
    add_problems(problems, at=now())
    keys = list(matched_problems().order_by("pk").values_list("pk", flat=True)[:problems])
    drawn = np.random.default_rng(SEED)
    centres = unit(drawn.standard_normal((len(keys), NUMBERS)))
    plant_titles(keys, centres)
    plant_cases(cases, keys=keys, centres=centres, drawn=drawn)


def plant_titles(keys: list[int], centres: np.ndarray) -> None:
    """Keep a vector for each problem that has none."""
    have = set(ProblemEmbedding.objects.filter(model=VERSION).values_list("problem_id", flat=True))
    told = {
        pk: digest_of(readable(title, text=statement[:READ_OF_A_STATEMENT]))
        for pk, title, statement in matched_problems().values_list("pk", "title", "statement")
    }
    keep_problem_vectors(
        [
            (key, told[key], packed(centre))
            for key, centre in zip(keys, centres, strict=True)
            if key not in have
        ],
        model=VERSION,
    )


def plant_cases(
    cases: int, *, keys: list[int], centres: np.ndarray, drawn: np.random.Generator
) -> None:
    """Keep a vector for the latest cases that have none, and link some to their problems."""
    read = CaseEmbedding.objects.filter(case=OuterRef("pk"), model=VERSION)
    linked = CaseLink.objects.filter(case=OuterRef("pk"), kind=LinkKind.CONFIRMED)
    latest = Case.objects.order_by("-pk")[:cases].values("pk")
    waiting = list(
        Case.objects.filter(pk__in=latest)
        .filter(~Exists(read))
        .annotate(is_linked=Exists(linked))
        .order_by("pk")
        .values_list("pk", "is_linked")
    )
    wanted = LINKED_EACH * len(keys)
    for some in by(waiting, count=2_000):
        chosen = drawn.integers(len(keys), size=len(some))
        near = unit(centres[chosen] + SPREAD * unit(drawn.standard_normal((len(some), NUMBERS))))
        keep_case_vectors(
            [(case, packed(vector)) for (case, _), vector in zip(some, near, strict=True)],
            model=VERSION,
        )
        CaseLink.objects.bulk_create(
            list(links(list(some), [keys[place] for place in chosen], share=wanted / len(waiting))),
            ignore_conflicts=True,
            batch_size=500,
        )


def links(
    cases: list[tuple[int, bool]], problems: list[int], *, share: float
) -> Iterator[CaseLink]:
    """Yield links of a share of the cases that have none."""
    for place, ((case, is_linked), problem) in enumerate(zip(cases, problems, strict=True)):
        if not is_linked and (place * share) % 1.0 < share:
            yield CaseLink(case_id=case, problem_id=problem, kind="confirmed", created_at=now())


def unit(rows: np.ndarray) -> np.ndarray:
    """Return rows of length one."""
    scaled: np.ndarray = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return scaled
