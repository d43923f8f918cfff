"""The scenarios of a load driver that other products were measured with, for this one.

A module as that driver wants it: `login(session, role, index)` and SCENARIOS, a role and a function
for each name. `session` has get, post, headers and cookies. BENCH_DOORS names the file that
`tests.benchmarks.doors` wrote; the addresses are those of one tenant's host. It imports nothing of
ours, so that it can lie beside the driver; docs/performance.md has the commands.
"""

import json
import os
import random
import re
from functools import cache
from pathlib import Path
from typing import Any

RARE = "zephyrquartz"
# What leads from one page of the list to the next.
MORE = re.compile(rb'hx-get="(/q/open/[^"]*)"')
REPLY = "We are looking into it, thank you. " * 10
Scenario = Any
deep: list[str] = []


@cache
def doors() -> Any:
    """Return the cookies and numbers."""
    return json.loads(Path(os.environ["BENCH_DOORS"]).read_text(encoding="utf-8"))


def login(session: Any, role: str, index: int) -> None:
    """Give a session the cookies of one of the eight agents or customers."""
    kept = doors()["agents" if role == "agent" else "customers"]
    for pair in kept[index % len(kept)].split("; "):
        name, _, value = pair.partition("=")
        session.cookies[name] = value
    session.headers["Host"] = doors()["host"]
    session.place = index % len(kept)


def a_list(session: Any, _chance: random.Random, _context: Any) -> None:
    """Open the list of all open cases, newest first."""
    session.get("/q/open/", contains=b"case-rows")


def b_filter(session: Any, chance: random.Random, _context: Any) -> None:
    """Filter by state, queue and owner."""
    queue, person = chance.choice(doors()["queues"]), chance.choice(doors()["people"])
    body = session.get(f"/q/filter/?standing=open&queue={queue}&who=user-{person}")
    if not re.search(rf'value="user-{person}"\s+selected'.encode(), body):
        raise RuntimeError("The filter was not understood.")


def b_page100(session: Any, _chance: random.Random, _context: Any) -> None:
    """Open page 100 of the list; the way there is gone once, while the driver warms up."""
    if not deep:
        address = "/q/open/"
        for _page in range(99):
            following = MORE.search(session.get(address))
            if following is None:
                break  # The tenant has no hundred pages: its last one has to do.
            address = following[1].decode().replace("&amp;", "&")
        deep.append(address)
    session.get(deep[0], contains=b"case-rows")


def c_detail(session: Any, chance: random.Random, context: Any) -> None:
    """Open any case of the tenant."""
    session.get(f"/c/{chance.randrange(1, context.tickets + 1)}/", contains=b"thread")


def d_search(session: Any, _chance: random.Random, _context: Any) -> None:
    """Look for a word that stands in 200 messages only."""
    session.get(f"/search/?q={RARE}", contains=b"/c/")


def e_create(session: Any, chance: random.Random, _context: Any) -> None:
    """Write down what a customer told on the telephone."""
    session.post(
        "/c/new/",
        {
            "csrfmiddlewaretoken": doors()["csrf"],
            "contact_email": f"customer{chance.randrange(100)}@seed.example.org",
            "contact_name": "Ingrid Solheim",
            "subject": f"The card reader shows a blank screen {chance.random()}",
            "body": "My printer is on fire. " * 15,
            "channel": "phone",
            "priority": "normal",
        },
    )


def f_reply(session: Any, chance: random.Random, _context: Any) -> None:
    """Answer an open case."""
    session.post(
        f"/c/{chance.choice(doors()['numbers'])}/reply/",
        {
            "csrfmiddlewaretoken": doors()["csrf"],
            "body": REPLY,
            "visibility": "reply",
            "send_anyway": "yes",
        },
    )


def g_mytickets(session: Any, _chance: random.Random, _context: Any) -> None:
    """Open a customer's own list."""
    session.get("/help/issues/", contains=b"/help/issues/")


def g_myview(session: Any, chance: random.Random, _context: Any) -> None:
    """Open one of the customer's own issues."""
    number = chance.choice(doors()["own_issues"][session.place])
    session.get(f"/help/issues/{number}/", contains=b"<h1")


SCENARIOS: dict[str, tuple[str, Scenario]] = {
    "a_list": ("agent", a_list),
    "b_filter": ("agent", b_filter),
    "b_page100": ("agent", b_page100),
    "c_detail": ("agent", c_detail),
    "d_search": ("agent", d_search),
    "e_create": ("agent", e_create),
    "f_reply": ("agent", f_reply),
    "g_mytickets": ("customer", g_mytickets),
    "g_myview": ("customer", g_myview),
}
