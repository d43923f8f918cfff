"""The addresses of the reports."""

from django.urls import path

from servicedesk.reports import (
    after_fix,
    departments,
    fix_times,
    knowledge,
    promises,
    service_levels,
    time_spent,
)

app_name = "reports"
urlpatterns = [
    path("reports/service-levels/", service_levels.service_levels, name="service_levels"),
    path(
        "reports/service-levels/list/",
        service_levels.service_levels_list,
        name="service_levels_list",
    ),
    path(
        "reports/service-levels/file/",
        service_levels.service_levels_file,
        name="service_levels_file",
    ),
    path("reports/time-spent/", time_spent.time_spent, name="time_spent"),
    path("reports/time-spent/file/", time_spent.time_spent_file, name="time_spent_file"),
    path("reports/fix-times/", fix_times.fix_times_report, name="fix_times"),
    path("reports/fix-times/file/", fix_times.fix_times_file, name="fix_times_file"),
    path("reports/after-fix/", after_fix.after_fixes, name="after_fix"),
    path("reports/after-fix/file/", after_fix.after_fixes_file, name="after_fix_file"),
    path("reports/departments/", departments.departments, name="departments"),
    path("reports/departments/file/", departments.departments_file, name="departments_file"),
    path("reports/knowledge/", knowledge.knowledge, name="knowledge"),
    path("reports/knowledge/file/", knowledge.knowledge_file, name="knowledge_file"),
    path("reports/promises/", promises.promises, name="promises"),
    path("reports/promises/file/", promises.promises_file, name="promises_file"),
]
