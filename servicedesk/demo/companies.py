"""The two companies of the demo: departments, people, promises and rules."""

from dataclasses import dataclass, field
from datetime import timedelta

from workflow.clocks.models import Metric
from workflow.people.permissions import Role

HOUR = timedelta(hours=1)
Week = dict[str, list[list[str]]]
Condition = dict[str, object]


def week(opens: str, closes: str, *, days: str = "mon tue wed thu fri") -> Week:
    """Return the same opening hours for each of the days."""
    return {day: [[opens, closes]] for day in days.split()}


@dataclass(frozen=True)
class DepartmentPlan:
    """A department; `calendar` is the name of its opening hours."""

    name: str
    public_name: str
    hue: str
    calendar: str = "Office hours"
    acknowledge_within: timedelta = 4 * HOUR
    stage_within: timedelta = 16 * HOUR


@dataclass(frozen=True)
class PersonPlan:
    """Somebody who works there; `department` where the role belongs to one."""

    name: str
    email: str
    role: Role
    department: str = ""


@dataclass(frozen=True)
class RulePlan:
    """Where problems go."""

    name: str
    condition: Condition
    department: str


@dataclass(frozen=True)
class OrganisationPlan:
    """A company among the customers; a premium one is promised more, around the clock.

    `has` names the products that are there for all its people.
    """

    name: str
    domain: str
    is_premium: bool = False
    region: str = ""
    segment: str = ""
    has: tuple[str, ...] = ()


@dataclass(frozen=True)
class SegmentPlan:
    """A sort of customers."""

    name: str
    rule: Condition


@dataclass(frozen=True)
class WorkflowPlan:
    """A workflow that begins with a starter and takes problems that fit; a draft without them."""

    starter: str
    applies_when: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class CompanyPlan:
    """A tenant of the demo."""

    slug: str
    name: str
    timezone: str
    service_name: str
    calendars: dict[str, Week]
    departments: tuple[DepartmentPlan, ...]
    people: tuple[PersonPlan, ...]
    products: tuple[str, ...]
    rules: tuple[RulePlan, ...]
    organisations: tuple[OrganisationPlan, ...] = ()
    holidays: list[str] = field(default_factory=list)
    workflows: tuple[WorkflowPlan, ...] = ()
    segments: tuple[SegmentPlan, ...] = ()


# Opening hours until the first answer, the next ones and the solution, by priority from urgent to low.
STANDARD = {
    **{(Metric.FIRST_RESPONSE, p): h * HOUR for p, h in enumerate((1, 2, 8, 16), start=1)},
    **{(Metric.NEXT_RESPONSE, p): h * HOUR for p, h in enumerate((2, 4, 8, 16), start=1)},
    **{(Metric.RESOLUTION, p): h * HOUR for p, h in enumerate((8, 30, 100, 200), start=1)},
}
PREMIUM = {
    **{(Metric.FIRST_RESPONSE, p): h * HOUR / 2 for p, h in enumerate((1, 2, 4, 8), start=1)},
    **{(Metric.NEXT_RESPONSE, p): h * HOUR for p, h in enumerate((1, 2, 4, 8), start=1)},
    **{(Metric.RESOLUTION, p): h * HOUR for p, h in enumerate((4, 24, 72, 120), start=1)},
}
AROUND_THE_CLOCK = week("00:00", "24:00", days="mon tue wed thu fri sat sun")

