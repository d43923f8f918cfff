"""How long a workflow takes to be drawn: sixty stages with 300 steps should stay under 20 ms."""

from servicedesk.pages.workflow_drawing import Arrangement, Looks, draw
from tests.benchmarks.measuring import Measurement, nanoseconds_each
from tests.pages.workflows import DEPARTMENTS, HUES, long_workflow, product_defect
from workflow.stages.layout import laid_out

MILLISECOND = 1_000_000


def bench_workflow_map() -> list[Measurement]:
    """Measure a small drawing, a large one, and the large one in lanes, against its layout alone."""
    large = long_workflow(stages=60, steps=300)
    looks = Looks(departments=DEPARTMENTS, hues=HUES)
    in_lanes = Looks(departments=DEPARTMENTS, hues=HUES, arrangement=Arrangement.DEPARTMENTS)
    layout = nanoseconds_each(lambda: laid_out(large), times=20)
    acts = {
        "draw 8 stages, 11 steps": lambda: draw(product_defect(), looks=looks),
        "draw 60 stages, 300 steps": lambda: draw(large, looks=looks),
        "the same in lanes": lambda: draw(large, looks=in_lanes),
    }
    each = {name: nanoseconds_each(act, times=20) for name, act in acts.items()}
    return [
        Measurement(name="layout of 60 stages", figure=told(layout), ratio=1.0),
        *(
            Measurement(name=name, figure=told(spent), ratio=spent / layout)
            for name, spent in each.items()
        ),
    ]


def told(spent: float) -> str:
    """Return nanoseconds as milliseconds."""
    return f"{spent / MILLISECOND:.1f} ms"
