"""Who may enter which address: written by hand, from what each role is for.

An address that is not here fails its test, and so does an entry whose address is gone.
"""

from dataclasses import dataclass, field

ANONYMOUS, CONTACT = "anonymous", "contact"
AGENT, LEAD, MEMBER, HEAD, ADMIN, READER = "agent", "lead", "member", "head", "admin", "reader"

Visitors = frozenset[str]
NOBODY: Visitors = frozenset()
STAFF: Visitors = frozenset({AGENT, LEAD, MEMBER, HEAD, ADMIN, READER})
SERVICE: Visitors = frozenset({AGENT, LEAD})
DEPARTMENTS: Visitors = frozenset({MEMBER, HEAD})
ADMINS: Visitors = frozenset({ADMIN})
CUSTOMERS: Visitors = frozenset({CONTACT})
EVERYBODY: Visitors = STAFF | CUSTOMERS | {ANONYMOUS}
WITH_TOKEN: Visitors = STAFF | CUSTOMERS

OFFERS = frozenset({"knowledge_offer"})
SHOWN = "it keeps what was shown because it may help, and whether it was opened"


@dataclass(frozen=True, kw_only=True)
class Access:
    """Who is let in by GET and by an empty POST; None where the address has no such method.

    `hidden` are those to whom it is answered that nothing is there. `changes` are the tables that
    a GET may change, `because` says why it may.
    """

    get: Visitors | None = None
    post: Visitors | None = None
    hidden: Visitors = NOBODY
    changes: frozenset[str] = field(default_factory=frozenset)
    because: str = ""


