"""For each rule about suspected problems one way to break it in the story."""

from tests.proof.violation import Violation

PATTERN_VIOLATIONS = (
    Violation(
        "pattern_miscounted",
        "{pattern_name} says that it has 9 cases, and has 4",
        ("UPDATE problems_pattern SET cases = 9 WHERE id = %(pattern)s",),
    ),
    Violation(
        "radar_not_looking",
        "The radar was to look at",
        (
            (
                "UPDATE problems_radar SET is_on = true, next_look_at = now() - interval '2 days'"
                " WHERE tenant_id = %(tenant)s"
            ),
        ),
    ),
    Violation(
        "trial_unanswered",
        "has no answer",
        (
            (
                "INSERT INTO problems_radartrial"
                " (tenant_id, least_customers, days, asked_at, cases, results)"
                " VALUES (%(tenant)s, 4, 30, now() - interval '2 days', 0, '[]')"
            ),
        ),
    ),
)
