"""Visitors of two tenants, every address of the program, and what each visit comes to."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from ipaddress import IPv4Address
from itertools import count
from typing import Any

from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, reverse
from django.urls.resolvers import RoutePattern

from cases.conversation import File, keep_files
from cases.filtering import Criteria
from cases.lifecycle import open_case
from cases.models import NumberSeries
from cases.passes import make_pass
from cases.saved_views import save_view
from cases.states import Channel
from customers.belongings import Owner, Place, Thing, write_installed
from customers.models import FileImport, ImportPart, Organisation, Segment
from customers.portal_access import make_link
from customers.preferences import Topic
from knowledge.authoring import publish_article
from knowledge.publishing import draft_known_error
from problems.problem_passes import make_pass as make_problem_pass
from problems.reaching import Description, add_scope
from servicedesk.api.authentication import NeedsActor
from servicedesk.mail.models import RawMail
from servicedesk.mail.receiving import receive_mail
from servicedesk.notifications.unsubscribing import WayOut, word_for
from servicedesk.simulating.pieces import ask_simulation
from servicedesk.webhooks.subscriptions import add_webhook
from tests.hearing import hear_everything
from tests.isolation.access_table import (
    ANONYMOUS,
    CONTACT,
    Access,
)
from tests.isolation.after_fix_told import tell_after_fix
from tests.isolation.broadcasting import broadcast_of
from tests.isolation.crowd import wait_for_approval
from tests.isolation.furnishing import doors_of, workflow_of
from tests.isolation.tasks_told import tell_of_tasks
from tests.make import (
    HOUR,
    make_actor,
    make_contact,
    make_department,
    make_problem,
    make_product,
    make_rota,
    make_rule,
    make_tenant,
    make_user,
)
from tests.radar.suspected import make_pattern
from tests.surfaces.signing_in import client_at, signed_in_contact, signed_in_staff
from workflow.branding import default_brand
from workflow.clocks.models import ServiceLevel
from workflow.clocks.policies import start_draft
from workflow.people.actors import Actor
from workflow.people.authentication import issue_token
from workflow.people.models import ApiToken
from workflow.people.permissions import STAFF_ROLES, Role
from workflow.tenancy.models import Tenant
from workflow.tenancy.scope import tenant_scope

# Every address is visited many times within a minute.
OFTEN = 1_000_000
IN, HIDDEN, OUT, NO_METHOD, BROKEN = "in", "hidden", "out", "no such method", "broken"
CHANGED = """
SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables
WHERE schemaname = 'public' AND n_tup_ins + n_tup_upd + n_tup_del > 0
"""
LEVEL_PARTS = (
    "",
    *(
        f"_{part}"
        for part in ("name", "move", "default", "retire", "file", "versions", "draft", "check",
                     "preview", "simulation", "publish")
    ),
)  # fmt: skip
NETWORKS = (str(IPv4Address(0x0A000001 + number)) for number in count())
NEVER_COUNTED = {"django_session", "workflow_signinattempt"}


@dataclass(frozen=True)
class Address:
    """One pattern of the URLconf: its full name, its parameters, its view."""

    name: str
    parameters: tuple[str, ...]
    view: Any

    @property
    def guard(self) -> str:
        """Who guards it: staff, contact, public, token, or nobody."""
        found = getattr(self.view, "guard", "")
        if found:
            return str(found)
        permissions = getattr(getattr(self.view, "cls", None), "permission_classes", ())
        return "token" if NeedsActor in permissions else ""

    def path(self, values: dict[str, Any]) -> str:
        """Return the path with these values."""
        return reverse(self.name, kwargs={key: values[key] for key in self.parameters})


def addresses(patterns: list[Any], *, prefix: str = "") -> Iterator[Address]:
    """Return every address of a URLconf, those of included ones too."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            within = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from addresses(pattern.url_patterns, prefix=within)
        elif isinstance(pattern, URLPattern):
            found = pattern.pattern
            parameters = (
                found.converters if isinstance(found, RoutePattern) else found.regex.groupindex
            )
            yield Address(
                name=f"{prefix}{pattern.name}",
                parameters=tuple(parameters),
                view=pattern.callback,
            )