PAGES = {
    "home": Access(get=STAFF),
    "sign_in": Access(get=EVERYBODY, post=EVERYBODY),
    "sign_out": Access(post=EVERYBODY),
    "absences": Access(get=STAFF, post=STAFF),
    # All that is answered stands in the address.
    "colour": Access(get=EVERYBODY),
    # Outside of a demo there is nothing.
    "demo_sign_in": Access(post=EVERYBODY, hidden=EVERYBODY),
    "agent:queue": Access(get=STAFF),
    "agent:filtered": Access(get=STAFF),
    "agent:view": Access(get=STAFF),
    "agent:view_save": Access(post=STAFF),
    # Shared by somebody else: a lead may take it away.
    "agent:view_remove": Access(post=frozenset({LEAD, ADMIN})),
    "agent:bulk": Access(post=SERVICE),
    "agent:question": Access(post=SERVICE),
    "agent:search": Access(get=STAFF),
    "agent:contact": Access(get=STAFF, post=SERVICE),
    "agent:belongings": Access(get=STAFF, post=SERVICE),
    # Who may join may part; an administrator may part only.
    "agent:join": Access(get=SERVICE | ADMINS, post=SERVICE),
    "agent:case_new": Access(get=SERVICE, post=SERVICE),
    "agent:case_new_similar": Access(post=SERVICE),
    "agent:known": Access(get=STAFF, changes=OFFERS, because=SHOWN),
    "agent:judge": Access(post=SERVICE),
    "agent:why": Access(get=STAFF, changes=OFFERS, because=SHOWN),
    # Leads to what was shown: to something that is there, for whoever may see it.
    "agent:opens": Access(get=STAFF, changes=OFFERS, because=SHOWN),
    "agent:opens_new": Access(get=SERVICE, changes=OFFERS, because=SHOWN),
    "agent:triage": Access(get=SERVICE, changes=OFFERS, because=SHOWN),
    "agent:case": Access(get=STAFF),
    "agent:clocks": Access(get=STAFF),
    "agent:clock": Access(get=STAFF),
    "agent:in_hand": Access(post=SERVICE),
    "agent:promise": Access(post=SERVICE),
    "agent:customer": Access(get=STAFF),
    "agent:calls": Access(get=STAFF),
    "agent:call_new": Access(get=SERVICE, post=SERVICE),
    "agent:call_open_case": Access(post=SERVICE),
    "agent:held_forms": Access(get=SERVICE, post=SERVICE),
    # Anybody who has the address may fill in a form; a channel signs what it hands in.
    "doors:form": Access(get=EVERYBODY, post=EVERYBODY),
    "doors:hook": Access(post=NOBODY),
    # Whoever has the link may look, its form decides once; for a false one there is a page, too.
    "doors:decide": Access(get=EVERYBODY, post=EVERYBODY),
    "settings:methods": Access(get=ADMINS, post=ADMINS),
    "settings:matching": Access(get=ADMINS, post=ADMINS),
    "settings:problems": Access(get=ADMINS, post=ADMINS),
    "settings:radar": Access(get=ADMINS, post=ADMINS),
    "settings:request_types": Access(get=ADMINS, post=ADMINS),
    "settings:web_forms": Access(get=ADMINS, post=ADMINS),
    "settings:inbound": Access(get=ADMINS, post=ADMINS),
    # A note to a case is open to everybody who sees it; the action decides who may answer.
    "agent:reply": Access(post=STAFF),
    "agent:act": Access(post=SERVICE),
    "agent:link": Access(post=SERVICE),
    "agent:suggestion": Access(post=SERVICE),
    "agent:mail_body": Access(get=STAFF),
    "agent:attachment": Access(get=STAFF),
    "agent:problem_new": Access(get=SERVICE, post=SERVICE),
    "problem:list": Access(get=STAFF),
    "problem:problem": Access(get=STAFF),
    "problem:customers": Access(get=STAFF),
    # Whoever sees the list may try; each act asks for its own right.
    "problem:customers_act": Access(post=STAFF),
    "problem:budget": Access(get=STAFF),
    "problem:promises": Access(get=STAFF),
    "lead:fix_next": Access(get=DEPARTMENTS | {LEAD, ADMIN}),
    "problem:journey": Access(get=STAFF),
    "problem:journey_file": Access(get=STAFF),
    "problem:follow": Access(post=STAFF),
    "problem:accountable": Access(get=STAFF),
    # Who may say, change or decide what is decided by the action.
    "problem:statement": Access(post=STAFF),
    "problem:clocks": Access(get=STAFF),
    "problem:clock": Access(get=STAFF),
    # Which act is decided by the action: an empty one is nobody's.
    "problem:in_hand": Access(post=DEPARTMENTS | {LEAD, ADMIN}),
    "problem:act": Access(post=STAFF),
    # Who may take which step says the drawing, who approves one: whoever was asked.
    "problem:step": Access(post=STAFF),
    "problem:approval": Access(post=STAFF),
    # Who asks for a task, does it or decides about it says the action.
    "problem:ask_department": Access(get=STAFF, post=STAFF),
    "problem:task": Access(get=STAFF),
    "problem:task_act": Access(post=STAFF),
    "problem:changes": Access(get=STAFF),
    "problem:change": Access(get=STAFF),
    "problem:change_new": Access(get=DEPARTMENTS | {LEAD, ADMIN}, post=DEPARTMENTS | {LEAD, ADMIN}),
    "problem:change_revise": Access(
        get=DEPARTMENTS | {LEAD, ADMIN}, post=DEPARTMENTS | {LEAD, ADMIN}
    ),
    "problem:change_act": Access(post=DEPARTMENTS | {LEAD, ADMIN}),
    "problem:analyses": Access(get=STAFF, post=STAFF),
    "problem:analysis": Access(get=STAFF),
    "problem:analysis_act": Access(post=STAFF),
    "department:tasks": Access(get=SERVICE | DEPARTMENTS | ADMINS),
    "department:board": Access(get=DEPARTMENTS | {LEAD, ADMIN}),
    "department:requests": Access(get=DEPARTMENTS | {LEAD, ADMIN}),
    "lead:overview": Access(get=frozenset({LEAD, ADMIN})),
    "lead:radar": Access(get=STAFF),
    "lead:radar_decided": Access(get=STAFF),
    "lead:pattern": Access(
        get=STAFF,
        changes=frozenset({"problems_pattern"}),
        because="it is noted when one who decides has looked at it first",
    ),
    "lead:pattern_act": Access(post=frozenset({LEAD, ADMIN})),
    **dict.fromkeys(
        (
            "reports:service_levels",
            "reports:service_levels_list",
            "reports:service_levels_file",
            "reports:time_spent",
            "reports:time_spent_file",
            "reports:knowledge",
            "reports:knowledge_file",
            "reports:promises",
            "reports:promises_file",
            "reports:fix_times",
            "reports:fix_times_file",
        ),
        Access(get=frozenset({LEAD, ADMIN})),
    ),
    # A department sees its own scorecard.
    "reports:departments": Access(get=DEPARTMENTS | {LEAD, ADMIN}),
    "reports:departments_file": Access(get=DEPARTMENTS | {LEAD, ADMIN}),
    "settings:index": Access(get=ADMINS | {LEAD}),
    "settings:people": Access(get=ADMINS, post=ADMINS),
    "settings:person_leaving": Access(get=ADMINS, post=ADMINS),
    "settings:department_closing": Access(get=ADMINS, post=ADMINS),
    "settings:escalation": Access(get=ADMINS, post=ADMINS),
    "settings:departments": Access(get=ADMINS, post=ADMINS),
    "settings:teams": Access(get=ADMINS, post=ADMINS),
    "settings:calendars": Access(get=ADMINS, post=ADMINS),
    "settings:wording": Access(get=ADMINS, post=ADMINS),
    "settings:wording_mail": Access(get=ADMINS, post=ADMINS),
    "settings:organisations": Access(get=ADMINS, post=ADMINS),
    "settings:products": Access(get=ADMINS, post=ADMINS),
    "settings:product": Access(get=ADMINS, post=ADMINS),
    "settings:segments": Access(get=ADMINS, post=ADMINS),
    "settings:entitlements": Access(get=ADMINS, post=ADMINS),
    "settings:brands": Access(get=ADMINS, post=ADMINS),
    "settings:mailboxes": Access(get=ADMINS, post=ADMINS),
    "settings:giving": Access(get=ADMINS, post=ADMINS),
    "settings:rotas": Access(get=ADMINS, post=ADMINS),
    "settings:rota": Access(get=ADMINS, post=ADMINS),
    "settings:routing": Access(get=ADMINS | {LEAD}, post=ADMINS),
    "settings:routing_trial": Access(get=ADMINS | {LEAD}),
    "settings:routing_rule": Access(get=ADMINS | {LEAD}, post=ADMINS | {LEAD}),
    "settings:service_levels": Access(get=ADMINS, post=ADMINS),
    "settings:service_levels_file": Access(get=ADMINS),
    "settings:service_level": Access(get=ADMINS, post=ADMINS),
    "settings:service_level_file": Access(get=ADMINS),
    "settings:service_level_draft": Access(get=ADMINS, post=ADMINS),
    "settings:service_level_simulation": Access(get=ADMINS, post=ADMINS),
    "settings:workflows": Access(get=ADMINS, post=ADMINS),
    "settings:workflow_file": Access(get=ADMINS),
    "settings:workflow_try": Access(get=ADMINS),
    **{
        f"settings:workflow{part}": Access(get=ADMINS, post=ADMINS)
        for part in ("", "_draft", "_in_flight", "_stages", "_stage", "_steps", "_step")
    },
    "settings:tokens": Access(get=ADMINS, post=ADMINS),
    "settings:webhooks": Access(get=ADMINS, post=ADMINS),
    "settings:webhook_calls": Access(get=ADMINS, post=ADMINS),
    "settings:dead_letters": Access(get=ADMINS, post=ADMINS),
    "settings:quarantine": Access(get=ADMINS, post=ADMINS),
    "settings:quarantined_mail": Access(get=ADMINS),
    "settings:quarantined_body": Access(get=ADMINS),
    "settings:quarantined_raw": Access(get=ADMINS),
    "settings:proof": Access(get=ADMINS | {LEAD}, post=ADMINS | {LEAD}),
    "settings:history": Access(get=ADMINS | {LEAD}),
    "settings:history_file": Access(get=ADMINS | {LEAD}),
    "knowledge:list": Access(get=STAFF, post=STAFF - {READER}),
    # Which act is decided by the action: an empty one is nobody's.
    "knowledge:article": Access(get=STAFF, post=STAFF),
    "portal:home": Access(get=CUSTOMERS),
    "portal:sign_in": Access(get=EVERYBODY, post=EVERYBODY),
    "portal:sign_in_sent": Access(get=EVERYBODY),
    "portal:sign_out": Access(post=EVERYBODY),
    # The word of the link says, signed, whose mails and which; whoever has the mail may end them.
    "portal:stop": Access(get=EVERYBODY, post=EVERYBODY),
    "portal:enter": Access(
        get=EVERYBODY,
        changes=frozenset({"customers_portallink", "customers_portalsession"}),
        because="the link of a mail is followed by GET, and it opens the stay",
    ),
    "portal:link": Access(
        get=EVERYBODY,
        changes=frozenset({"cases_casepass"}),
        because="the link of a mail is followed by GET, and the first time is noted",
    ),
    # Without the cookie of a link nobody sees anything: 410, and the form to ask for a new one.
    "portal:linked_issue": Access(get=EVERYBODY, post=EVERYBODY),
    "portal:linked_file": Access(get=EVERYBODY),
    "portal:new": Access(get=CUSTOMERS, post=CUSTOMERS),
    "portal:likely": Access(post=CUSTOMERS),
    "portal:issue": Access(
        get=CUSTOMERS,
        post=CUSTOMERS,
        changes=frozenset({"problems_told", "problems_affected"}),
        because="that a customer saw what was told is noted by the visit",
    ),
    "portal:file": Access(get=CUSTOMERS),
    "portal:issues": Access(get=CUSTOMERS),
    "portal:articles": Access(get=EVERYBODY),
    "portal:preferences": Access(get=CUSTOMERS, post=CUSTOMERS),
    "portal:known": Access(get=EVERYBODY),
    "portal:problem": Access(
        get=CUSTOMERS,
        post=CUSTOMERS,
        changes=frozenset({"problems_told", "problems_affected"}),
        because="that a customer saw what was told is noted by the visit",
    ),
    "portal:article": Access(get=EVERYBODY, post=CUSTOMERS),
    "portal:me_too": Access(post=CUSTOMERS),
}
TOKEN_NOTED = frozenset({"workflow_apitoken"})
NOTES_USE = "the last use of a token is noted"


