"""Run every `bench_*` function of every `bench_*.py` here and print a table.

Arguments name modules (`pages`, `search`); without any, all run. BENCH_SIZES says how many cases
the tenants have ("2000,200000,1000000"), BENCH_ROUNDS how often pages and floor take turns.
"""

import importlib
import os
import pkgutil
import sys

import django
from django.core.management import call_command

import tests.benchmarks
from tests.benchmarks.measuring import Measurement


def main(wanted: list[str]) -> int:
    """Print the table; return 1 if something is over its gate."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "servicedesk.settings")
    django.setup()
    call_command("migrate", database="owner", verbosity=0)
    call_command("build_assets", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    lines: list[Measurement] = []
    for module_info in pkgutil.iter_modules(tests.benchmarks.__path__):
        name = module_info.name
        if name.startswith("bench_") and (not wanted or name.removeprefix("bench_") in wanted):
            lines += told(importlib.import_module(f"tests.benchmarks.{name}"))
    failed = [line.name for line in lines if line.verdict == "FAIL"]
    over = [line.name for line in lines if line.verdict == "over"]
    sys.stdout.write(f"\nOver a goal: {', '.join(over) or 'nothing'}.\n")
    sys.stdout.write(f"Over a gate: {', '.join(failed) or 'nothing'}.\n")
    return 1 if failed else 0


def told(module: object) -> list[Measurement]:
    """Run what a module measures, print each line and return them."""
    lines: list[Measurement] = []
    for name, bench in vars(module).items():
        if name.startswith("bench_") and callable(bench):
            found: list[Measurement] = bench()
            sys.stdout.write(f"\n{name.removeprefix('bench_').replace('_', ' ')}\n")
            for line in found:
                sys.stdout.write(line.as_line().rstrip() + "\n")
            sys.stdout.flush()
            lines += found
    return lines


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
