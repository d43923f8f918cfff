"""Every address that a template may name, answering nothing: pages are rendered without views."""

from typing import Never

from django.urls import include, path


def nothing(*_parts: object, **_names: object) -> Never:
    """Stand for a view."""
    raise AssertionError("Pages are rendered here, not asked for.")


def room(name: str, *pages: str) -> object:
    """Return an include of pages; `page(part)` stands for a page with one part in its address."""
    patterns = []
    for page in pages:
        label, _, part = page.rstrip(")").partition("(")
        address = "/".join([name, label, *(f"<str:{one}>" for one in part.split(",") if one), ""])
        patterns.append(path(address, nothing, name=label))
    return path("", include((patterns, name)))


urlpatterns = [
    *(path(f"{name}/", nothing, name=name) for name in ("sign_in", "sign_out", "demo_sign_in", "absences")),
    path("", nothing, name="home"),
    path("colour/<str:colour>/", nothing, name="colour"),
    room(
        "agent",
        "queue", "case(number)", "reply(number)", "act(number)", "case_new", "case_new_similar", "known(number)", "judge(number)", "why(number,problem)", "opens(number,kind,key)", "opens_new(kind,key)", "triage",
        "problem_new", "filtered", "bulk", "view(id)", "view_save", "view_remove(id)", "search",
        "question(number,question)", "clocks(number)", "clock(number,id)", "in_hand(number,id)", "promise(number)",
        "calls", "call_new", "call_open_case(id)", "held_forms",
        "contact(id)", "belongings(id)", "join(id)", "link(number)", "suggestion(number)", "customer(number)",
    ),
    room("problem", "list", "customers(number)", "customers_act(number)", "reshape(number)", "fan_out(number)", "after(number)", "after_act(number)", "problem(number)", "act(number)", "step(number)", "approval(number)", "budget(number)", "promises", "journey(number)", "journey_file(number)", "follow(number)", "accountable(number)", "statement(number)", "ask_department(number)", "task(number)", "task_act(number)", "broadcasts", "told(number)", "broadcast(number)", "broadcast_act(number)", "tell(number)", "changes", "change(number)", "change_new", "change_revise(number)", "change_act(number)", "analyses(number)", "analysis(number,id)", "analysis_act(number,id)", "clocks(number)", "clock(number,id)", "in_hand(number,id)"),
    room("department", "board", "tasks", "requests"),
    room("lead", "overview", "fix_next", "radar", "radar_decided", "pattern(number)", "pattern_act(number)"),
    room(
        "reports",
        "service_levels", "service_levels_list", "service_levels_file", "time_spent",
        "time_spent_file", "promises", "promises_file", "knowledge", "knowledge_file", "fix_times", "fix_times_file", "after_fix", "after_fix_file", "departments", "departments_file",
    ),
    room(
        "portal",
        "home", "sign_in", "sign_out", "issue(number)", "new", "likely", "article(number)", "known",
        "me_too(number)", "enter(token)", "issues", "articles", "preferences", "problem(number)",
        "link(token)", "stop(token)", "linked_issue(number)", "linked_problem(number)", "problem_link(token)", "linked_file(number,key)", "file(number,key)",
    ),
    room(
        "settings",
        "request_types", "web_forms", "inbound", "index", "people", "departments", "teams", "calendars", "brands", "organisations", "products", "product(id)", "segments", "imports", "import(number)", "import_template(kind)", "import_refused(number)", "entitlements", "mailboxes", "wording", "wording_mail(kind)", "methods", "broadcasts", "matching", "problems", "fixes", "radar", "routing", "routing_trial", "routing_rule(id)", "giving", "rotas", "rota(id)", "service_levels", "service_levels_file", "service_level(id)", "service_level_file(id)", "service_level_draft(id)", "service_level_simulation(id)", "workflows", "workflow(id)", "workflow_file(id)", "workflow_draft(id)", "workflow_try(id)", "workflow_in_flight(id)", "workflow_stages(id)", "workflow_stage(id,key)", "workflow_steps(id)", "workflow_step(id,key)", "escalation", "tokens", "webhooks", "webhook_calls(id)", "person_leaving(id)", "department_closing(id)", "dead_letters",
        "quarantine", "quarantined_mail(mail_id)", "quarantined_body(mail_id)", "quarantined_raw(mail_id)", "proof", "history", "history_file",
    ),
    room("knowledge", "list", "article(number)"),
]  # fmt: skip
