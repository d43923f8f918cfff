"""What the radar of the demo sees: customers write about something that nobody has named yet."""

from cases.lifecycle import open_case
from cases.models import Case
from cases.states import Channel
from customers.identity import contact_behind
from customers.models import Product
from problems.common_cause import common_cause
from problems.models import Pattern
from problems.radar import radar_of_tenant
from problems.suspecting import Suspicion, suspect
from servicedesk.demo.customers import customer
from servicedesk.demo.moments import Days
from workflow.people.actors import Actor, Source

IMPORT = Actor.system("import", source=Source.IMPORT)
FIRST_CUSTOMER = 2700
PRODUCT = "account"
# As many of these would have come in that time by the weeks before.
USUAL = 2.1
# Subject, text, and how many minutes ago; they come faster and faster.
WRITTEN = (
    ("Logged out by the app", "Since the update to 8.2 the app logs me out after every login. It says TX-31.", 540),
    ("Cannot log in any more", "I updated the app this morning and now I get error TX-31 when I log in.", 466),
    ("TX-31", "What is TX-31? The login screen shows it and then the app closes.", 401),
    ("Login fails", "My fingerprint is not accepted after the update to 8.2. Something went wrong, TX-31.", 352),
    ("The app closes itself", "After login the app closes. I have tried it five times today, always TX-31.", 290),
    ("Error after update", "Version 8.2 came last night. Since then: something went wrong, TX-31, and I am logged out.", 241),
    ("Please help, I cannot pay my rent", "The app logs me out before I can pay. TX-31 it says. My rent is due today.", 198),
    ("Login", "I cannot log in on my phone since the update. The website works.", 151),
    ("Face recognition stopped working", "The login with my face fails since 8.2 and the app shows TX-31.", 112),
    ("App logs me out", "Every time I open the app it logs me out again. Error TX-31. The update made it worse.", 77),
    ("TX-31 on my phone", "Same as my wife: after the update the login ends with TX-31.", 41),
    ("Nothing works since the update", "Something went wrong, TX-31. I have installed the app again and it is the same.", 18),
)  # fmt: skip


def begin_to_look_alike(*, days: Days) -> None:
    """Let twelve customers write about the same, and a suspected problem wait for a lead.

    What was told before is left alone.
    """
    product = Product.objects.filter(slug=PRODUCT).first()
    for number, (subject, text, minutes) in enumerate(WRITTEN, start=1):
        external_id = f"demo-radar-{number}"
        if Case.objects.filter(external_id=external_id).exists():
            continue
        at = days.ago(minutes)
        who = customer(FIRST_CUSTOMER + number)
        open_case(
            contact=contact_behind(who.email, name=who.name, actor=IMPORT, at=at),
            subject=subject,
            text=text,
            channel=(Channel.PORTAL, Channel.MAIL, Channel.PHONE)[number % 3],
            product=product,
            category="app",
            external_id=external_id,
            actor=IMPORT,
            at=at,
        )
    if Pattern.objects.exists():
        return
    case_ids = list(
        Case.objects.filter(external_id__startswith="demo-radar-")
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    cause = common_cause(case_ids)
    if cause is not None:
        suspect(
            Suspicion(case_ids=case_ids, usual=USUAL, cause=cause),
            radar=radar_of_tenant(),
            at=days.ago(15),
        )
