"""What a request type asks, as fields of a page: only these show, everything else is folded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from cases.models import QuestionKind, RequestQuestion, RequestType
from cases.request_types import Given, field_of, read_answers
from customers.models import Product

FIELD_KINDS = {
    QuestionKind.LINE: "text",
    QuestionKind.NUMBER: "number",
    QuestionKind.AMOUNT: "text",
    QuestionKind.DAY: "date",
    QuestionKind.YES_NO: "select",
}

LONGEST_OUTCOME = 4_000


@dataclass(frozen=True)
class Requested:
    """What was asked for: the type, the answers, the product, and what is wrong by field."""

    request_type: RequestType | None
    product: Product | None
    category: str
    wanted_outcome: str
    answers: tuple[Given, ...]
    errors: dict[str, str]


def chosen_type(types: Sequence[RequestType], slug: str) -> RequestType | None:
    """Return the type of a short name among those that are offered, or None."""
    return next((one for one in types if one.slug == slug), None)


def requested(
    typed: Mapping[str, str], *, types: Sequence[RequestType], products: Sequence[Product]
) -> Requested:
    """Return what the fields hold; no query."""
    kind = chosen_type(types, typed.get("type", ""))
    questions: list[RequestQuestion] = kind.asked if kind is not None else []  # type: ignore[attr-defined]
    answers, errors = read_answers(questions, given=typed)
    return Requested(
        request_type=kind,
        product=next((one for one in products if one.slug == typed.get("product", "")), None),
        category=typed.get("category", "").strip()[:80],
        wanted_outcome=typed.get("wanted_outcome", "").strip()[:LONGEST_OUTCOME],
        answers=tuple(answers),
        errors=errors,
    )


def request_fields(
    typed: Mapping[str, str],
    *,
    types: Sequence[RequestType],
    products: Sequence[Product],
    errors: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return what the fields show; without a type, product and wished result are asked."""
    kind = chosen_type(types, typed.get("type", ""))
    questions: list[RequestQuestion] = kind.asked if kind is not None else []  # type: ignore[attr-defined]
    shows = {
        "product": bool(products) and (kind is None or kind.asks_product),
        "wanted_outcome": kind is not None and kind.asks_wanted_outcome,
        "category": kind is not None and kind.asks_category,
    }
    wrong = errors or {}
    return {
        "types": [{"value": one.slug, "label": one.name} for one in types],
        "type": kind.slug if kind else "",
        "says": kind.says if kind else "",
        "shows": shows,
        "questions": [question_field(one, typed=typed, errors=wrong) for one in questions],
        "products": [{"value": one.slug, "label": one.name} for one in products],
        "product": typed.get("product", ""),
        "category": typed.get("category", ""),
        "wanted_outcome": typed.get("wanted_outcome", ""),
        "may_finish": kind is not None and kind.may_finish_at_once,
        "answer": kind.answer if kind else "",
    }


def question_field(
    question: RequestQuestion, *, typed: Mapping[str, str], errors: Mapping[str, str]
) -> dict[str, Any]:
    """Return one question as a field."""
    name = field_of(question)
    kind = QuestionKind(question.kind)
    yes_no = [{"value": "yes", "label": _("Yes")}, {"value": "no", "label": _("No")}]
    return {
        "name": name,
        "label": question.label,
        "kind": FIELD_KINDS[kind],
        "options": yes_no if kind is QuestionKind.YES_NO else [],
        "value": typed.get(name, ""),
        "error": errors.get(name, ""),
        "optional": not question.is_required,
        "is_choice": kind is QuestionKind.YES_NO,
    }
