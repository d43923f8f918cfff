"""What the first look at a page weighs on the wire, each file as it is served to a browser."""

import gzip
import re
from pathlib import Path

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler

from tests.benchmarks.measuring import Measurement
from tests.benchmarks.seeded import open_cases, seeded, sizes
from tests.benchmarks.stack import Visitor, agent_of, customer_of

FILES = re.compile(r'(?:href|src)="/static/([^"#]+)')
MOST_KB, MOST_SCRIPT_KB = 70.0, 20.0


def bench_weight() -> list[Measurement]:
    """Weigh the queue, a case and a customer's list: page, styles, scripts, font and icons."""
    tenant = seeded(sizes()[-1])
    agent = agent_of(tenant, handler=WSGIHandler())
    customer = customer_of(tenant, handler=WSGIHandler())
    case = f"/c/{open_cases(tenant, at_most=1)[0]}/"
    lines = []
    for name, visitor, path in (
        ("queue", agent, "/q/open/"), ("case", agent, case), ("customer's list", customer, "/help/"),
    ):  # fmt: skip
        lines += weighed(name, visitor, path)
    return lines


def weighed(name: str, visitor: Visitor, path: str) -> list[Measurement]:
    """Return the weight of a page with its files, and of its scripts alone."""
    body = visitor.get(path)
    files = {found: served_size(found) for found in FILES.findall(body)}
    page = len(gzip.compress(body.encode(), 6))
    whole = (page + sum(files.values())) / 1024
    script = sum(size for file, size in files.items() if file.endswith(".js")) / 1024
    return [
        Measurement(
            name=f"{name}: the page itself",
            figure=f"{page / 1024:.1f} KB, {len(body) / 1024:.0f} raw",
        ),
        Measurement(
            name=f"{name}: first view",
            figure=f"{whole:.1f} KB",
            ratio=whole,
            goal=MOST_KB,
            gate=MOST_KB,
        ),
        Measurement(
            name=f"{name}: its JavaScript",
            figure=f"{script:.1f} KB",
            ratio=script,
            goal=MOST_SCRIPT_KB,
            gate=MOST_SCRIPT_KB,
        ),
    ]


def served_size(name: str) -> int:
    """Return how many bytes a browser that reads brotli gets."""
    file = Path(settings.STATIC_ROOT) / name
    packed = file.with_name(file.name + ".br")
    return (packed if packed.exists() else file).stat().st_size
