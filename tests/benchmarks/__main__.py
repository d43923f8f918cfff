"""Run every `bench_*` function of every `bench_*.py` here and print a table."""

import importlib
import pkgutil
import sys

import tests.benchmarks


def main() -> None:
    """Print one line a measurement: nanoseconds, and the ratio to a bare datetime addition."""
    for module_info in pkgutil.iter_modules(tests.benchmarks.__path__):
        if not module_info.name.startswith("bench_"):
            continue
        module = importlib.import_module(f"tests.benchmarks.{module_info.name}")
        for name, bench in vars(module).items():
            if name.startswith("bench_") and callable(bench):
                sys.stdout.write(f"\n{name.removeprefix('bench_').replace('_', ' ')}\n")
                for line in bench():
                    sys.stdout.write(
                        f"  {line.name:<32}{line.nanoseconds:>14,.0f} ns{line.ratio:>12,.1f} x\n"
                    )


if __name__ == "__main__":
    main()
