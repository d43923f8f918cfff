"""Index of this room's models, for Django."""

from problems.models.affected import Affected, Told
from problems.models.after_fix import FixWatch, Prevention, Review, WatchPolicy
from problems.models.broadcast import Broadcast, BroadcastPolicy, HeldBack
from problems.models.cause import Analysis, AnalysisMethod, Cause, CauseEvidence
from problems.models.change import Change, ProblemChange
from problems.models.clock import ProblemClock, ProblemClockMark
from problems.models.department_task import (
    Task,
    TaskClock,
    TaskClockMark,
    TaskNeed,
    TaskNote,
)
from problems.models.embedding import CaseEmbedding, ProblemEmbedding
from problems.models.estimate import Estimate
from problems.models.fix_rating import FixRating
from problems.models.follow import ContactFollow, Follow
from problems.models.leg import Leg
from problems.models.lesson import Lesson
from problems.models.link import CaseLink
from problems.models.matching_policy import MatchingPolicy
from problems.models.pattern import Pattern, PatternCase
from problems.models.problem import Evidence, Note, Problem
from problems.models.problem_pass import ProblemPass
from problems.models.problem_policy import ProblemPolicy
from problems.models.promise import ProblemPromise
from problems.models.question import Question
from problems.models.radar import Radar, RadarTrial
from problems.models.reshaping import ReshapedRow, Reshaping
from problems.models.scope import Scope
from problems.models.statement import Statement
from problems.models.step_request import StepRequest, StepVote
from problems.models.term import ProblemTerm

__all__ = [
    "Affected",
    "Analysis",
    "AnalysisMethod",
    "Broadcast",
    "BroadcastPolicy",
    "CaseEmbedding",
    "CaseLink",
    "Cause",
    "CauseEvidence",
    "Change",
    "ContactFollow",
    "Estimate",
    "Evidence",
    "FixRating",
    "FixWatch",
    "Follow",
    "HeldBack",
    "Leg",
    "Lesson",
    "MatchingPolicy",
    "Note",
    "Pattern",
    "PatternCase",
    "Prevention",
    "Problem",
    "ProblemChange",
    "ProblemClock",
    "ProblemClockMark",
    "ProblemEmbedding",
    "ProblemPass",
    "ProblemPolicy",
    "ProblemPromise",
    "ProblemTerm",
    "Question",
    "Radar",
    "RadarTrial",
    "ReshapedRow",
    "Reshaping",
    "Review",
    "Scope",
    "Statement",
    "StepRequest",
    "StepVote",
    "Task",
    "TaskClock",
    "TaskClockMark",
    "TaskNeed",
    "TaskNote",
    "Told",
    "WatchPolicy",
]
