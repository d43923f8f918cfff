"""How a mail would read: with what is true of a real case, and examples for the rest."""

from cases.models import Case, Message
from problems.models import CaseLink
from problems.models.link import LinkKind
from servicedesk.notifications.composing import context_of, values_of
from servicedesk.notifications.models import Notification, NotificationKind
from servicedesk.notifications.rewording import Words
from servicedesk.notifications.texts import EXAMPLES, MAILS, filled, filled_line
from servicedesk.notifications.ways_in import home_of


def values_for(kind: NotificationKind, *, case: Case | None) -> dict[str, str]:
    """Return values of a mail's variables; about six queries. Nothing is sent or stored."""
    examples = {name: EXAMPLES[name]() for name in MAILS[kind].variables}
    if case is None:
        return examples
    link = (
        CaseLink.objects.select_related("problem")
        .filter(case=case, kind=LinkKind.CONFIRMED)
        .first()
    )
    notification = Notification(
        kind=kind,
        tenant=case.tenant,
        contact=case.contact,
        case=case,
        problem=link.problem if link else None,
        message=Message.objects.filter(case=case, direction="out").order_by("-id").first(),
    )
    way_in = f"{home_of(case.tenant.slug)}/help/issues/{case.number}/"
    known = values_of(context_of(notification, way_in=way_in))
    return examples | {name: value for name, value in known.items() if value and name in examples}


def preview(kind: NotificationKind, words: Words, *, case: Case | None) -> dict[str, str]:
    """Return subject and text as a customer would read them."""
    values = values_for(kind, case=case)
    return {
        "subject": filled_line(words.subject, values),
        "text": filled(words.text, values),
    }
