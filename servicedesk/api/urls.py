"""Addresses of the interface for programs; a slash at the end may stand or be left out."""

from django.http import HttpRequest
from django.urls import URLPattern, re_path
from drf_spectacular.views import SpectacularAPIView
from rest_framework.response import Response
from rest_framework.views import APIView

from servicedesk.api import (
    accountability,
    articles,
    calendars,
    case_acts,
    cases,
    channels,
    clocks,
    connections,
    conversation,
    customers,
    doors,
    escalation,
    intake,
    joining,
    level_acts,
    mailboxes,
    organising,
    overview,
    own_side,
    policies,
    problems,
    promises,
    reports,
    rule_quality,
    rules,
    saved_views,
    staff,
    upkeep,
    ways,
    wording,
    workflow_moves,
    workflows,
)
from servicedesk.api.base import TokenView
from servicedesk.api.refusals import not_found
from servicedesk.pages.guards import public

app_name = "api"

NUMBER = r"(?P<number>[0-9]{1,15})"
ID = r"(?P<pk>[0-9]{1,15})"
SLUG = r"(?P<slug>[-a-zA-Z0-9_]{1,80})"
KIND = r"(?P<kind>[a-z_]{1,40})"
PARTICIPANT = r"(?P<participant_id>[0-9]{1,15})"
QUESTION = r"(?P<question_id>[0-9]{1,15})"
PROMISE = r"(?P<promise_id>[0-9]{1,15})"
CLOCK = r"(?P<clock_id>[0-9]{1,15})"
STATEMENT = r"(?P<statement_id>[0-9]{1,15})"
CASE = rf"cases/{NUMBER}"
PROBLEM = r"problems/(?P<number>(?:[Pp]-)?[0-9]{1,15})"
ARTICLE = rf"articles/{NUMBER}"


class Nowhere(APIView):
    """Every other address under /api/."""

    permission_classes = ()
    authentication_classes = ()
    schema = None

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> Response:
        """Say so, whatever was asked."""
        self.args, self.kwargs = args, kwargs
        self.request = self.initialize_request(request)
        self.headers = {}
        return self.finalize_response(self.request, not_found())


def at(address: str, view: type[TokenView], name: str) -> URLPattern:
    """Return the address of a view under /api/v1/."""
    pattern: URLPattern = re_path(rf"^v1/{address}/?$", view.as_view(), name=name)
    return pattern


