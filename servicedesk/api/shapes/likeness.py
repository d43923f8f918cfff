"""Shapes of what is like a text: problems with their reasons, cases, articles; what was used."""

from rest_framework import serializers

from servicedesk.api.shapes.fields import (
    Listing,
    Shown,
    Taken,
    number,
    number_shown,
    text_shown,
    time_shown,
    words,
    yes_shown,
)

MOST_PROBLEMS = 20


class TextWish(Taken):
    """A text to match, with what is known beside it; a case need not be there yet."""

    subject = words(longest=500)
    text = words(longest=20_000)
    product = words(longest=120, says="Short name of a product.")
    product_version = words(longest=40)
    region = words(longest=40)
    at_most = serializers.IntegerField(
        required=False,
        default=3,
        min_value=1,
        max_value=MOST_PROBLEMS,
        help_text="How many problems at most.",
    )


class ReasonShape(Shown):
    """A fact that speaks for a problem or against it; its value, and of how many cases.

    `ground` is product, other_product, version, code, region, lately or confirmed.
    """

    ground = text_shown()
    value = text_shown()
    count = number_shown()
    is_against = yes_shown()


class ProblemLikeShape(Shown):
    """A problem that may be behind a text.

    Of all that are shown with a `probability` of 0.8, four of five are right. `is_suggested` says
    whether it is sure enough to be shown to a person.
    """

    problem = number_shown()
    title = text_shown()
    state = text_shown()
    probability = serializers.FloatField(read_only=True)
    is_suggested = yes_shown()
    words = serializers.ListField(child=serializers.CharField(), read_only=True)
    reasons = ReasonShape(many=True, read_only=True)
    nearest = serializers.ListField(
        child=serializers.IntegerField(),
        read_only=True,
        help_text="Numbers of its linked cases that are most like the text.",
    )


class CaseLikeShape(Shown):
    """A case like a text; `likeness` from 0 to 1, null where words alone were compared."""

    case = number_shown()
    subject = text_shown()
    state = text_shown()
    likeness = serializers.FloatField(read_only=True, allow_null=True)
    problem = serializers.IntegerField(
        read_only=True, allow_null=True, help_text="Number of the problem it hangs on."
    )


class ArticleLikeShape(Shown):
    """A published article like a text; `likeness` as of a case."""

    article = number_shown()
    title = text_shown()
    likeness = serializers.FloatField(read_only=True, allow_null=True)


class LikenessShape(Shown):
    """All that is like a text, best first.

    `source` is `model`, or `words` where the matcher could not be asked; `some` the probability (0
    to 1) that any known problem is behind the text.
    """

    source = text_shown()  # type: ignore[assignment]
    some = serializers.FloatField(read_only=True)
    problems = ProblemLikeShape(many=True, read_only=True)
    cases = CaseLikeShape(many=True, read_only=True)
    articles = ArticleLikeShape(many=True, read_only=True)


class SpanShape(Shown):
    """A place in a text that the other one has, too: from `begin` until before `end`."""

    begin = number_shown()
    end = number_shown()


class MarkedShape(Shown):
    """A text and where it says what the other one says; `case` is the number of a linked case."""

    case = number_shown(is_nullable=True)
    text = text_shown()
    spans = SpanShape(many=True, read_only=True)


class EvidenceShape(Shown):
    """A case and a problem side by side: the case's text, the problem's own, its nearest cases."""

    text = MarkedShape(read_only=True)
    own = MarkedShape(read_only=True)
    nearest = MarkedShape(many=True, read_only=True)
    words = serializers.ListField(child=serializers.CharField(), read_only=True)
    reasons = ReasonShape(many=True, read_only=True)


class WaitingFilters(Listing):
    """Which suggestions that nobody has decided on."""

    problem = number(is_needed=False, says="Number of a problem: cases that look like it.")


class WaitingSuggestionShape(Shown):
    """A case whose suggestion waits for a word; `score` from 0 to 1."""

    id = number_shown()
    case = number_shown()
    subject = text_shown()
    problem = number_shown()
    title = text_shown()
    score = serializers.FloatField(read_only=True, allow_null=True)


class OfferShape(Shown):
    """Something shown beside a case because it may help, and what became of it.

    `kind` is problem, case or article, `number` its number; `door` where it was shown.
    """

    id = number_shown()
    kind = text_shown()
    number = number_shown()
    door = text_shown()
    shown_at = time_shown()
    opened_at = time_shown(is_nullable=True)
    used_at = time_shown(is_nullable=True)
    is_relevant = serializers.BooleanField(read_only=True, allow_null=True)


class JudgementWish(Taken):
    """Whether something shown beside a case helps there."""

    offer = number(says="Id of the offer.")
    is_relevant = serializers.BooleanField()


class PlaceOfUseShape(Shown):
    """What became of what was shown at one place: counts."""

    door = text_shown()
    kind = text_shown()
    shown = number_shown()
    opened = number_shown()
    used = number_shown()
    helped = number_shown()
    not_helped = number_shown()


class LinkedMonthShape(Shown):
    """Cases opened in a month, those that hang on a problem, those whose customer wrote again."""

    begins_at = time_shown()
    opened = number_shown()
    linked = number_shown()
    again = number_shown()


class UnlinkedShape(Shown):
    """A problem, and how many open cases look like it and hang on none."""

    problem = number_shown()
    cases = number_shown()


class AskedAgainShape(Shown):
    """Questions to customers: how many were compared, how many had their answer on file."""

    questions = number_shown()
    again = number_shown()


class KnowledgeShape(Shown):
    """Use of knowledge in a period."""

    since = time_shown()
    until = time_shown()
    places = PlaceOfUseShape(many=True, read_only=True)
    months = LinkedMonthShape(many=True, read_only=True)
    unlinked = UnlinkedShape(many=True, read_only=True)
    asked_again = AskedAgainShape(read_only=True)
