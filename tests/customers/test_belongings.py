"""What customers have is written down by those who may, remembered, told, and goes along."""

from datetime import date
from typing import Any

import pytest

from customers.belongings import (
    Order,
    Owner,
    Place,
    Thing,
    change_installed,
    change_purchase,
    remove_installed,
    remove_purchase,
    save_version,
    write_installed,
    write_purchase,
)
from customers.editing import BadCustomer, NameInUse, change_contact, save_organisation
from customers.having import things_of
from customers.identity import JoinedWithAnother, NoSuchContact
from customers.joining import join_contacts, part_contacts
from customers.models import Contact, InstalledProduct, Organisation, Product, Purchase, Segment
from customers.segmenting import (
    LONGEST_RULE,
    LONGEST_TOGETHER,
    MOST_LOOKS,
    MOST_SEGMENTS,
    NoSuchSegment,
    SegmentChangedMeanwhile,
    TooManySegments,
    preview,
    save_segment,
)
from servicedesk.belongings import EVERYTHING
from tests.make import AT, DAY, HOUR, make_actor, make_contact, make_product
from workflow.conditions import BadCondition
from workflow.history.models import Entry
from workflow.lengths import bytes_of
from workflow.outbox.models import OutboxEvent
from workflow.people.actors import NotPermitted
from workflow.people.permissions import Role

ORDER = Order(bought_on=date(2026, 2, 1))
GOLD = {"fact": "tier", "is": "gold"}


def told(kind: str) -> list[dict[str, Any]]:
    """Return what was told of one kind, in order."""
    events = OutboxEvent.objects.filter(kind=f"customers.{kind}.changed").order_by("id")
    return list(events.values_list("payload", flat=True))


def install(contact: Contact, product: Product, **place: Any) -> InstalledProduct:
    """Write down that a contact has something."""
    return write_installed(
        owner=Owner(contact_id=contact.pk),
        thing=Thing(product=product),
        place=Place(**place),
        actor=make_actor(),
        at=AT,
    )


def buy(contact: Contact, product: Product, order: Order = ORDER) -> Purchase:
    """Write down that a contact bought something."""
    return write_purchase(
        owner=Owner(contact_id=contact.pk),
        thing=Thing(product=product),
        order=order,
        actor=make_actor(),
        at=AT,
    )


def version(product: Product, name: str, **values: Any) -> Any:
    """Add a version of a product."""
    days = {"released_on": None, "supported_until": None, **values}
    return save_version(
        product_id=product.pk,
        version_id=None,
        name=name,
        actor=make_actor(Role.ADMIN),
        at=AT,
        **days,
    )


def test_the_history_of_a_customer_names_what_was_written_by_id_alone(tenant: Any) -> None:
    contact, product = make_contact(), make_product("Router")

    one = install(contact, product, place="Cellar of Ingrid")

    entry = Entry.objects.get(action="installed.written")
    assert (entry.subject_kind, entry.subject_id) == ("contact", contact.pk)
    assert entry.changes == {
        "installed": one.pk,
        "fields": "place product",
        "product": product.pk,
    }


def test_each_product_that_an_act_touches_is_told_once(tenant: Any) -> None:
    contact, card, router = make_contact(), make_product("Card"), make_product("Router")

    one = install(contact, card)
    thing = Thing(product=router)
    change_installed(
        installed_id=one.pk, thing=thing, place=Place(), actor=make_actor(), at=AT + HOUR
    )
    change_installed(
        installed_id=one.pk, thing=thing, place=Place(), actor=make_actor(), at=AT + DAY
    )
    remove_installed(installed_id=one.pk, actor=make_actor(), at=AT + DAY)

    products = [one["product_id"] for one in told("belongings")]
    assert products == [card.pk, card.pk, router.pk, router.pk]
    assert not InstalledProduct.objects.exists()


def test_purchases_are_changed_and_removed_like_what_is_installed(tenant: Any) -> None:
    contact, card = make_contact(), make_product("Card")
    one = buy(contact, card)

    changed = change_purchase(
        purchase_id=one.pk,
        thing=Thing(product=card),
        order=Order(bought_on=ORDER.bought_on, quantity=2),
        actor=make_actor(),
        at=AT + HOUR,
    )
    remove_purchase(purchase_id=one.pk, actor=make_actor(), at=AT + HOUR)

    assert (changed.quantity, changed.changed_at) == (2, AT + HOUR)
    actions = list(
        Entry.objects.filter(action__startswith="purchase").values_list("action", flat=True)
    )
    assert sorted(actions) == ["purchase.removed", "purchase.written", "purchase.written"]