BANK = CompanyPlan(
    slug="bank",
    name="Fjord Bank",
    timezone="Europe/Oslo",
    service_name="Customer care",
    calendars={
        "Office hours": week("08:00", "17:00"),
        "Early and late": week("06:00", "22:00"),
        "Around the clock": AROUND_THE_CLOCK,
    },
    departments=(
        DepartmentPlan("Payments platform", "the payments team", "blue", "Early and late"),
        DepartmentPlan("Card operations", "the card team", "violet"),
        DepartmentPlan(
            "Fraud & security",
            "the security team",
            "rose",
            "Around the clock",
            acknowledge_within=1 * HOUR,
            stage_within=8 * HOUR,
        ),
        DepartmentPlan("Finance control", "the accounting team", "olive", stage_within=20 * HOUR),
        DepartmentPlan("Release & change", "the release team", "orange", stage_within=24 * HOUR),
    ),
    people=(
        PersonPlan("Maja Lindqvist", "agent@bank.example", Role.AGENT),
        PersonPlan("Jonas Weber", "jonas.weber@bank.example", Role.AGENT),
        PersonPlan("Leila Haddad", "leila.haddad@bank.example", Role.AGENT),
        PersonPlan("Henrik Dahl", "lead@bank.example", Role.LEAD),
        PersonPlan("Sofie Larsen", "member@bank.example", Role.MEMBER, "Payments platform"),
        PersonPlan("Amir Rahman", "amir.rahman@bank.example", Role.MEMBER, "Card operations"),
        PersonPlan("Greta Vogel", "greta.vogel@bank.example", Role.MEMBER, "Fraud & security"),
        PersonPlan("Emil Strand", "emil.strand@bank.example", Role.MEMBER, "Finance control"),
        PersonPlan("Priya Singh", "priya.singh@bank.example", Role.MEMBER, "Release & change"),
        PersonPlan("Viktor Holm", "head@bank.example", Role.HEAD, "Payments platform"),
        PersonPlan("Hanna Keller", "hanna.keller@bank.example", Role.HEAD, "Card operations"),
        PersonPlan("Tariq Aydin", "tariq.aydin@bank.example", Role.HEAD, "Fraud & security"),
        PersonPlan("Clara Moreau", "clara.moreau@bank.example", Role.HEAD, "Finance control"),
        PersonPlan("Nils Bakke", "nils.bakke@bank.example", Role.HEAD, "Release & change"),
        PersonPlan("Ida Eriksen", "admin@bank.example", Role.ADMIN),
        PersonPlan("Oskar Lund", "reader@bank.example", Role.READER),
    ),
    products=(
        "Card",
        "Transfers",
        "Direct debit",
        "Cash withdrawal",
        "Currency exchange",
        "Top-up",
        "Account",
    ),
    rules=(
        RulePlan(
            "Somebody may be taking money that is not theirs",
            {"any": [
                {"fact": "text", "contains": ["stolen", "fraud", "unauthorised", "did not set up"]},
                {"fact": "category", "is": "fraud"},
            ]},
            "Fraud & security",
        ),
        RulePlan(
            "Fees and exchange rates",
            {"any": [
                {"fact": "category", "in": ["fees", "exchange rates"]},
                {"fact": "product", "is": "Currency exchange"},
            ]},
            "Finance control",
        ),
        RulePlan(
            "What an update of the app brought",
            {"fact": "category", "is": "app"},
            "Release & change",
        ),
        RulePlan(
            "Cards, and cash by card",
            {"fact": "product", "in": ["Card", "Cash withdrawal"]},
            "Card operations",
        ),
        RulePlan(
            "Money on its way",
            {"fact": "product", "in": ["Transfers", "Direct debit", "Top-up"]},
            "Payments platform",
        ),
    ),
    workflows=(
        WorkflowPlan("product_defect", {"fact": "category", "is": "exchange rates"}),
        WorkflowPlan("billing_error", {"fact": "category", "is": "interest"}),
        WorkflowPlan("service_outage"),
    ),
    organisations=(
        OrganisationPlan(
            "Nordlys Shipping",
            "nordlys.example",
            True,
            "North",
            "Shipping",
            ("Card", "Currency exchange", "Transfers"),
        ),
        OrganisationPlan(
            "Granite Studios", "granite.example", True, "Oslo", "Agencies", ("Card", "Transfers")
        ),
        OrganisationPlan(
            "Tern & Partners", "tern.example", region="Oslo", segment="Agencies", has=("Account",)
        ),
    ),
    segments=(
        SegmentPlan(
            "Agencies in Oslo",
            {"all": [
                {"fact": "organisation_segment", "is": "Agencies"},
                {"fact": "region", "is": "Oslo"},
            ]},
        ),
        SegmentPlan(
            "Companies with cards",
            {"all": [
                {"fact": "organisation", "exists": True},
                {"fact": "product", "is": "Card"},
            ]},
        ),
    ),
)  # fmt: skip

ACME = CompanyPlan(
    slug="acme",
    name="Acme Fiber",
    timezone="Europe/Berlin",
    service_name="Customer service",
    calendars={
        "Office hours": week("08:00", "18:00"),
        "Around the clock": AROUND_THE_CLOCK,
    },
    departments=(
        DepartmentPlan(
            "Network operations",
            "the network team",
            "blue",
            "Around the clock",
            acknowledge_within=1 * HOUR,
            stage_within=12 * HOUR,
        ),
        DepartmentPlan("Field service", "our technicians", "green"),
        DepartmentPlan("Billing", "the billing team", "olive"),
        DepartmentPlan("Devices & logistics", "the device team", "orange"),
    ),
    people=(
        PersonPlan("Marta Fischer", "agent@acme.example", Role.AGENT),
        PersonPlan("Lukas Brandt", "lukas.brandt@acme.example", Role.AGENT),
        PersonPlan("Zeynep Kaya", "lead@acme.example", Role.LEAD),
        PersonPlan("Pavel Novak", "member@acme.example", Role.MEMBER, "Network operations"),
        PersonPlan("Felix Richter", "felix.richter@acme.example", Role.MEMBER, "Field service"),
        PersonPlan("Rosa Conti", "rosa.conti@acme.example", Role.MEMBER, "Billing"),
        PersonPlan("Kofi Mendes", "kofi.mendes@acme.example", Role.MEMBER, "Devices & logistics"),
        PersonPlan("Vera Krause", "head@acme.example", Role.HEAD, "Network operations"),
        PersonPlan("Elias Bauer", "admin@acme.example", Role.ADMIN),
        PersonPlan("Nadia Romano", "reader@acme.example", Role.READER),
    ),
    products=("Fiber 500", "Fiber 1000", "Router R2", "TV box"),
    rules=(
        RulePlan("Bills", {"fact": "category", "is": "billing"}, "Billing"),
        RulePlan(
            "Devices and their way to the customer",
            {"fact": "product", "in": ["Router R2", "TV box"]},
            "Devices & logistics",
        ),
        RulePlan(
            "Lines",
            {"all": [
                {"fact": "product", "in": ["Fiber 500", "Fiber 1000"]},
                {"fact": "text", "contains": ["technician", "socket", "cable"]},
            ]},
            "Field service",
        ),
        RulePlan(
            "Everything else about the net",
            {"fact": "product", "in": ["Fiber 500", "Fiber 1000"]},
            "Network operations",
        ),
    ),
    workflows=(
        WorkflowPlan("product_defect", {"fact": "category", "is": "devices"}),
        WorkflowPlan("logistics", {"fact": "category", "is": "delivery"}),
        WorkflowPlan("billing_error", {"fact": "category", "is": "billing"}),
        WorkflowPlan("service_outage"),
    ),
    organisations=(OrganisationPlan("Hafen Logistik", "hafen.example", is_premium=True),),
)  # fmt: skip
