"""Whatever a person can do on a page, a program can do: each page names its operations.

A new page that is not named here fails, and so does an operation that is gone or asks for another
right than the page.
"""

from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

from django.urls import get_resolver

from servicedesk.api.operations import operation_of
from tests.isolation.visiting import Address, addresses
from tests.surfaces.api.fuzz.operations import operations

ALIKE = "the same records by another address, which the operation lists"
SESSION = "a browser's stay, which a program has none of: its token says who it is"
FRAGMENT = "a part of a page that is swapped while somebody types"

TWINS: dict[str, tuple[str, ...]] = {
    "agent:queue": ("list_cases",),
    "agent:filtered": ("list_cases",),
    "agent:bulk": ("change_cases", "link_case_to_problem", "open_problem"),
    "agent:search": ("list_cases", "list_contacts", "list_problems", "list_articles"),
    "agent:contact": ("read_contact", "list_touchpoints", "list_problems_of_contact",
                      "change_contact", "add_address", "become_customer",
                      "let_see_organisation", "read_reach", "say_how_to_reach",
                      "write_to_address_again"),
    "agent:belongings": ("list_installed", "write_installed", "change_installed",
                         "remove_installed", "list_purchases", "write_purchase",
                         "change_purchase", "remove_purchase"),
    "agent:join": ("join_contacts", "list_joinings", "part_contacts"),
    "agent:customer": ("read_contact", "list_touchpoints", "list_problems_of_contact"),
    "agent:known": ("read_what_is_known", "list_offers"),
    "agent:why": ("read_evidence_of_suggestion",),
    "agent:judge": ("judge_offer",),
    "agent:triage": ("list_waiting_suggestions",),
    "agent:case_new_similar": ("match_text",),
    "reports:knowledge": ("report_knowledge",),
    "reports:knowledge_file": ("report_knowledge",),
    "agent:calls": ("list_calls",),
    "agent:call_new": ("log_call",),
    "agent:call_open_case": ("open_case",),
    "agent:case_new": ("open_case",),
    "agent:case": ("read_case", "list_messages", "list_history_of_case", "list_suggestions",
                   "list_clocks_of_case", "list_blockers", "list_participants"),
    "agent:reply": ("write_message",),
    "agent:act": ("assign_case", "set_priority", "pend_case", "resolve_case", "reopen_case",
                  "mark_spam", "resume_case", "close_case", "let_in_participant",
                  "remove_participant"),
    "agent:question": ("list_questions_of_case", "send_question", "answer_question",
                       "withdraw_question"),
    "agent:link": ("link_case_to_problem", "unlink_case_from_problem"),
    "agent:suggestion": ("link_case_to_problem", "reject_suggestion", "mark_similar",
                         "reconsider_suggestion"),
    "settings:matching": ("read_matching", "set_matching"),
    "settings:problems": ("read_problem_policy", "set_problem_policy"),
    "problem:promises": ("list_promises_to_customers", "read_hit_rates"),
    "lead:fix_next": ("read_what_to_fix_next",),
    "agent:attachment": ("download_file",),
    "agent:problem_new": ("open_problem", "try_rules"),
    "problem:list": ("list_problems",),
    "problem:problem": ("read_problem", "read_journey", "list_notes", "list_evidence",
                        "list_estimates", "list_cases_of_problem", "list_history_of_problem",
                        "list_questions_of_problem", "list_promises_of_problem",
                        "read_priority_of_problem"),
    "problem:customers": ("list_affected", "count_affected", "list_scopes", "list_problem_links"),
    "problem:customers_act": ("count_scope", "add_scope", "end_scope", "name_exceptions",
                              "take_exception_back", "note_solution_applied", "end_problem_links"),
    "problem:fan_out": ("list_fan_outs",),
    "problem:reshape": ("list_reshapings", "merge_problems", "split_problem",
                        "take_reshaping_back"),
    "problem:budget": ("read_time_budget",),
    "problem:clocks": ("list_clocks_of_problem",),
    "problem:clock": ("list_clocks_of_problem",),
    "agent:clocks": ("list_clocks_of_case",),
    "agent:clock": ("list_clocks_of_case",),
    "agent:in_hand": ("acknowledge_clock_of_case",),
    "problem:in_hand": ("acknowledge_clock_of_problem",),
    "absences": ("list_absences", "note_absence", "end_absence"),
    "settings:escalation": ("list_ladders", "create_ladder", "change_ladder", "remove_ladder",
                            "preview_ladder"),
    "agent:promise": (
        "list_promises", "make_promise", "keep_promise", "change_promise", "withdraw_promise",
    ),
    "reports:service_levels": ("report_service_levels",),
    "reports:service_levels_file": ("report_service_levels",),
    "reports:service_levels_list": ("list_clocks_behind",),
    "reports:time_spent": ("report_time_spent",),
    "reports:time_spent_file": ("report_time_spent",),
    "reports:promises": ("report_promises",),
    "reports:promises_file": ("report_promises",),
    "problem:ask_department": ("ask_department", "list_tasks_of_problem"),
    "problem:task": ("read_task", "list_notes_of_task"),
    "problem:task_act": ("take_step_of_task",),
    "department:tasks": ("list_tasks",),
    "problem:broadcasts": ("list_broadcasts",),
    "problem:told": ("list_broadcasts",),
    "problem:broadcast": ("read_broadcast", "list_recipients"),
    "problem:broadcast_act": ("take_step_of_broadcast",),
    "problem:tell": ("look_at_broadcast", "write_broadcast", "rewrite_broadcast"),
    "settings:broadcasts": ("read_broadcast_policy", "set_broadcast_policy"),
    "problem:changes": ("list_changes",),
    "problem:change": ("read_change", "list_changes_of_problem"),
    "problem:change_new": ("plan_change",),
    "problem:change_revise": ("revise_change",),
    "problem:change_act": ("take_step_of_change",),
    "problem:after": ("list_fix_watches", "read_fix_ratings", "list_preventions", "list_reviews", "read_prevention"),
    "problem:after_act": (
        "plan_prevention", "change_prevention", "finish_prevention", "drop_prevention",
        "write_review", "decide_review",
    ),
    "problem:analyses": ("list_analyses", "begin_analysis", "list_analysis_methods"),
    "problem:analysis": ("read_analysis",),
    "problem:analysis_act": ("suppose_cause", "decide_cause", "show_cause"),
    "settings:methods": ("list_analysis_methods", "save_analysis_method"),
    "problem:step": ("read_way", "take_drawn_step"),
    "problem:approval": ("list_approvals", "vote_on_step"),
    "reports:after_fix": ("report_after_fixes",),
    "reports:after_fix_file": ("report_after_fixes",),
    "settings:fixes": ("read_watch_rules", "set_watch_rules"),
    "reports:fix_times": ("report_fix_times",),
    "reports:fix_times_file": ("report_fix_times",),
    "reports:departments": ("report_departments",),
    "reports:departments_file": ("report_departments",),
    "problem:journey": ("read_journey", "list_statements"),
    "problem:journey_file": ("read_journey",),
    "problem:follow": ("list_followers", "follow_problem", "stop_following_problem"),
    "problem:statement": ("write_statement", "change_statement", "decide_statement"),
    "problem:accountable": ("read_accountable",),
    "problem:act": ("take_step", "ask_customer", "withdraw_question", "promise_news", "tell_news",
                    "withdraw_news", "withdraw_estimate", "set_priority_of_problem",
                    "let_priority_follow"),
    "department:board": ("list_problems",),
    "department:requests": ("list_questions_of_problem", "withdraw_question"),
    "settings:people": ("list_people", "read_person", "invite_person", "give_role", "take_role",
                        "activate_person", "set_password"),
    "settings:person_leaving": ("deactivate_person",),
    "settings:departments": ("list_departments", "create_department", "change_department",
                             "open_department"),
    "settings:department_closing": ("close_department",),
    "agent:held_forms": ("list_held_forms", "release_held_form", "reject_held_form"),
    "settings:request_types": ("list_request_types", "create_request_type",
                               "change_request_type", "set_request_type_active"),
    "settings:web_forms": ("list_web_forms", "create_web_form", "change_web_form",
                           "set_web_form_active"),
    "settings:inbound": ("list_inbound_channels", "add_inbound_channel",
                         "change_inbound_channel", "set_inbound_channel_active",
                         "rotate_channel_secret"),
    "agent:view": ("list_views", "list_cases"),
    "agent:view_save": ("save_view",),
    "agent:view_remove": ("remove_view",),
    "settings:mailboxes": ("list_mailboxes", "add_mailbox", "change_mailbox",
                           "set_mailbox_active", "test_mailbox"),
    "lead:overview": ("read_overview",),
    "lead:radar": ("list_patterns", "read_radar"),
    "lead:radar_decided": ("list_patterns",),
    "lead:pattern": ("read_pattern", "list_cases_of_pattern"),
    "lead:pattern_act": ("take_step_of_pattern",),
    "settings:radar": ("read_radar", "set_radar", "list_radar_trials", "try_radar"),
    "settings:wording": ("list_wording", "read_portal_words", "save_portal_words"),
    "settings:wording_mail": ("read_wording", "save_wording", "restore_wording", "try_wording"),
    "settings:teams": ("list_teams", "create_team", "change_team", "set_team_active"),
    "settings:calendars": ("list_calendars", "create_calendar", "change_calendar",
                           "import_closed_days", "preview_calendar", "show_public_holidays"),
    "settings:organisations": ("list_organisations", "create_organisation",
                               "change_organisation"),
    "settings:products": ("list_products", "create_product", "change_product"),
    "settings:product": ("list_versions", "create_version", "change_version"),
    "settings:imports": ("list_imports", "hand_in_file", "import_belongings"),
    "settings:import": ("read_import", "begin_import", "drop_import", "list_refused_lines"),
    "settings:import_template": ("list_import_sorts",),
    "settings:import_refused": ("list_refused_lines",),
    "settings:segments": ("list_segments", "create_segment", "change_segment", "try_segment",
                          "read_segment", "list_contacts_of_segment"),
    "settings:entitlements": ("list_entitlements", "grant_entitlement", "end_entitlement"),
    "settings:brands": ("list_brands", "create_brand", "change_brand", "make_brand_default"),
    "settings:giving": ("list_giving", "set_giving", "list_loads", "set_limit"),
    "settings:rotas": ("list_rotas", "create_rota"),
    "settings:rota": ("change_rota", "set_rota_active", "note_exception", "remove_exception"),
    "settings:routing": ("list_rules", "create_rule", "change_rule", "remove_rule", "move_rule",
                         "set_rule_active", "try_rules", "try_rules_on_past"),
    "settings:routing_trial": ("try_rules_on_past",),
    "settings:routing_rule": ("list_rule_rates", "list_repairs", "accept_repair"),
    "settings:service_levels": ("list_service_levels", "create_service_level",
                                "change_service_level", "grant_entitlement",
                                "end_entitlement", "list_entitlements", "move_service_level",
                                "make_service_level_default", "import_service_levels"),
    "settings:service_levels_file": ("export_service_levels",),
    "settings:service_level": ("list_versions_of_service_level", "rename_service_level",
                               "start_draft", "retire_service_level",
                               "make_service_level_default"),
    "settings:service_level_file": ("export_service_level",),
    "settings:service_level_draft": ("read_draft", "change_draft", "check_draft", "preview_draft",
                                     "publish_draft", "discard_draft", "simulate_draft"),
    "settings:service_level_simulation": ("read_simulation", "simulate_draft"),
    "settings:workflows": ("list_workflows", "list_workflow_starters", "create_workflow",
                           "move_workflow", "change_workflow"),
    "settings:workflow": ("read_workflow", "change_workflow", "list_versions_of_workflow",
                          "start_workflow_draft", "remove_workflow"),
    "settings:workflow_file": ("export_workflow",),
    "settings:workflow_draft": ("read_workflow_draft", "check_workflow_draft",
                                "change_workflow_draft", "publish_workflow_draft",
                                "discard_workflow_draft"),
    **{f"settings:workflow_{part}": ("change_workflow_draft",)
       for part in ("stages", "stage", "steps", "step")},
    "settings:workflow_try": ("try_workflow_draft",),
    "settings:workflow_in_flight": ("preview_workflow_move", "move_workflow_problems"),
    "settings:tokens": ("list_tokens", "issue_token", "revoke_token"),
    "settings:webhooks": ("list_webhooks", "add_webhook", "change_webhook", "remove_webhook",
                          "set_webhook_active", "rotate_webhook_secret", "test_webhook"),
    "settings:webhook_calls": ("list_webhook_calls", "replay_call", "replay_failed_calls"),
    "settings:dead_letters": ("list_dead_letters", "decide_news", "decide_effect",
                              "list_stuck_approvals", "retry_stuck_approval"),
    "settings:quarantine": ("list_held_mails", "decide_held_mail"),
    "settings:quarantined_mail": ("read_held_mail", "decide_held_mail"),
    "settings:proof": ("run_proof",),
    "settings:history": ("list_history",),
    "settings:history_file": ("list_history",),
    "knowledge:list": ("list_articles", "draft_article"),
    "knowledge:article": ("read_article", "revise_article", "publish_article", "retire_article",
                          "list_history_of_article"),
    "portal:home": ("list_cases", "list_known_problems", "list_own_problems"),
    "portal:issues": ("list_cases",),
    "portal:new": ("open_case", "list_products"),
    "portal:issue": ("read_case", "read_progress", "read_why", "list_messages", "write_message",
                     "say_it_works", "say_it_still_happens", "list_participants",
                     "let_in_participant", "remove_participant", "save_preferences",
                     "list_case_links", "end_case_links", "rate_own_problem"),
    "portal:file": ("download_file",),
    "portal:known": ("list_known_problems", "list_own_problems"),
    "portal:problem": ("read_own_problem", "join_own_problem", "follow_own_problem",
                       "stop_following_own_problem", "say_own_problem_works", "rate_own_problem",
                       "end_own_problem_links"),
    "portal:articles": ("list_articles",),
    "portal:article": ("read_article", "judge_article"),
    "portal:me_too": ("join_known_problem",),
    "portal:stop": ("read_preferences", "save_preferences"),
    "portal:preferences": ("read_preferences", "save_preferences", "sign_out_everywhere"),
}  # fmt: skip

