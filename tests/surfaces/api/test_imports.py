"""Programs hand tables in, see what would happen, take them or leave them: as people do on pages."""

from typing import Any

from customers.models import Contact
from tests.surfaces.api.calling import caller_as
from workflow.people.permissions import Role

TABLE = "email,name\nada@example.org,Ada\nnobody,X\n=1,Y\nbo@example.org,Bo\n"


def test_a_program_looks_at_a_table_and_takes_it(tenant: Any) -> None:
    lead = caller_as(tenant, Role.LEAD)

    looked = lead.post("imports/", {"sort": "contacts", "name": "crm.csv", "text": TABLE})
    number = looked.json()["number"]
    told = lead.get(f"imports/{number}/refused/", limit=1).json()
    rest = lead.get(told["next"]).json()
    done = lead.post(f"imports/{number}/begin/")

    assert (looked.status_code, looked.json()["state"]) == (201, "checked")
    assert looked.json()["expected"] == {
        "new": 2, "changed": 0, "ended": 0, "unchanged": 0, "refused": 2,
    }  # fmt: skip
    assert [one["number"] for one in told["results"] + rest["results"]] == [3, 4]
    assert rest["next"] is None
    assert told["results"][0]["fields_said"] == {"email": "nobody", "name": "X"}
    assert done.json()["counts"]["new"] == Contact.objects.count() == 2
    assert lead.post(f"imports/{number}/drop/").json()["code"] == "not_to_be_begun"
    assert lead.get("imports/").json()["results"][0]["state"] == "done"
    assert lead.get(f"imports/{number}/").json()["lines"] == 4


def test_what_cannot_be_used_is_refused_and_sorts_are_those_of_the_role(tenant: Any) -> None:
    lead, admin = caller_as(tenant, Role.LEAD), caller_as(tenant, Role.ADMIN)

    refused = lead.post("imports/", {"sort": "contacts", "text": "shoe size\n42\n"})

    assert (refused.status_code, refused.json()["code"]) == (422, "unreadable_file")
    halved = lead.post("imports/", {"sort": "contacts", "text": "email\n\ud800@example.org\n"})
    assert halved.status_code == 422
    assert lead.post("imports/", {"sort": "segments", "text": "x\n1\n"}).status_code == 403
    sorts = [
        [one["sort"] for one in caller.get("imports/sorts/").json()["results"]]
        for caller in (lead, admin)
    ]
    assert sorts == [
        ["organisations", "contacts", "installed", "purchase"],
        ["organisations", "contacts", "products", "installed", "purchase", "segments"],
    ]