def test_what_an_organisation_has_all_its_people_have(tenant: Any) -> None:
    contact, product = make_contact(), make_product("Router")
    company = Organisation.objects.create(name="Solheim AS", created_at=AT)
    Contact.objects.filter(pk=contact.pk).update(organisation=company)

    write_installed(
        owner=Owner(organisation_id=company.pk),
        thing=Thing(product=product),
        place=Place(),
        actor=make_actor(),
        at=AT,
    )

    assert [one.product for one in things_of(contact.pk).installed] == [product]
    assert things_of(make_contact().pk).product_ids == set()
    assert Entry.objects.get(action="installed.written").subject_kind == "organisation"


def test_versions_of_one_product_are_told_apart_as_people_say_them(tenant: Any) -> None:
    card, router = make_product("Card"), make_product("Router")
    version(card, "2.0")

    with pytest.raises(NameInUse):
        version(card, "V2.0")
    with pytest.raises(BadCustomer):
        version(card, "3", released_on=date(2026, 2, 1), supported_until=date(2026, 1, 1))

    other = version(router, "2.0")
    with pytest.raises(BadCustomer):
        write_installed(
            owner=Owner(contact_id=make_contact().pk),
            thing=Thing(product=card, version=other),
            place=Place(),
            actor=make_actor(),
            at=AT,
        )


@pytest.mark.parametrize(
    "order",
    [
        Order(bought_on=date(2026, 2, 1), quantity=0),
        Order(bought_on=date(1066, 10, 14)),
        Order(bought_on=date(2026, 2, 1), quantity=10**9),
    ],
)
def test_orders_that_nobody_can_mean_are_refused(tenant: Any, order: Order) -> None:
    contact, card = make_contact(), make_product("Card")

    with pytest.raises(BadCustomer):
        buy(contact, card, order)
    assert buy(contact, card).quantity == 1


def test_who_may_not_edit_customers_writes_nothing_down(tenant: Any) -> None:
    contact, card = make_contact(), make_product("Card")
    one = install(contact, card)

    for role in (Role.READER, Role.MEMBER, Role.ADMIN):
        with pytest.raises(NotPermitted):
            remove_installed(installed_id=one.pk, actor=make_actor(role), at=AT)
    with pytest.raises(NotPermitted):
        save_version(
            product_id=card.pk,
            version_id=None,
            name="2",
            released_on=None,
            supported_until=None,
            actor=make_actor(Role.LEAD),
            at=AT,
        )
    with pytest.raises(NoSuchContact):
        install(Contact(pk=999_999), card)


def test_what_somebody_has_goes_along_with_joining_and_back(tenant: Any) -> None:
    kept, joined, card = make_contact(), make_contact(), make_product("Card")
    old, order = install(joined, card), buy(joined, card)
    install(kept, card)

    joining = join_contacts(
        kept_id=kept.pk,
        joined_id=joined.pk,
        are_one=True,
        belongings=EVERYTHING,
        actor=make_actor(),
        at=AT,
    )
    of_one = things_of(kept.pk)
    with pytest.raises(JoinedWithAnother):
        install(joined, card)
    part_contacts(joining_id=joining.pk, belongings=EVERYTHING, actor=make_actor(), at=AT + DAY)

    assert (len(of_one.installed), len(of_one.purchases)) == (2, 1)
    assert things_of(joined.pk).installed == [old]
    assert things_of(joined.pk).purchases == [order]
    assert len(things_of(kept.pk).installed) == 1


def test_a_change_that_segments_may_ask_for_is_told(tenant: Any) -> None:
    contact = make_contact()
    known: dict[str, Any] = {
        "name": contact.name,
        "organisation": None,
        "language": "en",
        "timezone": "UTC",
    }
    company: dict[str, Any] = {
        "name": "Solheim AS",
        "domain": "solheim.example",
        "actor": make_actor(),
        "at": AT,
    }
    made = save_organisation(organisation_id=None, **company)

    for values in ({"tier": ""}, {"tier": "gold"}, {"tier": "gold", "timezone": "Europe/Oslo"}):
        change_contact(
            contact_id=contact.pk, may_be_mailed=True, actor=make_actor(), at=AT, **known | values
        )
    save_organisation(organisation_id=made.pk, region="North", **company)
    colleague = make_contact("kari@solheim.example")

    assert told("contact") == [{"contact_id": contact.pk}, {"contact_id": colleague.pk}]
    assert told("organisation") == [{"organisation_id": made.pk}]


# ---- segments --------------------------------------------------------------------------------


def draw(name: str = "Gold", *, number: int | None = None, **values: Any) -> Segment:
    """Save a segment as an administrator."""
    wanted = {"rule": GOLD, "actor": make_actor(Role.ADMIN), "at": AT, **values}
    return save_segment(number=number, name=name, **wanted)