EXEMPT: dict[str, str] = {
    "home": "leads a person to the own desk",
    "sign_in": SESSION,
    "sign_out": SESSION,
    "demo_sign_in": SESSION,
    "portal:sign_in": SESSION,
    "portal:sign_in_sent": SESSION,
    "portal:sign_out": SESSION,
    "portal:enter": SESSION,
    "portal:likely": FRAGMENT,
    "portal:link": SESSION,
    "portal:linked_issue": "the page of an issue by a mailed link; a token shows the same",
    "portal:problem_link": SESSION,
    "portal:linked_problem": "the page of a problem by a mailed link; a token shows the same",
    "portal:linked_file": "a file of an issue by a mailed link; a token fetches the same",
    "agent:opens": "leads on to what was shown beside a case",
    "agent:opens_new": "leads on to what was shown while a case was written",
    "agent:mail_body": "the look of a mail, for a frame; its words are in list_messages",
    "settings:quarantined_body": "the look of a mail, for a frame; its words are in read_held_mail",
    "settings:quarantined_raw": "a mail that may be anything is given to people only",
    "settings:index": "a list of pages",
}
# Pages whose actions decide by themselves: their guard is wider than each of their acts.
PAGES = (
    "agent:", "problem:", "department:", "lead:", "reports:", "settings:", "knowledge:", "portal:",
)  # fmt: skip


