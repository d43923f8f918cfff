"""After fixes: watches end, missing ones begin, and people are reminded of what they have to do."""

from datetime import datetime

from problems.after_fix import look_after_fixes
from problems.preventing import remind_of_preventions
from workflow.tenancy.everywhere import for_every_tenant


def look_after_fixes_everywhere(*, at: datetime) -> int:
    """End watches whose time is over, begin missing ones, and remind of what has to be done yet.

    Once an hour and tenant by tenant: what comes back is judged at once, by its own news.
    """
    return for_every_tenant(lambda: look_after_fixes(at=at) + remind_of_preventions(at=at))
