"""What is like a text or a case, why, what waits for a decision, and what was used."""

from dataclasses import replace
from typing import Any

from django.utils.timezone import get_current_timezone

from cases.access import case_for
from cases.states import Channel
from knowledge.offers import judge_offer, offers_beside
from knowledge.use import use_by_place
from problems.access import problem_for
from problems.asked_again import asked_again
from problems.asking import Question
from problems.case_links import waiting_links
from problems.evidence import Reason, Span, compare
from problems.grounds import Grounds, Pointed, grounds_of
from problems.learning import whole_text
from problems.linked_share import linked_by_month, unlinked_by_problem
from problems.matching import Match, question_of
from servicedesk.api.base import TokenView
from servicedesk.api.cases import Fields
from servicedesk.api.naming import product_for
from servicedesk.api.operations import operation, page_shape
from servicedesk.api.paging import one, page_of, shaped
from servicedesk.api.reports import Report
from servicedesk.api.shapes import likeness as shapes
from servicedesk.api.shapes.clocks import PeriodFilters
from servicedesk.pages.alike import Likenesses, everything_like
from servicedesk.pages.evidence_shown import words_shown
from workflow.people.permissions import Permission

SEES = (Permission.VIEW_PROBLEM,)
TAG = "Matching"


class MatchText(TokenView):
    """What is like a text."""

    @operation(
        "match_text", any_of=SEES, takes=shapes.TextWish, gives=shapes.LikenessShape, tag=TAG
    )
    def post(self, fields: Fields) -> Any:
        """Match a text: problems that may be behind it, why, and cases and articles like it.

        Nothing is kept of it.
        """
        product = product_for(fields["product"])
        found = everything_like(
            Question(
                subject=fields["subject"],
                text=fields["text"],
                at=self.at,
                product_id=product.pk if product else None,
                product_version=fields["product_version"],
                region=fields["region"],
                at_most=fields["at_most"],
            ),
            actor=self.actor,
            door=Channel.API,
            is_whole=True,
        )
        return one(
            shapes.LikenessShape, as_data(found, sees_cases=self.actor.may(Permission.VIEW_CASE))
        )


class KnownAboutCase(TokenView):
    """What is like a case."""

    @operation(
        "read_what_is_known",
        any_of=(Permission.VIEW_CASE,),
        gives=shapes.LikenessShape,
        path=("number",),
        tag=TAG,
    )
    def get(self, number: int) -> Any:
        """Read which problems may be behind a case now, and which cases and articles are like it."""
        case = case_for(self.actor, number)
        question = replace(question_of(case, at=self.at), at_most=shapes.MOST_PROBLEMS)
        found = everything_like(
            question, actor=self.actor, door=case.channel, cases_at_most=20, is_whole=True
        )
        return one(
            shapes.LikenessShape, as_data(found, sees_cases=self.actor.may(Permission.VIEW_CASE))
        )


def as_data(found: Likenesses, *, sees_cases: bool) -> dict[str, Any]:
    """Return all that is like a text as data, without cases for who may not see them; no query."""
    grounds = found.grounds or {}
    return {
        "source": str(found.findings.source) if found.findings else "words",
        "some": found.findings.some if found.findings else 0.0,
        "problems": [
            match_as_data(match, grounds[match.problem.pk], sees_cases=sees_cases)
            for match in found.matches
        ],
        "cases": [
            {
                "case": like.case.number,
                "subject": like.case.subject,
                "state": like.case.state,
                "likeness": like.likeness,
                "problem": int(like.link.problem.removeprefix("P-"))
                if like.link and like.link.is_confirmed
                else None,
            }
            for like in found.cases
        ],
        "articles": [
            {
                "article": like.article.number,
                "title": like.article.title,
                "likeness": like.likeness,
            }
            for like in found.articles
        ],
    }


def match_as_data(match: Match, grounds: Grounds, *, sees_cases: bool) -> dict[str, Any]:
    """Return a problem that may be behind a text, as data."""
    return {
        "problem": match.problem.number,
        "title": match.problem.title,
        "state": match.problem.state,
        "probability": match.probability,
        "is_suggested": match.is_shown,
        # Words that ranked it may be those of customers.
        "words": words_shown(grounds, match.words if sees_cases else ()),
        "reasons": [reason_as_data(reason) for reason in grounds.reasons],
        "nearest": [near.number for near in grounds.nearest] if sees_cases else [],
    }


def reason_as_data(reason: Reason) -> dict[str, Any]:
    """Return a fact that speaks for a problem, as data."""
    return {
        "ground": reason.ground.value,
        "value": reason.value,
        "count": reason.count,
        "is_against": reason.is_against,
    }