def test_segments_are_numbered_and_told_when_others_are_meant(tenant: Any) -> None:
    gold, north = draw(), draw("North", rule={"fact": "region", "is": "north"})

    draw("Golden", number=1)
    draw("Golden", number=1)
    draw("Golden", number=1, is_active=False)

    gold.refresh_from_db()
    assert (gold.number, north.number, gold.version, gold.name) == (1, 2, 3, "Golden")
    assert [one["segment_id"] for one in told("segment")] == [gold.pk, north.pk, gold.pk]
    lines = Entry.objects.filter(action="segment.changed", subject_id=gold.pk).order_by("id")
    assert [one.changes["fields"] for one in lines] == [
        "condition is_active name",
        "name",
        "is_active",
    ]


def test_segments_that_cannot_be_are_refused(tenant: Any) -> None:
    draw()

    with pytest.raises(NameInUse):
        draw("GOLD")
    with pytest.raises(BadCondition):
        draw("Odd", rule={"fact": "weather", "is": "fine"})
    with pytest.raises(NoSuchSegment):
        draw("Silver", number=7)
    with pytest.raises(SegmentChangedMeanwhile):
        draw("Silver", number=1, version=4)
    with pytest.raises(NotPermitted):
        draw("Silver", actor=make_actor(Role.LEAD))
    assert draw("Silver", number=1, version=1).version == 2


def test_a_hundred_segments_are_enough(tenant: Any) -> None:
    Segment.objects.bulk_create(
        Segment(number=n, name=f"Of {n}", rule=GOLD, changed_at=AT) for n in range(1, MOST_SEGMENTS)
    )
    draw("The last")

    with pytest.raises(TooManySegments):
        draw("One more")
    assert draw("Put away", is_active=False).number == MOST_SEGMENTS + 1


def long_rule(size: int) -> dict[str, Any]:
    """Return a rule that takes so many bytes."""
    rule: dict[str, Any] = {"fact": "tier", "in": ["x" * 900] * (size // 1000)}
    missing = size - bytes_of(rule)
    many, rest = divmod(missing, 900)
    rule["in"] += ["x" * (900 - 4)] * many + ["x" * (rest - 4)]
    assert bytes_of(rule) == size
    return rule


def test_a_rule_is_no_longer_than_each_case_page_can_ask(tenant: Any) -> None:
    draw("As long as may be", rule=long_rule(LONGEST_RULE))

    for refused in (draw, preview_of):
        with pytest.raises(BadCondition) as refusal:
            refused(rule=long_rule(LONGEST_RULE + 1))
        assert "20001 bytes long; 20000 are allowed" in refusal.value.sentence


@pytest.mark.parametrize(
    "rule",
    [
        {"any": [{"fact": "product", "is": "Router X"}] * (MOST_LOOKS + 1)},
        {"not": {"fact": "days_since_purchase", "in": list(range(MOST_LOOKS + 1))}},
    ],
)
def test_a_rule_looks_not_too_often_at_what_customers_have(
    tenant: Any, rule: dict[str, Any]
) -> None:
    with pytest.raises(BadCondition, match="looks 51 times"):
        preview(rule)
    with pytest.raises(BadCondition, match="looks 51 times"):
        draw(rule=rule)
    assert draw(rule={"all": [{"fact": "product", "in": ["a", "b"]}] * MOST_LOOKS}).number == 1


def preview_of(*, rule: dict[str, Any]) -> Any:
    """Try a rule."""
    return preview(rule)


def test_rules_in_use_are_no_longer_together_than_each_case_page_can_ask(tenant: Any) -> None:
    whole = LONGEST_TOGETHER // LONGEST_RULE
    for number in range(whole):
        draw(f"Of {number}", rule=long_rule(LONGEST_RULE))

    with pytest.raises(TooManySegments, match="would be 200030 bytes long; 200000 are"):
        draw("One more")
    away = draw("Put away", is_active=False)
    with pytest.raises(TooManySegments):
        draw("Put away", number=away.number)
    draw("Of 0", number=1, rule=long_rule(LONGEST_RULE), is_active=False)
    assert draw("Put away", number=away.number).is_active


def test_a_rule_from_before_may_be_renamed_and_put_away(tenant: Any) -> None:
    rule = long_rule(LONGEST_TOGETHER + 1)
    Segment.objects.create(number=1, name="Old", rule=rule, changed_at=AT)

    assert draw("Older", number=1, rule=rule).name == "Older"
    assert not draw("Older", number=1, rule=rule, is_active=False).is_active
    with pytest.raises(TooManySegments):
        draw("Older", number=1, rule=rule)