def by_token(**access: Visitors) -> Access:
    """Return the access of an address that programs ask with a token."""
    return Access(**access, changes=TOKEN_NOTED, because=NOTES_USE)


SEEN_BY_STAFF = by_token(get=STAFF)
PUBLISHERS = frozenset({LEAD, HEAD, ADMIN})
API = {
    "api:cases": by_token(get=WITH_TOKEN, post=SERVICE | CUSTOMERS),
    "api:case": by_token(get=WITH_TOKEN),
    "api:messages": by_token(get=WITH_TOKEN, post=WITH_TOKEN),
    "api:file": by_token(get=WITH_TOKEN),
    "api:case_history": SEEN_BY_STAFF,
    "api:blockers": SEEN_BY_STAFF,
    "api:suggestions": SEEN_BY_STAFF,
    "api:known_about_case": SEEN_BY_STAFF,
    "api:suggestion_evidence": SEEN_BY_STAFF,
    "api:offers": by_token(get=STAFF, post=SERVICE),
    "api:match": by_token(post=STAFF),
    "api:waiting_suggestions": by_token(get=SERVICE),
    "api:case_clocks": SEEN_BY_STAFF,
    "api:promises": by_token(get=STAFF, post=SERVICE),
    **dict.fromkeys(
        ("api:keep_promise", "api:change_promise", "api:withdraw_promise"), by_token(post=SERVICE)
    ),
    **{
        f"api:{name}": by_token(post=SERVICE)
        for name in (
            "assign",
            "priority",
            "pend",
            "resume",
            "resolve",
            "reopen",
            "close",
            "spam",
            "link",
            "unlink",
            "reject_suggestion",
            "similar_problem",
            "reconsider_suggestion",
        )
    },
    "api:matching": by_token(get=ADMINS, post=ADMINS),
    "api:problem_policy": by_token(get=ADMINS, post=ADMINS),
    "api:promises_to_customers": SEEN_BY_STAFF,
    "api:hit_rates": SEEN_BY_STAFF,
    "api:fix_next": by_token(get=DEPARTMENTS | {LEAD, ADMIN}),
    # Who has the problem may promise; the action asks whether it is theirs.
    "api:problem_promises": by_token(get=STAFF, post=DEPARTMENTS | {LEAD, ADMIN}),
    **{
        f"api:{name}": by_token(post=DEPARTMENTS | {LEAD, ADMIN})
        for name in ("problem_news", "problem_news_withdrawn", "estimate_withdrawn")
    },
    "api:problem_priority": by_token(get=STAFF, post=frozenset({LEAD, ADMIN})),
    "api:problem_priority_follows": by_token(post=frozenset({LEAD, ADMIN})),
    "api:patterns": SEEN_BY_STAFF,
    "api:pattern": SEEN_BY_STAFF,
    "api:pattern_cases": SEEN_BY_STAFF,
    "api:pattern_steps": by_token(post=frozenset({LEAD, ADMIN})),
    "api:radar": by_token(get=STAFF, post=ADMINS),
    "api:radar_trials": by_token(get=ADMINS, post=ADMINS),
    "api:progress": by_token(get=CUSTOMERS),
    "api:it_works": by_token(post=CUSTOMERS),
    "api:it_still_happens": by_token(post=CUSTOMERS),
    "api:problems": by_token(get=STAFF, post=SERVICE),
    "api:problem": SEEN_BY_STAFF,
    # Which step is decided by the step: an empty one is nobody's.
    "api:steps": by_token(post=STAFF),
    "api:way": by_token(get=STAFF, post=STAFF),
    "api:approvals": by_token(get=STAFF),
    "api:approval": by_token(post=STAFF),
    "api:journey": SEEN_BY_STAFF,
    "api:tasks": SEEN_BY_STAFF,
    "api:task": SEEN_BY_STAFF,
    "api:task_steps": by_token(post=STAFF),
    "api:task_notes": by_token(get=SERVICE | DEPARTMENTS | ADMINS),
    "api:problem_tasks": by_token(get=STAFF, post=STAFF),
    "api:changes": by_token(get=STAFF, post=DEPARTMENTS | {LEAD, ADMIN}),
    "api:change": SEEN_BY_STAFF,
    "api:change_steps": by_token(post=DEPARTMENTS | {LEAD, ADMIN}),
    "api:problem_changes": SEEN_BY_STAFF,
    "api:analyses": by_token(get=STAFF, post=SERVICE | DEPARTMENTS | ADMINS),
    "api:analysis": SEEN_BY_STAFF,
    "api:causes": by_token(post=SERVICE | DEPARTMENTS | ADMINS),
    "api:cause_verdict": by_token(post=SERVICE | DEPARTMENTS | ADMINS),
    "api:cause_evidence": by_token(post=SERVICE | DEPARTMENTS | ADMINS),
    "api:analysis_methods": by_token(get=STAFF, post=ADMINS),
    "api:time_budget": SEEN_BY_STAFF,
    "api:problem_clocks": SEEN_BY_STAFF,
    **dict.fromkeys(
        (
            "api:report_service_levels",
            "api:report_clocks",
            "api:report_time_spent",
            "api:report_knowledge",
            "api:report_promises",
            "api:report_fix_times",
        ),
        by_token(get=frozenset({LEAD, ADMIN})),
    ),
    "api:report_departments": by_token(get=DEPARTMENTS | {LEAD, ADMIN}),
    "api:accountable": SEEN_BY_STAFF,
    "api:followers": by_token(get=STAFF, post=STAFF),
    "api:statements": by_token(get=STAFF, post=DEPARTMENTS),
    "api:statement": by_token(post=DEPARTMENTS),
    "api:statement_decision": by_token(post=frozenset({LEAD, ADMIN})),
    "api:affected": SEEN_BY_STAFF,
    "api:affected_counts": SEEN_BY_STAFF,
    "api:exceptions": by_token(post=frozenset({LEAD, ADMIN})),
    "api:exception": by_token(post=frozenset({LEAD, ADMIN})),
    "api:applied": by_token(post=STAFF - {READER}),
    "api:scopes": by_token(get=STAFF, post=DEPARTMENTS | {LEAD, ADMIN}),
    "api:scope": by_token(post=DEPARTMENTS | {LEAD, ADMIN}),
    "api:scope_count": by_token(post=STAFF),
    # What colleagues write to one another is not for readers.
    "api:notes": by_token(get=STAFF - {READER}),
    "api:evidence": SEEN_BY_STAFF,
    "api:estimates": SEEN_BY_STAFF,
    "api:problem_cases": SEEN_BY_STAFF,
    "api:problem_history": SEEN_BY_STAFF,
    "api:articles": by_token(get=WITH_TOKEN, post=STAFF - {READER}),
    "api:article": by_token(get=WITH_TOKEN),
    "api:publish": by_token(post=PUBLISHERS),
    "api:retire": by_token(post=PUBLISHERS),
    "api:feedback": by_token(post=CUSTOMERS),
    "api:me_too": by_token(post=CUSTOMERS),
    "api:article_history": SEEN_BY_STAFF,
    "api:known_problems": by_token(get=WITH_TOKEN),
    "api:contacts": by_token(get=STAFF, post=SERVICE),
    "api:contact": SEEN_BY_STAFF,
    "api:addresses": by_token(post=SERVICE),
    "api:address": by_token(),
    "api:write_again": by_token(),
    "api:reach": by_token(get=STAFF, post=SERVICE),
    "api:become_customer": by_token(post=SERVICE),
    "api:contact_problems": SEEN_BY_STAFF,
    "api:join": by_token(post=SERVICE),
    "api:joinings": SEEN_BY_STAFF,
    "api:part": by_token(post=SERVICE | ADMINS),
    "api:organisations": by_token(get=STAFF, post=SERVICE | ADMINS),
    "api:organisation": SEEN_BY_STAFF,
    "api:products": by_token(get=WITH_TOKEN, post=ADMINS),
    "api:product": by_token(),
    "api:versions": by_token(get=STAFF, post=ADMINS),
    "api:version": by_token(),
    "api:installed": by_token(get=STAFF, post=SERVICE),
    "api:one_installed": by_token(),
    "api:purchases": by_token(get=STAFF, post=SERVICE),
    "api:purchase": by_token(),
    "api:import_belongings": by_token(post=ADMINS | {LEAD}),
    "api:segments": by_token(get=STAFF, post=ADMINS),
    "api:try_segment": by_token(post=ADMINS),
    "api:segment": SEEN_BY_STAFF,
    "api:segment_contacts": SEEN_BY_STAFF,
    "api:contact_segments": SEEN_BY_STAFF,
    "api:entitlements": by_token(get=STAFF, post=ADMINS),
    "api:end_entitlement": by_token(post=ADMINS),
    "api:departments": by_token(get=STAFF, post=ADMINS),
    "api:department": by_token(),
    "api:close_department": by_token(post=ADMINS),
    "api:open_department": by_token(post=ADMINS),
    "api:teams": by_token(get=STAFF, post=ADMINS),
    "api:team": by_token(),
    "api:team_active": by_token(post=ADMINS),
    "api:calendars": by_token(get=ADMINS, post=ADMINS),
    "api:calendar": by_token(),
    "api:closed_days": by_token(post=ADMINS),
    "api:calendar_preview": by_token(post=ADMINS),
    "api:public_holidays": by_token(get=ADMINS),
    "api:ladders": by_token(get=ADMINS, post=ADMINS),
    "api:ladder": by_token(),
    "api:ladder_preview": by_token(post=ADMINS),
    "api:absences": by_token(get=frozenset({LEAD, ADMIN}), post=frozenset({LEAD, ADMIN})),
    "api:end_absence": by_token(post=frozenset({LEAD, ADMIN})),
    "api:case_clock_in_hand": by_token(post=SERVICE),
    "api:problem_clock_in_hand": by_token(post=DEPARTMENTS | {LEAD, ADMIN}),
    "api:service_levels": by_token(get=STAFF, post=ADMINS),
    "api:service_level": by_token(),
    "api:service_levels_file": by_token(get=ADMINS, post=ADMINS),
    **{
        f"api:service_level_{name}": by_token(post=ADMINS)
        for name in ("name", "move", "default", "retire", "publish")
    },
    **{
        f"api:service_level_{name}": by_token(get=ADMINS)
        for name in ("file", "versions", "check", "preview")
    },
    "api:service_level_draft": by_token(get=ADMINS, post=ADMINS),
    "api:service_level_simulation": by_token(get=ADMINS, post=ADMINS),
    "api:workflows": by_token(get=ADMINS, post=ADMINS),
    "api:workflow": by_token(get=ADMINS),
    **{f"api:workflow_{name}": by_token(post=ADMINS) for name in ("move", "publish")},
    **{
        f"api:workflow_{name}": by_token(get=ADMINS)
        for name in ("starters", "versions", "file", "check", "try")
    },
    **{
        f"api:workflow_{name}": by_token(get=ADMINS, post=ADMINS) for name in ("draft", "in_flight")
    },
    "api:rules": by_token(get=ADMINS, post=ADMINS),
    "api:try_rules": by_token(post=SERVICE | ADMINS),
    "api:rotas": by_token(get=STAFF, post=ADMINS),
    "api:rota": by_token(),
    "api:rota_active": by_token(post=ADMINS),
    "api:rota_exceptions": by_token(post=ADMINS),
    "api:rota_exception": by_token(),
    "api:giving": by_token(get=STAFF),
    "api:department_giving": by_token(post=ADMINS),
    "api:loads": by_token(get=DEPARTMENTS | {LEAD, ADMIN}, post=ADMINS),
    "api:rules_past": by_token(post=ADMINS | {LEAD}),
    "api:rule_rates": by_token(get=ADMINS | {LEAD}),
    "api:rule_repairs": by_token(get=ADMINS | {LEAD}, post=ADMINS | {LEAD}),
    "api:rule": by_token(),
    "api:rule_active": by_token(post=ADMINS),
    "api:rule_move": by_token(post=ADMINS),
    "api:people": by_token(get=ADMINS, post=ADMINS),
    "api:person": by_token(get=ADMINS),
    "api:roles": by_token(post=ADMINS),
    "api:role": by_token(),
    "api:deactivate": by_token(post=ADMINS),
    "api:activate": by_token(post=ADMINS),
    "api:password": by_token(post=ADMINS),
    "api:tokens": by_token(get=ADMINS, post=ADMINS),
    "api:revoke_token": by_token(post=ADMINS),
    "api:dead_letters": by_token(get=ADMINS),
    "api:decide_news": by_token(post=ADMINS),
    "api:decide_effect": by_token(post=ADMINS),
    "api:quarantine": by_token(get=ADMINS),
    "api:held_mail": by_token(get=ADMINS),
    "api:decide_mail": by_token(post=ADMINS),
    "api:history": by_token(get=ADMINS | {LEAD}),
    "api:proof": by_token(post=ADMINS | {LEAD}),
    "api:participants": by_token(get=WITH_TOKEN),
    "api:case_links": by_token(get=WITH_TOKEN),
    "api:own_problems": by_token(get=CUSTOMERS),
    "api:own_problem": by_token(get=CUSTOMERS),
    "api:join_own_problem": by_token(post=CUSTOMERS),
    "api:follow_own_problem": by_token(post=CUSTOMERS),
    "api:own_problem_works": by_token(post=CUSTOMERS),
    "api:end_case_links": by_token(post=SERVICE | CUSTOMERS),
    "api:participant": by_token(),
    "api:let_in": by_token(post=SERVICE | CUSTOMERS),
    "api:case_questions": SEEN_BY_STAFF,
    "api:send_question": by_token(post=SERVICE),
    "api:answer_question": by_token(post=SERVICE),
    "api:withdraw_question": by_token(post=SERVICE | DEPARTMENTS | ADMINS),
    "api:problem_questions": by_token(get=STAFF, post=DEPARTMENTS | {LEAD, ADMIN}),
    "api:calls": by_token(get=STAFF, post=SERVICE),
    "api:at_once": by_token(post=SERVICE),
    "api:touchpoints": SEEN_BY_STAFF,
    "api:sight": by_token(post=SERVICE),
    "api:preferences": by_token(get=CUSTOMERS, post=CUSTOMERS),
    "api:sign_out": by_token(post=CUSTOMERS),
    "api:webhooks": by_token(get=ADMINS, post=ADMINS),
    "api:webhook": by_token(),
    "api:webhook_active": by_token(post=ADMINS),
    "api:webhook_secret": by_token(post=ADMINS),
    "api:webhook_test": by_token(post=ADMINS),
    "api:webhook_calls": by_token(get=ADMINS),
    "api:replay_failed": by_token(post=ADMINS),
    "api:replay_call": by_token(post=ADMINS),
    "api:brands": by_token(get=ADMINS, post=ADMINS),
    "api:brand": by_token(),
    "api:default_brand": by_token(post=ADMINS),
    "api:request_types": by_token(get=ADMINS, post=ADMINS),
    "api:request_type": by_token(),
    "api:request_type_active": by_token(post=ADMINS),
    "api:web_forms": by_token(get=ADMINS, post=ADMINS),
    "api:web_form": by_token(),
    "api:web_form_active": by_token(post=ADMINS),
    "api:held_forms": by_token(get=SERVICE),
    "api:release_form": by_token(post=SERVICE),
    "api:reject_form": by_token(post=SERVICE),
    "api:inbound_channels": by_token(get=ADMINS, post=ADMINS),
    "api:inbound_channel": by_token(),
    "api:inbound_channel_active": by_token(post=ADMINS),
    "api:inbound_channel_secret": by_token(post=ADMINS),
    "api:views": by_token(get=STAFF, post=frozenset({LEAD, ADMIN})),
    "api:view": by_token(),
    "api:mailboxes": by_token(get=ADMINS, post=ADMINS),
    "api:mailbox": by_token(),
    "api:mailbox_active": by_token(post=ADMINS),
    "api:mailbox_test": by_token(post=ADMINS),
    "api:wording": by_token(get=ADMINS),
    "api:wording_mail": by_token(get=ADMINS),
    "api:wording_default": by_token(post=ADMINS),
    "api:wording_try": by_token(post=ADMINS),
    "api:portal_words": by_token(get=ADMINS, post=ADMINS),
    "api:overview": by_token(get=frozenset({LEAD, ADMIN})),
    "api:schema": by_token(get=EVERYBODY),
    "api:nowhere": Access(get=EVERYBODY, post=EVERYBODY, hidden=EVERYBODY),
}
ACCESS = PAGES | API
# Answered before hosts and tenants matter, to whoever asks from another machine. The figures are
# for operators, who are no visitors of a tenant.
BEFORE_TENANTS = {"/healthz": EVERYBODY, "/readyz": EVERYBODY, "/metrics": NOBODY}