@dataclass
class World:
    """A tenant with something at each address, and visitors of every kind."""

    tenant: Tenant
    values: dict[str, dict[str, Any]]
    browsers: dict[str, Client]
    programs: dict[str, Client] = field(default_factory=dict)

    def client_of(self, visitor: str, *, address: Address) -> Client:
        """Return the browser of a visitor, for programs its token."""
        return (self.programs if address.name.startswith("api:") else self.browsers)[visitor]

    def values_for(self, address: Address) -> dict[str, Any]:
        """Return the parameters of an address of this tenant."""
        return self.values.get(address.name, self.values[address.name.split(":")[0]])

    def path(self, address: Address) -> str:
        """Return the path of an address of this tenant."""
        return (
            address.path(self.values_for(address)) if address.parameters else reverse(address.name)
        )


def make_world(*, numbers_from: int) -> World:
    """Build a tenant whose numbers begin somewhere: those of two worlds never meet."""
    tenant = make_tenant(at=datetime.now(UTC))
    at = datetime.now(UTC) - 6 * HOUR
    with tenant_scope(tenant.pk):
        NumberSeries.objects.bulk_create(
            [
                NumberSeries(name=name, last=numbers_from)
                for name in ("case", "problem", "article", "task", "change", "pattern", "broadcast")
            ]
        )
        rule = make_rule(make_department("Payments"))
        rota = make_rota(make_department("Payments"))
        contact = make_contact(at=at)
        case = open_case(
            contact=contact,
            subject="Charged twice",
            text="You have taken 649 twice again.",
            html="<p>You have taken 649 twice again.</p>",
            channel=Channel.MAIL,
            actor=Actor.system("test"),
            at=at,
        )
        message = case.messages.get()
        (kept,) = keep_files(
            message, [File(name="a.txt", content_type="text/plain", content=b"a")], at=at
        )
        problem = make_problem(cases=[case], at=at + HOUR)
        hear_everything()
        article = draft_known_error(
            problem_id=problem.pk, actor=Actor.system("test"), at=at + 2 * HOUR
        )
        publish_article(article_id=article.pk, actor=Actor.system("test"), at=at + 2 * HOUR)
        shared = save_view(
            name="All",
            criteria=Criteria(),
            is_shared=True,
            actor=make_actor(Role.LEAD),
            at=at + 2 * HOUR,
        )
        colleague = make_user()
        issue_token(role=Role.READER, label="spare", at=at)
        spare = ApiToken.objects.get()
        organisation = Organisation.objects.create(name="Solheim AS", created_at=at)
        segment = Segment.objects.create(
            number=numbers_from + 1, name="Everybody", rule={"all": []}, changed_at=at
        )
        handed_in = FileImport.objects.create(
            number=numbers_from + 1,
            sort="contacts",
            state="checked",
            lines=1,
            parts=1,
            made_by_kind="system",
            made_at=at,
        )
        ImportPart.objects.create(file_import=handed_in, position=0, lines=[])
        belonging = write_installed(
            owner=Owner(contact_id=contact.pk),
            thing=Thing(product=make_product(f"Router {numbers_from}")),
            place=Place(),
            actor=make_actor(),
            at=at,
        )
        held = RawMail.objects.create(
            raw=b"Subject: ?\n\n",
            digest="x",
            size=13,
            outcome="quarantined",
            reason="x",
            received_at=at,
        )
        webhook, _secret = add_webhook(
            name="Warehouse",
            url="https://receiver.example/",
            kinds={"case.opened"},
            actor=make_actor(Role.ADMIN),
            at=at,
            resolver=lambda *_: ["93.184.216.34"],
        )
        waiting = receive_mail(b"", at=at)
        level = ServiceLevel.objects.get()
        promised = start_draft(service_level_id=level.pk, actor=make_actor(Role.ADMIN), at=at)
        ask_simulation(version=promised, actor=make_actor(Role.ADMIN), at=at)
        values: dict[str, dict[str, Any]] = {
            "agent": {"number": case.number, "view": "open"},
            "agent:why": {"number": case.number, "problem": problem.number},
            "agent:opens": {"number": case.number, "kind": "problem", "shown_id": problem.pk},
            "agent:opens_new": {"kind": "problem", "shown_id": problem.pk},
            "api:suggestion_evidence": {
                "number": case.number,
                "problem_number": problem.number,
            },
            "colour": {"colour": "1f6f5c"},
            "agent:mail_body": {"number": case.number, "message_id": message.pk},
            "settings": {},
            "settings:wording_mail": {"kind": "answer"},
            **{
                f"settings:quarantined_{part}": {"mail_id": waiting.pk}
                for part in ("mail", "body", "raw")
            },
            "settings:webhook_calls": {"webhook_id": webhook.pk},
            "settings:routing_rule": {"rule_id": rule.pk},
            "api:rule_repairs": {"pk": rule.pk},
            "settings:rota": {"rota_id": rota.pk},
            **{f"api:rota{part}": {"pk": rota.pk} for part in ("", "_active", "_exceptions")},
            **{
                f"settings:service_level{part}": {"level_id": level.pk}
                for part in ("", "_file", "_draft", "_simulation")
            },
            **{f"api:service_level{part}": {"pk": level.pk} for part in LEVEL_PARTS},
            **workflow_of(at=at),
            "settings:person_leaving": {"user_id": make_user(Role.AGENT).pk},
            "settings:department_closing": {"department_id": make_department("Idle").pk},
            "agent:attachment": {"number": case.number, "file_id": kept.pk},
            "agent:view": {"view_id": shared.pk},
            "agent:question": {"number": case.number, "question_id": 1},
            **{
                name: {
                    "number": case.number,
                    "clock_id": case.clocks.get(metric="resolution").pk,
                }
                for name in ("agent:clock", "agent:in_hand", "api:case_clock_in_hand")
            },
            **{
                name: {
                    "number": problem.number,
                    "clock_id": problem.clocks.order_by("id")[0].pk,
                }
                for name in ("problem:clock", "problem:in_hand", "api:problem_clock_in_hand")
            },
            "agent:view_remove": {"view_id": shared.pk},
            "agent:contact": {"contact_id": contact.pk},
            "agent:belongings": {"contact_id": contact.pk},
            "settings:product": {"product_id": belonging.product_id},
            "api:versions": {"slug": f"router-{numbers_from}"},
            **{
                f"api:{name}": {"number": segment.number}
                for name in ("segment", "segment_contacts")
            },
            **{
                f"{room}import{part}": {"number": handed_in.number}
                for room, part in (
                    ("settings:", ""),
                    ("settings:", "_refused"),
                    ("api:", ""),
                    ("api:begin_", ""),
                    ("api:drop_", ""),
                    ("api:", "_refused"),
                )
            },
            "settings:import_template": {"kind": "contacts"},
            "agent:join": {"contact_id": contact.pk},
            "problem": {"number": problem.number},
            "knowledge": {"number": article.number},
            "portal": {"number": case.number, "token": make_link(contact, at=datetime.now(UTC))},
            "portal:problem": {"number": problem.number},
            **{
                f"api:{name}": {"number": problem.number}
                for name in (
                    "own_problem",
                    "join_own_problem",
                    "follow_own_problem",
                    "own_problem_works",
                )
            },
            "portal:stop": {
                "word": word_for(WayOut(contact_id=contact.pk, topic=Topic.PROGRESS)),
            },
            "portal:link": {
                "token": make_pass(case_id=case.pk, contact_id=contact.pk, at=datetime.now(UTC))
            },
            "portal:problem_link": {
                "token": make_problem_pass(
                    problem_id=problem.pk, contact_id=contact.pk, at=datetime.now(UTC)
                )
            },
            "portal:linked_problem": {"number": problem.number},
            "portal:linked_file": {
                "number": case.number,
                "key": kept.key.rsplit("/", 1)[-1],
            },
            "portal:file": {"number": case.number, "key": kept.key.rsplit("/", 1)[-1]},
            "portal:article": {"number": article.number},
            "portal:me_too": {"number": article.number},
            "api": {
                "number": case.number,
                "pk": contact.pk,
                "slug": "payments",
                "role_id": 1,
                "address_id": 1,
                "participant_id": 1,
                "question_id": 1,
                "call_id": 1,
                "promise_id": 1,
                "statement_id": 1,
                "request_id": 1,
            },
            **{
                f"api:{name}": {"pk": webhook.pk, "call_id": 1}
                for name in (
                    "webhook_active",
                    "webhook_secret",
                    "webhook_test",
                    "webhook_calls",
                    "replay_failed",
                    "replay_call",
                )
            },
            "api:default_brand": {"pk": default_brand().pk},
            "api:open_department": {"slug": "none-of-this-name"},
            "api:organisation": {"pk": organisation.pk},
            **{
                f"api:{name}": {"pk": colleague.pk}
                for name in ("person", "roles", "deactivate", "activate", "password")
            },
            "api:revoke_token": {"pk": spare.pk},
            "api:held_mail": {"pk": held.pk},
        }
        values["api:approval"] = {
            "request_id": wait_for_approval(department=make_department("Payments"), at=at)
        }
        values |= doors_of(contact, problem, at=at)
        scope, _reached = add_scope(
            problem_id=problem.pk,
            description=Description(region="North"),
            actor=Actor.system("test"),
            at=at + HOUR,
        )
        told = tell_of_tasks(problem, actor=Actor.system("test"), at=at + 2 * HOUR)
        planned = tell_after_fix(problem, actor=Actor.system("test"), at=at + 2 * HOUR)
        values |= {
            f"api:{name}": {"number": problem.number, "prevention_id": planned}
            for name in (
                "fix_watches",
                "preventions",
                "prevention",
                "prevention_done",
                "prevention_dropped",
                "reviews",
                "review_verdict",
            )
        }
        suspected = make_pattern(at=at)
        values["lead"] = {"number": suspected.number}
        values |= {
            f"api:{name}": {"number": suspected.number}
            for name in ("pattern", "pattern_cases", "pattern_steps")
        }
        hear_everything()
        values |= {
            f"problem:{name}": {
                "number": problem.number,
                **{part: told[part] for part in ("task", "change", "analysis")},
            }
            for name in (
                "task",
                "task_act",
                "change",
                "change_revise",
                "change_act",
                "analysis",
                "analysis_act",
            )
        }
        values |= {
            f"api:{name}": {
                "number": problem.number,
                "analysis_id": told["analysis"],
                "cause_id": told["cause"],
            }
            for name in (
                "problem_tasks",
                "problem_changes",
                "analyses",
                "analysis",
                "causes",
                "cause_verdict",
                "cause_evidence",
            )
        }
        values |= {
            f"api:{name}": {"number": told["task"]} for name in ("task", "task_steps", "task_notes")
        }
        values |= {f"api:{name}": {"number": told["change"]} for name in ("change", "change_steps")}
        values |= broadcast_of(problem, at=at + 3 * HOUR)
        values |= {
            f"api:{name}": {"number": problem.number, "statement_id": 1}
            for name in (
                "problem",
                "steps",
                "journey",
                "accountable",
                "followers",
                "statement",
                "statement_decision",
                "statements",
                "affected",
                "affected_counts",
                "exceptions",
                "applied",
                "scopes",
                "scope_count",
                "reshapings",
                "fan_outs",
                "merge",
                "split",
                "notes",
                "evidence",
                "estimates",
                "problem_cases",
                "problem_history",
                "problem_questions",
            )
        }
        values |= {
            f"api:{name}": {
                "number": problem.number,
                "contact_id": contact.pk,
                "scope_id": scope.pk,
                "reshaping_id": 1,
            }
            for name in ("exception", "scope", "reshaping")
        }
        values |= {
            f"api:{name}": {"number": article.number}
            for name in ("article", "publish", "retire", "feedback", "me_too", "article_history")
        }
        values["api:file"] = {"number": case.number, "file_id": kept.pk}
        users = {role.value: make_user(role) for role in STAFF_ROLES}
        tokens = {
            role.value: issue_token(role=role, label="program", requests_per_minute=OFTEN, at=at)
            for role in STAFF_ROLES
        }
        tokens[CONTACT] = issue_token(
            role=Role.CONTACT,
            label="program",
            contact_id=contact.pk,
            requests_per_minute=OFTEN,
            at=at,
        )
    host = f"{tenant.slug}.localhost"
    return World(
        tenant=tenant,
        values=values,
        browsers={
            ANONYMOUS: quiet(client_at(tenant)),
            CONTACT: quiet(signed_in_contact(tenant, contact)),
            **{role: quiet(signed_in_staff(tenant, user)) for role, user in users.items()},
        },
        programs={
            ANONYMOUS: quiet(Client(HTTP_HOST=host)),
            **{
                role: quiet(Client(HTTP_HOST=host, HTTP_AUTHORIZATION=f"Bearer {token}"))
                for role, token in tokens.items()
            },
        },
    )


