"""The report on the use of knowledge: counts that lead on, and a file."""

from datetime import timedelta

from django.utils.timezone import now

from knowledge.models import OfferDoor
from knowledge.offers import Offered, keep_shown, keep_used
from problems.models import CaseLink
from tests.make import make_actor, make_case, make_problem, make_user
from tests.surfaces.counting import counted, told
from tests.surfaces.signing_in import signed_in_staff
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant

ADDRESS = "/reports/knowledge/"


def shown_and_used(*, times: int) -> str:
    """Show a problem beside so many cases and use it once; return the problem's name."""
    at = now() - timedelta(minutes=5)
    problem, actor = make_problem(at=at), make_actor()
    for place in range(times):
        case = make_case(at=at)
        offered = Offered(problem_id=problem.pk)
        keep_shown([offered], door=OfferDoor.CASE, actor=actor, at=at, case_id=case.pk)
        if place == 0:
            keep_used(offered, actor=actor, at=at, case_id=case.pk)
        CaseLink.objects.create(
            case=case, problem=problem, kind="suggested", score=700, created_at=at
        )
    return problem.name


def test_a_lead_reads_what_was_shown_opened_and_used(tenant: Tenant) -> None:
    name = shown_and_used(times=4)
    client = signed_in_staff(tenant, make_user(Role.LEAD))

    page = client.get(ADDRESS).content.decode()
    lines = client.get(f"{ADDRESS}file/").content.decode().splitlines()

    assert "beside the case" in page
    assert f"/triage/?problem={name}" in page
    assert lines[1] == "beside the case,Problems,4,1,1,0,0"


def test_an_agent_does_not_read_the_report(tenant: Tenant) -> None:
    assert signed_in_staff(tenant, make_user()).get(ADDRESS).status_code == 403


def test_the_report_says_that_there_is_nothing_yet(tenant: Tenant) -> None:
    page = signed_in_staff(tenant, make_user(Role.LEAD)).get(ADDRESS).content.decode()

    assert "Nothing was shown in these months." in page
    assert "No department asked a customer anything in these months." in page


def test_the_report_costs_the_same_on_any_size(tenant: Tenant) -> None:
    client = signed_in_staff(tenant, make_user(Role.LEAD))
    shown_and_used(times=2)
    client.get(ADDRESS)

    with counted() as few:
        client.get(ADDRESS)
    shown_and_used(times=18)
    with counted() as many:
        client.get(ADDRESS)

    assert len(few) == len(many) <= 17, told(many)
