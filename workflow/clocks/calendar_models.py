"""Opening hours, and what they said from when on."""

from django.db import models

from workflow.clocks.working_time import WorkingTime
from workflow.tenancy.models import TenantModel, same_tenant, tenant_key


class Calendar(TenantModel):
    """Opening hours in a time zone.

    `hours` maps mon…sun to lists of ["HH:MM", "HH:MM"], `holidays` lists dates, `breaks` maps a
    date to closed windows: the shape that WorkingTime reads.
    """

    name = models.CharField(max_length=80)
    timezone = models.CharField(max_length=64)
    hours = models.JSONField()
    holidays = models.JSONField(default=list, blank=True)
    breaks = models.JSONField(default=dict, blank=True)
    # Which public holidays are kept up to date here: {"country": "DE", "region": "BY"}, or {}.
    holidays_of = models.JSONField(default=dict, blank=True)
    revision = models.IntegerField(default=1)

    class Meta:
        db_table = "workflow_calendar"
        constraints = [
            tenant_key("workflow_calendar"),
            models.UniqueConstraint(fields=["tenant", "name"], name="workflow_calendar_name"),
        ]

    def __str__(self) -> str:
        return self.name

    def working_time(self) -> WorkingTime:
        """Return the arithmetic of this calendar.

        Raises:
            BadCalendar: the stored hours make no sense.
        """
        return WorkingTime.from_dict(
            {
                "tz": self.timezone,
                "hours": self.hours,
                "holidays": self.holidays,
                "breaks": self.breaks,
            }
        )


class CalendarRevision(TenantModel):
    """What a calendar said from a moment on: what was planned by it can be planned again.

    The first is valid from the beginning of time; rows are never changed.
    """

    calendar = models.ForeignKey(
        Calendar, on_delete=models.CASCADE, db_constraint=False, related_name="revisions"
    )
    number = models.IntegerField()
    timezone = models.CharField(max_length=64)
    hours = models.JSONField()
    holidays = models.JSONField(default=list)
    breaks = models.JSONField(default=dict)
    valid_from = models.DateTimeField()

    class Meta:
        db_table = "workflow_calendarrevision"
        constraints = [
            tenant_key("workflow_calendarrevision"),
            *same_tenant("workflow_calendarrevision", "calendar"),
            models.UniqueConstraint(
                fields=["tenant", "calendar", "number"], name="workflow_calendarrevision_number"
            ),
        ]

    def __str__(self) -> str:
        return str(self.number)

    def working_time(self) -> WorkingTime:
        """Return the arithmetic of this revision.

        Raises:
            BadCalendar: the stored hours make no sense.
        """
        return WorkingTime.from_dict(
            {
                "tz": self.timezone,
                "hours": self.hours,
                "holidays": self.holidays,
                "breaks": self.breaks,
            }
        )
