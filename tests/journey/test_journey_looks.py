"""Looking nearer at a journey, with what is usual beside it, and keeping it as a file."""

from xml.etree import ElementTree

from problems.models import Problem
from problems.usual_way import usual_way
from tests.journey.long_lives import problem_with_stays
from tests.journey.test_fix_times import fixed
from tests.make import AT, DAY, HOUR, make_case, make_department, make_problem, make_user
from tests.surfaces.counting import counted
from tests.surfaces.signing_in import signed_in_staff
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant


def test_what_is_usual_is_the_median_of_the_category(tenant: Tenant) -> None:
    problem = make_problem(cases=[make_case()])
    payments = make_department("Payments")
    fixed([10, 20, 30, 40, 50], resolved_at=AT + 20 * DAY, department=payments)
    # Of another category, not fixed, or long ago.
    fixed([900], resolved_at=AT + 20 * DAY, department=payments, outcome="duplicate")
    fixed([900], resolved_at=AT - 180 * DAY, department=payments)

    found = usual_way(problem, at=AT + 22 * DAY)
    years_later = usual_way(problem, at=AT + 900 * DAY)
    problem.category = "logistics"
    of_another_category = usual_way(problem, at=AT + 22 * DAY)

    assert found.problems == 5
    assert {one.department.name: (one.median, one.problems) for one in found.departments} == {
        "Payments": (27 * HOUR, 5),
        "Care": (3 * HOUR, 5),
    }
    assert years_later.departments == ()
    assert of_another_category.problems == 0


def test_fewer_than_five_problems_say_nothing_of_what_is_usual(tenant: Tenant) -> None:
    problem = make_problem(cases=[make_case()])
    fixed([10, 20, 30, 40], resolved_at=AT + DAY, department=make_department("Payments"))

    found = usual_way(problem, at=AT + 30 * DAY)

    assert (found.problems, found.departments) == (4, ())


def test_the_page_shows_a_part_and_the_ways_to_look_further(tenant: Tenant) -> None:
    problem = problem_with_stays(60)
    client = signed_in_staff(tenant, make_user(Role.READER))
    here = f"/p/P-{problem.number}/journey/"
    client.get(here)

    whole = client.get(here)
    with counted() as queries:
        part = client.get(here, {"from": "11", "to": "30", "usual": "1"})
    odd = client.get(here, {"from": "0", "to": "999999999"})

    assert len(whole.context["picture"].legs) == len(odd.context["picture"].legs) == 60
    assert [leg.number for leg in part.context["picture"].legs] == list(range(11, 31))
    assert len(part.context["legs"]) == 60
    view = part.context["view"]
    assert view["ways"]["nearer"].endswith("?from=16&to=25&usual=1")
    assert view["ways"]["earlier"].endswith("?from=1&to=20&usual=1")
    assert "Stays 11 to 30 of 60" in part.content.decode()
    assert len(view["strip"].stops) == 61
    assert "Too few problems of this category" in part.content.decode()
    assert whole.context["view"]["ways"]["further"] == ""
    assert sum("percentile_cont" in query for query in queries) == 1


def test_the_file_is_a_drawing_that_needs_nothing_else(tenant: Tenant) -> None:
    problem = problem_with_stays(30)
    Problem.objects.filter(pk=problem.pk).update(title="Fees & <interest>")
    client = signed_in_staff(tenant, make_user(Role.READER))

    answer = client.get(f"/p/P-{problem.number}/journey/file/", {"from": "5", "to": "9"})

    text = answer.content.decode()
    root = ElementTree.fromstring(text)  # noqa: S314 - our own file
    assert answer["Content-Type"] == "image/svg+xml; charset=utf-8"
    assert answer["Content-Disposition"] == (
        f'attachment; filename="P-{problem.number}-journey.svg"'
    )
    assert answer["Content-Security-Policy"].startswith("default-src 'none'")
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert "Fees & <interest>" in "".join(root.itertext())
    links = root.findall(".//{http://www.w3.org/2000/svg}a[@href]")
    assert [link.get("href") for link in links if link.get("href", "").startswith("#leg")] == [
        f"#leg-{number}" for number in range(5, 10)
    ]
    assert "http://" not in text.replace("http://www.w3.org/2000/svg", "")
    assert "<script" not in text