class EvidenceOfSuggestion(TokenView):
    """A case and a problem side by side."""

    @operation(
        "read_evidence_of_suggestion",
        any_of=SEES,
        gives=shapes.EvidenceShape,
        path=("number", "problem_number"),
        tag=TAG,
    )
    def get(self, number: int, problem_number: int) -> Any:
        """Read what a case and a problem share: words and their places in both texts, facts."""
        case = case_for(self.actor, number)
        problem = problem_for(self.actor, problem_number)
        question = question_of(case, at=self.at)
        grounds = grounds_of(question, [Pointed(problem)])[problem.pk]
        text = whole_text(question.subject, question.text)
        theirs = "\n".join([grounds.own_text, *(near.whole for near in grounds.nearest)])
        return one(
            shapes.EvidenceShape,
            {
                "text": marked(text, spans=compare(text, other=theirs).in_text),
                "own": marked_like(text, grounds.own_text),
                "nearest": [
                    {**marked_like(text, near.whole), "case": near.number}
                    for near in grounds.nearest
                ],
                "words": [shared.words for shared in grounds.shared],
                "reasons": [reason_as_data(reason) for reason in grounds.reasons],
            },
        )


def marked_like(text: str, other: str) -> dict[str, Any]:
    """Return the other text with what it shares with the text."""
    return marked(other, spans=compare(text, other=other).in_other)


def marked(text: str, *, spans: tuple[Span, ...]) -> dict[str, Any]:
    """Return a text with its marked places."""
    places = [{"begin": span.begin, "end": span.end} for span in spans]
    return {"case": None, "text": text, "spans": places}


class WaitingSuggestions(TokenView):
    """The queue of suggestions that nobody has decided on."""

    @operation(
        "list_waiting_suggestions",
        any_of=(Permission.LINK_CASE,),
        filters=shapes.WaitingFilters,
        gives=page_shape(shapes.WaitingSuggestionShape),
        tag=TAG,
    )
    def get(self) -> Any:
        """List open cases whose suggestion waits for a word, the newest first."""
        self.actor.require(Permission.VIEW_CASE)
        named = self.asked.get("problem")
        problem = problem_for(self.actor, named) if named else None
        waiting = waiting_links(problem_id=problem.pk if problem else None)
        return page_of(
            waiting.select_related("case", "problem"),
            self,
            shape=lambda rows: shaped(shapes.WaitingSuggestionShape)(
                [waiting_as_data(row) for row in rows]
            ),
        )


def waiting_as_data(link: Any) -> dict[str, Any]:
    """Return a suggestion that waits, as data."""
    return {
        "id": link.pk,
        "case": link.case.number,
        "subject": link.case.subject,
        "problem": link.problem.number,
        "title": link.problem.title,
        "score": link.score / 1000 if link.score is not None else None,
    }


class OffersOfCase(TokenView):
    """What was shown beside a case because it may help."""

    @operation(
        "list_offers",
        any_of=(Permission.VIEW_CASE,),
        gives=page_shape(shapes.OfferShape),
        path=("number",),
        tag=TAG,
    )
    def get(self, number: int) -> Any:
        """List what was shown beside a case, opened, used and said of it, the newest sixty."""
        case = case_for(self.actor, number)
        rows = [offer_as_data(offer) for offer in offers_beside(case.pk)]
        return {"results": shaped(shapes.OfferShape)(rows), "next": None}

    @operation(
        "judge_offer",
        any_of=(Permission.WORK_CASE,),
        takes=shapes.JudgementWish,
        gives=shapes.OfferShape,
        path=("number",),
        tag=TAG,
    )
    def post(self, fields: Fields, number: int) -> Any:
        """Say whether something shown beside a case helps there."""
        case = case_for(self.actor, number)
        judged = judge_offer(
            offer_id=fields["offer"],
            case_id=case.pk,
            is_relevant=fields["is_relevant"],
            actor=self.actor,
        )
        return one(shapes.OfferShape, offer_as_data(judged))


def offer_as_data(offer: Any) -> dict[str, Any]:
    """Return something that was shown, as data."""
    kind = "problem" if offer.problem else "case" if offer.alike else "article"
    about = offer.problem or offer.alike or offer.article
    return {
        "id": offer.pk,
        "kind": kind,
        "number": about.number,
        "door": offer.door,
        "shown_at": offer.shown_at,
        "opened_at": offer.opened_at,
        "used_at": offer.used_at,
        "is_relevant": offer.is_relevant,
    }


class KnowledgeReport(Report):
    """Use of knowledge."""

    @operation(
        "report_knowledge",
        any_of=(Permission.STEER_PROBLEM,),
        filters=PeriodFilters,
        gives=shapes.KnowledgeShape,
        tag="Reports",
    )
    def get(self) -> Any:
        """Read what was shown, opened and used, how many cases hang on a problem, what was asked again."""
        since, until = self.question.asked.since, self.question.asked.until
        again = asked_again(since=since, until=until)
        return one(
            shapes.KnowledgeShape,
            {
                "since": since,
                "until": until,
                "places": use_by_place(since=since, until=until),
                "months": linked_by_month(since=since, until=until, zone=get_current_timezone()),
                "unlinked": [
                    {"problem": found.problem.number, "cases": found.cases}
                    for found in unlinked_by_problem()
                ],
                "asked_again": {"questions": again.questions, "again": len(again.again)},
            },
        )
