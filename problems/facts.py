"""What rules, workflows and their steps may ask of a problem."""

from customers.models import Product
from problems.models import Problem


def facts_of(problem: Problem) -> dict[str, str | int]:
    """Return what rules may ask of a problem."""
    return facts(
        title=problem.title,
        statement=problem.statement,
        category=problem.category,
        product=problem.product,
        severity=problem.severity,
    )


def facts(
    *, title: str, statement: str, category: str, product: Product | None, severity: int = 3
) -> dict[str, str | int]:
    """Return what rules may ask of a problem that has yet to be opened."""
    return {
        "title": title,
        "statement": statement,
        "text": f"{title}\n{statement}",
        "category": category,
        "product": product.name if product else "",
        "severity": severity,
    }