def pages(patterns: Iterable[Any]) -> list[Address]:
    """Return the addresses that people see."""
    found = [one for one in addresses(list(patterns)) if not one.name.startswith("api:")]
    return [one for one in found if one.guard in ("staff", "contact", "public")]


def faults(
    found: Iterable[Address], *, twins: dict[str, tuple[str, ...]], exempt: dict[str, str]
) -> list[str]:
    """Return the pages without a twin, the twins without a page, and those that are both."""
    names = {page.name for page in found if is_a_page(page.name)}
    there = {one.name for one in operations()}
    return [
        *(f"{name} has no operation" for name in sorted(names - set(twins) - set(exempt))),
        *(f"{name} is gone" for name in sorted((set(twins) | set(exempt)) - names)),
        *(f"{name} is named twice" for name in sorted(set(twins) & set(exempt))),
        *(
            f"{page}: there is no operation {name}"
            for page, named in sorted(twins.items())
            for name in named
            if name not in there
        ),
    ]


def is_a_page(name: str) -> bool:
    """Whether an address is one of the rooms that people work in."""
    return name.startswith(PAGES) or name in (
        "home", "sign_in", "sign_out", "demo_sign_in", "absences",
    )  # fmt: skip


def test_whatever_a_person_can_do_a_program_can_do() -> None:
    assert faults(pages(get_resolver().url_patterns), twins=TWINS, exempt=EXEMPT) == []


