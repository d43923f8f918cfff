"""Methods by which a cause is looked for, as data: ours, and those of the tenant."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from problems.models import AnalysisMethod
from problems.models.cause import MethodKind
from workflow.amending import remember
from workflow.people.actors import Actor
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

MOST_PARTS = 20
LONGEST_PART = 80
LONGEST_QUESTION = 200


class NoSuchMethod(Refusal):
    """There is no method of this name."""

    code = "no_such_method"
    status = 404


class BadMethod(Refusal):
    """A method lacks what makes it one."""

    code = "bad_method"


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """How a cause is looked for: questions in order, or categories in which causes are sought."""

    code: str
    name: str
    kind: MethodKind
    questions: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    is_ours: bool = True


@dataclass(frozen=True, slots=True)
class Standard:
    """A method that every tenant has; its words are said in the reader's language."""

    code: str
    kind: MethodKind
    name: Callable[[], str]
    parts: tuple[Callable[[], str], ...]

    def said(self) -> Method:
        """Return it in words."""
        parts = tuple(part() for part in self.parts)
        is_chain = self.kind is MethodKind.CHAIN
        return Method(
            code=self.code,
            name=self.name(),
            kind=self.kind,
            questions=parts if is_chain else (),
            categories=() if is_chain else parts,
        )


STANDARD = (
    Standard(
        "five-whys",
        MethodKind.CHAIN,
        lambda: _("Five whys"),
        (
            lambda: _("Why does it happen?"),
            lambda: _("And why is that so?"),
            lambda: _("What made that possible?"),
            lambda: _("Why was it not noticed?"),
            lambda: _("What in the way we work lets it be so?"),
        ),
    ),
    Standard(
        "cause-tree",
        MethodKind.TREE,
        lambda: _("Cause tree"),
        (
            lambda: _("People"),
            lambda: _("Way of working"),
            lambda: _("Technology"),
            lambda: _("Data and material"),
            lambda: _("Suppliers and partners"),
            lambda: _("Surroundings"),
        ),
    ),
)


def standard_methods() -> list[Method]:
    """Return the methods that every tenant has."""
    return [one.said() for one in STANDARD]


def own_methods(*, with_retired: bool = False) -> list[AnalysisMethod]:
    """Return the tenant's own methods, by name; one query."""
    methods = AnalysisMethod.objects.order_by("name", "id")
    return list(methods if with_retired else methods.filter(is_active=True))


def methods() -> list[Method]:
    """Return every method that an analysis can begin with, the standard ones first; one query."""
    return standard_methods() + [as_method(one) for one in own_methods()]


def as_method(row: AnalysisMethod) -> Method:
    """Return a method of the tenant."""
    return Method(
        code=row.code,
        name=row.name,
        kind=MethodKind(row.kind),
        questions=tuple(row.questions),
        categories=tuple(row.categories),
        is_ours=False,
    )


def method_called(code: str) -> Method:
    """Return a method by its code; one query at most.

    Raises:
        NoSuchMethod: there is none, or it is used no more.
    """
    found = next((one for one in methods() if one.code == code), None)
    if found is None:
        raise NoSuchMethod(
            _("There is no such method."), next_step=_("Choose one of those that are listed.")
        )
    return found


@transaction.atomic
def save_method(
    *,
    code: str,
    name: str,
    kind: MethodKind,
    parts: Sequence[str],
    is_active: bool,
    actor: Actor,
    at: datetime,
) -> AnalysisMethod:
    """Add a method of the tenant, or change it; analyses that go on keep the one they began with.

    `parts` are the questions of a chain, the categories of a tree.

    Raises:
        NotPermitted: the actor does not configure.
        BadMethod: it has no name, no parts, too many or too long ones, or a standard one's code.
    """
    actor.require(Permission.CONFIGURE)
    said = [part.strip() for part in parts if part.strip()]
    refuse_unusable(code=code, name=name, kind=kind, parts=said)
    is_chain = kind is MethodKind.CHAIN
    row, is_new = AnalysisMethod.objects.update_or_create(
        code=code,
        defaults={
            "name": name.strip(),
            "kind": kind,
            "questions": said if is_chain else [],
            "categories": [] if is_chain else said,
            "is_active": is_active,
        },
    )
    remember(
        row,
        actor=actor,
        at=at,
        changes={"what": "method", "code": code, "is_new": is_new, "is_active": is_active},
    )
    return row


def refuse_unusable(*, code: str, name: str, kind: MethodKind, parts: Sequence[str]) -> None:
    """Refuse a method that could not be used."""
    longest = LONGEST_QUESTION if kind is MethodKind.CHAIN else LONGEST_PART
    says = ""
    if not code or not name.strip():
        says = _("A method needs a name.")
    elif code in {one.code for one in STANDARD}:
        says = _("This is the name of a method that is always there.")
    elif not parts or len(parts) > MOST_PARTS:
        says = _("A method has 1 to %(most)d questions or categories.") % {"most": MOST_PARTS}
    elif len(set(parts)) < len(parts):
        says = _("Something stands twice among the questions or categories.")
    elif max(len(part) for part in parts) > longest:
        says = _("A line is longer than %(longest)d characters.") % {"longest": longest}
    if says:
        raise BadMethod(says, next_step=_("Write one question or category a line."))