def quiet(client: Client) -> Client:
    """Let a fault of a page be an answer, as it is for a browser."""
    client.raise_request_exception = False
    return client


def verdict(answer: Any, *, is_left: bool = False) -> str:
    """Return what a visit came to; leaving leads everybody to where one signs in."""
    status = answer.status_code
    if status >= 500:
        return BROKEN
    if status == 405:
        return NO_METHOD
    if status in (401, 403) or (status == 302 and not is_left and is_way_to_sign_in(answer)):
        return OUT
    return HIDDEN if status == 404 else IN


def is_way_to_sign_in(answer: Any) -> bool:
    """Whether a redirect asks to sign in first."""
    to = answer["Location"].split("?")[0]
    return to in {reverse("sign_in"), reverse("portal:sign_in")}


def expected(address: Address, access: Access, visitor: str, *, method: str) -> str:
    """Return what the table says of a visit."""
    may = access.get if method == "get" else access.post
    if address.guard == "token" and visitor == ANONYMOUS:
        return OUT
    if may is None:
        return NO_METHOD
    if visitor not in may:
        return OUT
    return HIDDEN if visitor in access.hidden else IN


def changed_rows() -> dict[str, int]:
    """Return how many rows of each table this transaction has changed so far."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(CHANGED)
        return {table: rows for table, rows in cursor.fetchall() if table not in NEVER_COUNTED}


def visit(client: Client, method: str, path: str) -> tuple[str, int]:
    """Visit once and undo it; return what it came to and its status.

    Each visit comes from a network of its own: how fast this machine visits must decide nothing.
    """
    client.defaults["REMOTE_ADDR"] = next(NETWORKS)
    cookies = client.cookies.output()
    with transaction.atomic():
        answer = (
            client.get(path)
            if method == "get"
            else client.post(path, {}, content_type="application/json")
            if path.startswith("/api/")
            else client.post(path)
        )
        transaction.set_rollback(True)
    if client.cookies.output() != cookies:
        client.cookies.clear()
        client.cookies.load(cookies.replace("Set-Cookie: ", ""))
    return verdict(answer, is_left=path.endswith("sign-out/")), answer.status_code


@contextmanager
def watched(touched: set[str]) -> Iterator[None]:
    """Add the tables that what is done meanwhile changes, also when it is undone."""
    with transaction.atomic():
        before = changed_rows()
        yield
        after = changed_rows()
    touched.update(table for table, rows in after.items() if rows != before.get(table, 0))
