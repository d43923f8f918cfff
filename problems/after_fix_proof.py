"""What must always hold of promises to those whom a problem affects, and after its fix."""

from django.utils.translation import gettext_lazy as _

from workflow.proof import Rule

RULES = (
    Rule(
        code="promise_without_clock",
        says=_("Every promise to customers that stands is watched by a clock of its problem."),
        finding=_("A promise (%(kind)s) of P-%(number)s is due at %(due_at)s, and no clock is."),
        broken="""
            SELECT promise.id, promise.kind, p.number, promise.due_at
            FROM problems_problempromise promise
            JOIN problems_problem p
              ON p.tenant_id = promise.tenant_id AND p.id = promise.problem_id
            LEFT JOIN problems_problemclock clock
              ON clock.tenant_id = promise.tenant_id AND clock.id = promise.clock_id
             AND clock.problem_id = promise.problem_id AND clock.due_at = promise.due_at
             AND clock.state IN ('running', 'paused')
            WHERE promise.tenant_id = %(tenant)s AND promise.ended_as = '' AND clock.id IS NULL
        """,
    ),
    Rule(
        code="promise_of_no_estimate",
        says=_("A date that customers were told stands on an estimate that they may read."),
        finding=_("A date of P-%(number)s that customers were told stands on no public estimate."),
        broken="""
            SELECT promise.id, p.number FROM problems_problempromise promise
            JOIN problems_problem p
              ON p.tenant_id = promise.tenant_id AND p.id = promise.problem_id
            LEFT JOIN problems_estimate estimate
              ON estimate.tenant_id = promise.tenant_id AND estimate.id = promise.estimate_id
            WHERE promise.tenant_id = %(tenant)s AND promise.kind = 'date'
              AND promise.ended_as = '' AND estimate.is_public IS NOT TRUE
        """,
    ),
    Rule(
        code="watch_not_ended",
        says=_("Every watch over a fix ends when its time is over."),
        finding=_("The watch over the fix of P-%(number)s was to end at %(ends_at)s."),
        broken="""
            SELECT watch.id, p.number, watch.ends_at FROM problems_fixwatch watch
            JOIN problems_problem p ON p.tenant_id = watch.tenant_id AND p.id = watch.problem_id
            WHERE watch.tenant_id = %(tenant)s AND watch.ended_at IS NULL
              AND watch.ends_at < %(at)s - interval '7 days'
        """,
    ),
    Rule(
        code="watch_over_no_fix",
        says=_("Only a fix that is with everybody is watched."),
        finding=_("A watch goes on over P-%(number)s, which is %(state)s."),
        # The watch ends by news: they may be an hour on their way.
        broken="""
            SELECT watch.id, p.number, p.state FROM problems_fixwatch watch
            JOIN problems_problem p ON p.tenant_id = watch.tenant_id AND p.id = watch.problem_id
            JOIN problems_leg leg
              ON leg.tenant_id = p.tenant_id AND leg.problem_id = p.id AND leg.left_at IS NULL
            WHERE watch.tenant_id = %(tenant)s AND watch.ended_at IS NULL
              AND p.state NOT IN ('resolved', 'closed')
              AND leg.entered_at < %(at)s - interval '1 hour'
        """,
    ),
    Rule(
        code="prevention_not_looked_at",
        says=_("Whoever has to prevent something is reminded in time."),
        finding=_("Action %(position)s of P-%(number)s was to be looked at at %(next_look_at)s."),
        broken="""
            SELECT prevention.id, prevention.position, p.number, prevention.next_look_at
            FROM problems_prevention prevention JOIN problems_problem p
              ON p.tenant_id = prevention.tenant_id AND p.id = prevention.problem_id
            WHERE prevention.tenant_id = %(tenant)s AND prevention.state = 'open'
              AND (prevention.next_look_at IS NULL
                   OR prevention.next_look_at < %(at)s - interval '7 days')
        """,
    ),
    Rule(
        code="closed_before_prevented",
        says=_("No problem is closed while something is to be done so that it never comes again."),
        finding=_("P-%(number)s is closed, and its action %(position)s is open."),
        broken="""
            SELECT prevention.id, prevention.position, p.number
            FROM problems_prevention prevention JOIN problems_problem p
              ON p.tenant_id = prevention.tenant_id AND p.id = prevention.problem_id
            WHERE prevention.tenant_id = %(tenant)s AND prevention.state = 'open'
              AND p.state = 'closed' AND p.outcome <> 'duplicate'
        """,
    ),
    Rule(
        code="review_approved_by_its_writer",
        says=_("What customers read of why it happened was approved by somebody else."),
        finding=_("Edition %(edition)s of P-%(number)s was approved by whoever wrote it."),
        broken="""
            SELECT review.id, review.edition, p.number FROM problems_review review
            JOIN problems_problem p ON p.tenant_id = review.tenant_id AND p.id = review.problem_id
            WHERE review.tenant_id = %(tenant)s AND review.state = 'approved'
              AND review.decided_by_id = review.written_by_id
        """,
    ),
)
