"""What must always hold of suspected problems and of the radar that finds them."""

from django.utils.translation import gettext_lazy as _

from workflow.proof import Rule

RULES = (
    Rule(
        code="pattern_miscounted",
        says=_("A suspected problem that waits says how many cases it has."),
        finding=_("S-%(number)s says that it has %(said)s cases, and has %(there)s."),
        broken="""
            SELECT p.id, p.number, p.cases AS said, count(m.id) AS there
            FROM problems_pattern p
            LEFT JOIN problems_patterncase m ON m.tenant_id = p.tenant_id AND m.pattern_id = p.id
              AND m.excluded_at IS NULL
            WHERE p.tenant_id = %(tenant)s AND p.state = 'proposed'
            GROUP BY p.id, p.number, p.cases HAVING count(m.id) <> p.cases
        """,
    ),
    Rule(
        code="radar_not_looking",
        says=_("The radar looks when a look is due."),
        finding=_("The radar was to look at %(next_look_at)s, and nobody did."),
        # A day of grace, as with what waits elsewhere: the program may have stood still.
        broken="""
            SELECT id, next_look_at FROM problems_radar
            WHERE tenant_id = %(tenant)s AND is_on AND next_look_at < %(at)s - interval '1 day'
        """,
    ),
    Rule(
        code="trial_unanswered",
        says=_("What the radar would have found is told within a day of the question."),
        finding=_("Trial %(id)s was asked for at %(asked_at)s and has no answer."),
        broken="""
            SELECT id, asked_at FROM problems_radartrial
            WHERE tenant_id = %(tenant)s AND done_at IS NULL
              AND asked_at < %(at)s - interval '1 day'
        """,
    ),
)
