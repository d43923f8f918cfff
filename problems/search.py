"""Find problems by number and by words of what is known of them."""

import re

from django.db.models import Q

from problems.access import visible_problems
from problems.models import Problem
from workflow.people.actors import Actor

NUMBER = re.compile(r"\s*[Pp]?\s*-?\s*([0-9]{1,15})\s*\Z")
MOST_WORDS = 8


def problems_found(
    actor: Actor, words: str, *, before: int | None = None, at_most: int
) -> list[Problem]:
    """Return problems that say every one of the words, or have the number; newest first.

    One query. A tenant has thousands of problems, not millions: they are read through.
    `before` is the id of the last problem that was shown.
    """
    says = Q()
    for word in words.replace("\x00", "").split()[:MOST_WORDS]:
        says &= (
            Q(title__icontains=word)
            | Q(category__icontains=word)
            | Q(statement__icontains=word)
            | Q(root_cause__icontains=word)
        )
    number = NUMBER.match(words)
    if number is not None:
        says |= Q(number=int(number[1]))
    problems = visible_problems(actor).filter(says)
    if before is not None:
        problems = problems.filter(pk__lt=before)
    return list(problems.order_by("-id")[:at_most])