urlpatterns = [
    at("cases", cases.Cases, "cases"),
    at(CASE, cases.OneCase, "case"),
    at(f"{CASE}/messages", conversation.Messages, "messages"),
    at(f"{CASE}/files/(?P<file_id>[0-9]{{1,15}})", conversation.FileOfCase, "file"),
    at(f"{CASE}/history", conversation.HistoryOfCase, "case_history"),
    at(f"{CASE}/blockers", conversation.BlockersOfCase, "blockers"),
    at(f"{CASE}/suggestions", conversation.SuggestionsOfCase, "suggestions"),
    at(f"{CASE}/clocks", clocks.ClocksOfCase, "case_clocks"),
    at(f"{CASE}/promises", promises.PromisesOfCase, "promises"),
    at(f"{CASE}/promises/{PROMISE}/keep", promises.KeepPromise, "keep_promise"),
    at(f"{CASE}/promises/{PROMISE}/change", promises.ChangePromise, "change_promise"),
    at(f"{CASE}/promises/{PROMISE}/withdraw", promises.WithdrawPromise, "withdraw_promise"),
    at(f"{CASE}/clocks/{CLOCK}/acknowledge", escalation.CaseClockInHand, "case_clock_in_hand"),
    at(f"{CASE}/assign", case_acts.Assign, "assign"),
    at(f"{CASE}/priority", case_acts.Prioritise, "priority"),
    at(f"{CASE}/pend", case_acts.Pend, "pend"),
    at(f"{CASE}/resume", case_acts.Resume, "resume"),
    at(f"{CASE}/resolve", case_acts.Resolve, "resolve"),
    at(f"{CASE}/reopen", case_acts.Reopen, "reopen"),
    at(f"{CASE}/close", case_acts.Close, "close"),
    at(f"{CASE}/spam", case_acts.Spam, "spam"),
    at(f"{CASE}/link", case_acts.LinkProblem, "link"),
    at(f"{CASE}/unlink", case_acts.UnlinkProblem, "unlink"),
    at(f"{CASE}/reject-suggestion", case_acts.RejectSuggestion, "reject_suggestion"),
    at(f"{CASE}/progress", own_side.Progress, "progress"),
    at(f"{CASE}/it-works", own_side.ItWorks, "it_works"),
    at(f"{CASE}/it-still-happens", own_side.ItStillHappens, "it_still_happens"),
    at("problems", problems.Problems, "problems"),
    at(PROBLEM, problems.OneProblem, "problem"),
    at(f"{PROBLEM}/clocks", clocks.ClocksOfProblem, "problem_clocks"),
    at(
        f"{PROBLEM}/clocks/{CLOCK}/acknowledge",
        escalation.ProblemClockInHand,
        "problem_clock_in_hand",
    ),
    at(f"{PROBLEM}/time-budget", clocks.TimeBudget, "time_budget"),
    at(f"{PROBLEM}/steps", problems.Steps, "steps"),
    at(f"{PROBLEM}/way", ways.WayOfProblem, "way"),
    at("approvals", ways.Approvals, "approvals"),
    at("approvals/(?P<request_id>[0-9]{1,15})", ways.VoteOnStep, "approval"),
    at(f"{PROBLEM}/journey", problems.JourneyOfProblem, "journey"),
    at(f"{PROBLEM}/accountable", accountability.AccountableForProblem, "accountable"),
    at(f"{PROBLEM}/statements", accountability.StatementsOfProblem, "statements"),
    at(f"{PROBLEM}/statements/{STATEMENT}/change", accountability.ChangeStatement, "statement"),
    at(
        f"{PROBLEM}/statements/{STATEMENT}/decide",
        accountability.DecideStatement,
        "statement_decision",
    ),
    at(f"{PROBLEM}/affected", problems.AffectedByProblem, "affected"),
    at(f"{PROBLEM}/notes", problems.NotesOfProblem, "notes"),
    at(f"{PROBLEM}/evidence", problems.EvidenceOfProblem, "evidence"),
    at(f"{PROBLEM}/estimates", problems.EstimatesOfProblem, "estimates"),
    at(f"{PROBLEM}/cases", problems.CasesOfProblem, "problem_cases"),
    at(f"{PROBLEM}/history", problems.HistoryOfProblem, "problem_history"),
    at("articles", articles.Articles, "articles"),
    at(ARTICLE, articles.OneArticle, "article"),
    at(f"{ARTICLE}/publish", articles.Publish, "publish"),
    at(f"{ARTICLE}/retire", articles.Retire, "retire"),
    at(f"{ARTICLE}/feedback", articles.FeedbackOnArticle, "feedback"),
    at(f"{ARTICLE}/me-too", articles.MeToo, "me_too"),
    at(f"{ARTICLE}/history", articles.HistoryOfArticle, "article_history"),
    at("known-problems", articles.KnownProblems, "known_problems"),
    at("contacts", customers.Contacts, "contacts"),
    at(f"contacts/{ID}", customers.OneContact, "contact"),
    at(f"contacts/{ID}/addresses", customers.Addresses, "addresses"),
    at(
        rf"contacts/{ID}/addresses/(?P<address_id>[0-9]{{1,15}})",
        customers.OneAddress,
        "address",
    ),
    at(f"contacts/{ID}/become-customer", customers.BecomeCustomer, "become_customer"),
    at(f"contacts/{ID}/join", joining.Join, "join"),
    at(f"contacts/{ID}/joinings", joining.Joinings, "joinings"),
    at(f"joinings/{ID}/part", joining.Part, "part"),
    at(f"contacts/{ID}/problems", customers.ProblemsOfContact, "contact_problems"),
    at("organisations", customers.Organisations, "organisations"),
    at(f"organisations/{ID}", customers.OneOrganisation, "organisation"),
    at("products", customers.Products, "products"),
    at(f"products/{SLUG}", customers.OneProduct, "product"),
    at("entitlements", customers.Entitlements, "entitlements"),
    at(f"entitlements/{ID}/end", customers.EndEntitlement, "end_entitlement"),
    at("departments", organising.Departments, "departments"),
    at(f"departments/{SLUG}", organising.OneDepartment, "department"),
    at(f"departments/{SLUG}/close", organising.CloseDepartment, "close_department"),
    at(f"departments/{SLUG}/open", organising.OpenDepartment, "open_department"),
    at("teams", organising.Teams, "teams"),
    at(f"teams/{ID}", organising.OneTeam, "team"),
    at(f"teams/{ID}/active", organising.TeamActivity, "team_active"),
    at("calendars", calendars.Calendars, "calendars"),
    at(f"calendars/{ID}", calendars.OneCalendar, "calendar"),
    at(f"calendars/{ID}/closed-days", calendars.ClosedDaysFile, "closed_days"),
    at(f"calendars/{ID}/preview", calendars.PreviewOfCalendar, "calendar_preview"),
    at("public-holidays", calendars.PublicHolidays, "public_holidays"),
    at("service-levels", organising.ServiceLevels, "service_levels"),
    at("service-levels/file", level_acts.FileOfLevels, "service_levels_file"),
    at(f"service-levels/{ID}", organising.OneServiceLevel, "service_level"),
    at(f"service-levels/{ID}/name", level_acts.NameOfLevel, "service_level_name"),
    at(f"service-levels/{ID}/move", level_acts.PlaceOfLevel, "service_level_move"),
    at(f"service-levels/{ID}/default", level_acts.DefaultLevel, "service_level_default"),
    at(f"service-levels/{ID}/retire", level_acts.RetireLevel, "service_level_retire"),
    at(f"service-levels/{ID}/file", level_acts.FileOfLevel, "service_level_file"),
    at(f"service-levels/{ID}/versions", policies.VersionsOfLevel, "service_level_versions"),
    at(f"service-levels/{ID}/draft", policies.Draft, "service_level_draft"),
    at(f"service-levels/{ID}/draft/check", policies.CheckDraft, "service_level_check"),
    at(f"service-levels/{ID}/draft/preview", policies.PreviewDraft, "service_level_preview"),
    at(f"service-levels/{ID}/draft/simulation", policies.SimulateDraft, "service_level_simulation"),
    at(f"service-levels/{ID}/draft/publish", policies.PublishDraft, "service_level_publish"),
    at("workflows", workflows.Workflows, "workflows"),
    at("workflow-starters", workflows.Starters, "workflow_starters"),
    at(f"workflows/{ID}", workflows.OneWorkflow, "workflow"),
    at(f"workflows/{ID}/move", workflows.PlaceOfWorkflow, "workflow_move"),
    at(f"workflows/{ID}/versions", workflows.VersionsOfWorkflow, "workflow_versions"),
    at(f"workflows/{ID}/file", workflow_moves.FileOfWorkflow, "workflow_file"),
    at(f"workflows/{ID}/in-flight", workflow_moves.MoveOfWorkflow, "workflow_in_flight"),
    at(f"workflows/{ID}/draft", workflows.DraftOfWorkflow, "workflow_draft"),
    at(f"workflows/{ID}/draft/check", workflows.CheckOfWorkflow, "workflow_check"),
    at(f"workflows/{ID}/draft/publish", workflows.PublishWorkflow, "workflow_publish"),
    at("ladders", escalation.Ladders, "ladders"),
    at(f"ladders/{ID}", escalation.OneLadder, "ladder"),
    at(f"ladders/{ID}/preview", escalation.PreviewLadder, "ladder_preview"),
    at("absences", escalation.Absences, "absences"),
    at(f"absences/{ID}/end", escalation.EndAbsence, "end_absence"),
    at("rules", rules.Rules, "rules"),
    at("rules/try", rules.TryRules, "try_rules"),
    at("rules/past", rule_quality.PastTrial, "rules_past"),
    at("rules/rates", rule_quality.RuleRates, "rule_rates"),
    at(f"rules/{ID}/repairs", rule_quality.RuleRepairs, "rule_repairs"),
    at(f"rules/{ID}", rules.OneRule, "rule"),
    at(f"rules/{ID}/active", rules.RuleActivity, "rule_active"),
    at(f"rules/{ID}/move", rules.RulePlace, "rule_move"),
    at("people", staff.People, "people"),
    at(f"people/{ID}", staff.OnePerson, "person"),
    at(f"people/{ID}/roles", staff.Roles, "roles"),
    at(f"people/{ID}/roles/(?P<role_id>[0-9]{{1,15}})", staff.OneRole, "role"),
    at(f"people/{ID}/deactivate", staff.Deactivate, "deactivate"),
    at(f"people/{ID}/activate", staff.Activate, "activate"),
    at(f"people/{ID}/password", staff.Password, "password"),
    at("tokens", staff.Tokens, "tokens"),
    at(f"tokens/{ID}/revoke", staff.Revoke, "revoke_token"),
    at("dead-letters", upkeep.DeadLetters, "dead_letters"),
    at(f"dead-letters/news/{ID}", upkeep.DecideNews, "decide_news"),
    at(f"dead-letters/effects/{ID}", upkeep.DecideEffect, "decide_effect"),
    at("quarantine", upkeep.Quarantine, "quarantine"),
    at(f"quarantine/{ID}", upkeep.OneHeldMail, "held_mail"),
    at(f"quarantine/{ID}/decision", upkeep.DecideMail, "decide_mail"),
    at("history", upkeep.History, "history"),
    at("proof", upkeep.Proof, "proof"),
    at(f"{CASE}/participants", doors.Participants, "participants"),
    at(f"{CASE}/participants/{PARTICIPANT}", doors.OneParticipant, "participant"),
    at(f"{CASE}/participants/{PARTICIPANT}/let-in", doors.LetIn, "let_in"),
    at(f"{CASE}/questions", doors.QuestionsOfCase, "case_questions"),
    at(f"{CASE}/questions/{QUESTION}/send", doors.SendQuestion, "send_question"),
    at(f"{CASE}/questions/{QUESTION}/answer", doors.AnswerQuestion, "answer_question"),
    at(f"{CASE}/questions/{QUESTION}/withdraw", doors.WithdrawQuestion, "withdraw_question"),
    at(f"{PROBLEM}/questions", doors.QuestionsOfProblem, "problem_questions"),
    at("calls", doors.Calls, "calls"),
    at("cases/at-once", doors.AtOnce, "at_once"),
    at(f"contacts/{ID}/touchpoints", doors.Touchpoints, "touchpoints"),
    at(f"contacts/{ID}/sight", customers.Sight, "sight"),
    at("preferences", own_side.Preferences, "preferences"),
    at("preferences/sign-out", own_side.SignOut, "sign_out"),
    at("webhooks", connections.Webhooks, "webhooks"),
    at(f"webhooks/{ID}", connections.OneWebhook, "webhook"),
    at(f"webhooks/{ID}/active", connections.WebhookActivity, "webhook_active"),
    at(f"webhooks/{ID}/secret", connections.WebhookSecret, "webhook_secret"),
    at(f"webhooks/{ID}/test", connections.WebhookTest, "webhook_test"),
    at(f"webhooks/{ID}/calls", connections.WebhookCalls, "webhook_calls"),
    at(f"webhooks/{ID}/calls/replay", connections.ReplayFailed, "replay_failed"),
    at(
        rf"webhooks/{ID}/calls/(?P<call_id>[0-9]{{1,15}})/replay",
        connections.ReplayCall,
        "replay_call",
    ),
    at("brands", connections.Brands, "brands"),
    at(f"brands/{ID}", connections.OneBrand, "brand"),
    at(f"brands/{ID}/default", connections.DefaultBrand, "default_brand"),
    at("request-types", intake.RequestTypes, "request_types"),
    at(f"request-types/{ID}", intake.OneRequestType, "request_type"),
    at(f"request-types/{ID}/active", intake.RequestTypeActivity, "request_type_active"),
    at("web-forms", intake.WebForms, "web_forms"),
    at(f"web-forms/{ID}", intake.OneWebForm, "web_form"),
    at(f"web-forms/{ID}/active", intake.WebFormActivity, "web_form_active"),
    at("held-forms", intake.HeldForms, "held_forms"),
    at(f"held-forms/{ID}/release", intake.ReleaseForm, "release_form"),
    at(f"held-forms/{ID}/reject", intake.RejectForm, "reject_form"),
    at("inbound-channels", channels.Channels, "inbound_channels"),
    at(f"inbound-channels/{ID}", channels.OneChannel, "inbound_channel"),
    at(f"inbound-channels/{ID}/active", channels.ChannelActivity, "inbound_channel_active"),
    at(f"inbound-channels/{ID}/secret", channels.ChannelSecret, "inbound_channel_secret"),
    at("views", saved_views.Views, "views"),
    at(f"views/{ID}", saved_views.OneView, "view"),
    at("mailboxes", mailboxes.Mailboxes, "mailboxes"),
    at(f"mailboxes/{ID}", mailboxes.OneMailbox, "mailbox"),
    at(f"mailboxes/{ID}/active", mailboxes.MailboxActivity, "mailbox_active"),
    at(f"mailboxes/{ID}/test", mailboxes.MailboxTest, "mailbox_test"),
    at("wording", wording.Wordings, "wording"),
    at(f"wording/{KIND}", wording.OneWording, "wording_mail"),
    at(f"wording/{KIND}/default", wording.DefaultWording, "wording_default"),
    at(f"wording/{KIND}/try", wording.TryWording, "wording_try"),
    at("portal-words", wording.PortalWords, "portal_words"),
    at("overview", overview.Overview, "overview"),
    at("reports/service-levels", reports.ServiceLevels, "report_service_levels"),
    at("reports/service-levels/clocks", reports.ClocksBehind, "report_clocks"),
    at("reports/time-spent", reports.TimeSpent, "report_time_spent"),
    at("reports/departments", accountability.ScorecardsOfDepartments, "report_departments"),
    at("reports/fix-times", accountability.FixTimesReport, "report_fix_times"),
    at("reports/promises", reports.Promises, "report_promises"),
    re_path(
        r"^schema/?$",
        public("the schema holds no data, and programs read it before they have a token")(
            # Said here, since a version that somebody asks for would stand in a header.
            SpectacularAPIView.as_view(api_version="1")
        ),
        name="schema",
    ),
    re_path(r"", public("it only says that nothing is here")(Nowhere.as_view()), name="nowhere"),
]