def test_every_operation_belongs_to_a_page_or_says_what_pages_show_otherwise() -> None:
    named = {name for twins in TWINS.values() for name in twins}
    # What pages do in passing, or show within another page.
    beside = {
        "create_contact", "change_product", "create_product", "create_organisation",
        "change_organisation", "read_organisation", "list_organisations", "remove_address",
        "list_segments_of_contact",
    }  # fmt: skip

    assert {one.name for one in operations()} == named | beside


def test_every_operation_says_who_may_and_what_comes_back() -> None:
    for address in addresses(list(get_resolver().url_patterns)):
        if address.guard != "token":
            continue
        methods = [
            operation_of(getattr(address.view.cls, method, None))
            for method in ("get", "post", "patch", "delete")
        ]
        found = [one for one in methods if one is not None]
        assert found, address.name
        assert all(one.any_of for one in found), address.name


def test_the_control_a_page_without_an_operation_is_found() -> None:
    new = SimpleNamespace(name="agent:dance", guard="staff")
    known = pages(get_resolver().url_patterns)

    found = faults([*known, new], twins=TWINS, exempt=EXEMPT)  # type: ignore[list-item]

    assert found == ["agent:dance has no operation"]
    without = {name: twins for name, twins in TWINS.items() if name != "agent:act"}
    assert faults(known, twins=without, exempt=EXEMPT) == ["agent:act has no operation"]
    wrong = {**TWINS, "agent:act": ("dance",)}
    assert faults(known, twins=wrong, exempt=EXEMPT) == ["agent:act: there is no operation dance"]
