"""What pages cost on a processor, against the bare page, in small and in large tenants."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import cycle

from django.core.handlers.wsgi import WSGIHandler

from tests.benchmarks.floor import floor_beside_us
from tests.benchmarks.measuring import (
    CpuWatch,
    Measurement,
    middle,
    milliseconds_each,
    number_from,
)
from tests.benchmarks.seeded import open_cases, place_of_page, seeded, sizes
from tests.benchmarks.stack import Visitor, agent_of, customer_of, watch_of_this_process
from workflow.tenancy.models import Tenant

TIMES = 6
WARM_UP = 5
DIFFERENT = 20
# Places in what `acts_in` returns.
FIRST, DEEP, READ = 0, 1, 2
GROWS_AT_MOST, GROWS_GATE = 1.2, 1.5
# 25 ms and 15 ms on the machine on which the bare page takes 12.
ACT_GOAL, ACT_GATE = 25 / 12, 50 / 12
LIST_GOAL, LIST_GATE = 15 / 12, 30 / 12


@dataclass
class Act:
    """Something that is measured, what it cost in each round, and what is asked of it."""

    name: str
    do: Callable[[], object]
    goal: float
    gate: float
    times: int = TIMES
    costs: list[float] = field(default_factory=list)
    ratios: list[float] = field(default_factory=list)

    def measure(self, *, floor: float, watch: CpuWatch) -> None:
        """Add a round."""
        cost = milliseconds_each(self.do, times=self.times, watch=watch)
        self.costs.append(cost)
        self.ratios.append(cost / floor)

    def as_measurement(self) -> Measurement:
        """Return the line of the table: the median of the rounds."""
        return Measurement(
            name=self.name,
            figure=f"{middle(self.costs):.1f} ms",
            ratio=middle(self.ratios),
            goal=self.goal,
            gate=self.gate,
        )


def bench_pages() -> list[Measurement]:
    """Measure the pages in every tenant, in turn with the bare page."""
    handler = WSGIHandler()
    watch = watch_of_this_process()
    by_size = {size: acts_in(seeded(size), handler=handler) for size in sizes()}
    floors: list[float] = []
    with floor_beside_us() as floor:
        for acts in by_size.values():
            for act in acts:
                milliseconds_each(act.do, times=WARM_UP, watch=watch)
        for _round in range(number_from("BENCH_ROUNDS", 10)):
            for acts in by_size.values():
                for act in acts:
                    floors.append(floor.milliseconds(times=TIMES))
                    act.measure(floor=floors[-1], watch=watch)
    lines = [Measurement(name="bare page, 50 rows", figure=f"{middle(floors):.1f} ms", ratio=1.0)]
    smallest = next(iter(by_size.values()))
    for size, acts in by_size.items():
        lines.append(Measurement(name=f"{size:,} cases", figure="processor each"))
        lines += [act.as_measurement() for act in acts]
        lines.append(compared(acts[DEEP], acts[FIRST], "against the first"))
        if acts is not smallest:
            lines += [
                compared(acts[place], smallest[place], "against the smallest tenant")
                for place in (FIRST, READ)
            ]
    return lines


def acts_in(tenant: Tenant, *, handler: WSGIHandler) -> list[Act]:
    """Return what is measured in a tenant."""
    agent = agent_of(tenant, handler=handler)
    customer = customer_of(tenant, handler=handler)
    # What is read stays as it was seeded: answers make other cases longer. In every tenant as many
    # different cases: a handful that is read again and again stays in the processor's own memory.
    own = open_cases(tenant, at_most=DIFFERENT)
    anybodys = open_cases(tenant, at_most=4 * DIFFERENT, of_agent=False)
    answered, read = cycle(own), cycle([one for one in anybodys if one not in own][:DIFFERENT])
    deep = f"/q/open/?after={place_of_page(tenant, 100)}"
    return [
        Act("queue", agent.asking("/q/open/", has="case-rows"), 1.5, 2.5),
        Act("queue, page 100", agent.asking(deep, has="case-rows"), 1.5, 2.5),
        Act("case", lambda: agent.get(f"/c/{next(read)}/", has="thread"), 2.0, 3.0),
        Act("open a case", lambda: open_a_case(agent), ACT_GOAL, ACT_GATE),
        Act("reply", lambda: reply(agent, next(answered)), ACT_GOAL, ACT_GATE),
        Act("customer's list", customer.asking("/help/", has="issue"), LIST_GOAL, LIST_GATE),
    ]


def open_a_case(agent: Visitor) -> None:
    """Write down what a customer told."""
    agent.post(
        "/c/new/",
        {
            "contact_email": "customer7@seed.example.org",
            "contact_name": "Ingrid Solheim",
            "subject": "The card reader shows a blank screen",
            "body": "It stopped working on Monday. " * 15,
            "channel": "phone",
            "priority": "normal",
        },
    )


def reply(agent: Visitor, number: int) -> None:
    """Answer a case."""
    agent.post(
        f"/c/{number}/reply/",
        {
            "body": "We are looking into it, thank you. " * 10,
            "visibility": "reply",
            # The same words again and again: the guard would ask whether that is meant.
            "send_anyway": "yes",
        },
    )


def compared(after: Act, before: Act, how: str) -> Measurement:
    """Return how much more a page takes than another that should take as much."""
    return Measurement(
        name=f"{after.name}, {how}",
        figure=f"{middle(before.costs):.1f} to {middle(after.costs):.1f} ms",
        ratio=middle(after.ratios) / middle(before.ratios),
        goal=GROWS_AT_MOST,
        gate=GROWS_GATE,
    )


def bench_queries() -> list[Measurement]:
    """Count the queries of the two busiest pages in the largest tenant."""
    tenant = seeded(sizes()[-1])
    agent = agent_of(tenant, handler=WSGIHandler())
    number = open_cases(tenant, at_most=1)[0]
    pages = (("queue", "/q/open/", 12), ("case", f"/c/{number}/", 15))
    return [
        Measurement(
            name=f"queries of the {name} page", figure=str(asked), ratio=asked, goal=most, gate=most
        )
        for name, path, most in pages
        for asked in (agent.queries(path),)
    ]
