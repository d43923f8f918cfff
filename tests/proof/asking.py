"""Ask the proof as of a moment of the test's own."""

from datetime import datetime

from servicedesk.proof.proving import verdicts_of_tenant


def broken_rules(*, at: datetime) -> dict[str, list[str]]:
    """Return what breaks which rule in the current tenant at a moment; empty when all holds."""
    return {
        verdict.rule.code: verdict.findings
        for verdict in verdicts_of_tenant(at=at)
        if verdict.violations
    }
