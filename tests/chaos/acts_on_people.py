"""People leave, come back, lose roles and go away; departments and teams close and open."""

from datetime import timedelta

from django.utils.timezone import now

from problems.leaving import close_department, let_person_go
from tests.make import make_user
from tests.proof.choosing import DAY, Chooser
from workflow.absences import note_absence
from workflow.calendars import Hours, save_calendar
from workflow.clocks.ladder_changes import StepWish, save_ladder
from workflow.clocks.models import Calendar, Ladder, StepAction
from workflow.configuring import set_department_active
from workflow.people.actors import Actor
from workflow.people.models import Department, Membership, Team, User
from workflow.people.permissions import Role
from workflow.staffing import activate_user, deactivate_user, give_role, take_role
from workflow.teams import save_team, set_team_active

ADMIN = Actor.system("chaos")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOUR = timedelta(hours=1)


class ActsOnPeople(Chooser):
    """Each method changes who works here, or where."""

    def user(self) -> User:
        """Return anybody."""
        return self.random.choice(list(User.objects.order_by("id")))

    def other_department(self) -> Department:
        """Return any department, open or not, customer service too."""
        return self.random.choice(list(Department.objects.order_by("id")))

    def deactivate(self) -> object:
        """Let somebody in no more; what they had stays where it is."""
        return deactivate_user(user_id=self.user().pk, actor=ADMIN, at=now())

    def activate(self) -> object:
        """Let somebody in again."""
        return activate_user(user_id=self.user().pk, actor=ADMIN, at=now())

    def let_go(self) -> object:
        """Let somebody go and hand on what they had."""
        return let_person_go(
            user_id=self.user().pk,
            cases_to=self.random.choice([self.user(), None]),
            problems_to=self.random.choice([self.user(), None]),
            actor=ADMIN,
            at=now(),
        )

    def hire(self) -> object:
        """Let a new colleague in, seldom."""
        if self.random.random() < 0.6:
            return None
        role = self.random.choice([Role.MEMBER, Role.HEAD])
        return make_user(role, department=self.random.choice(self.departments))

    def take_a_role(self) -> object:
        """Take a role from somebody."""
        membership = self.random.choice(list(Membership.objects.order_by("id")))
        return take_role(membership_id=membership.pk, actor=ADMIN, at=now())

    def give_a_role(self) -> object:
        """Give somebody a role, sometimes one that fits nowhere."""
        return give_role(
            user_id=self.user().pk,
            role=self.random.choice([Role.MEMBER, Role.HEAD, Role.AGENT, Role.LEAD, Role.CONTACT]),
            department=self.random.choice([self.department(), None]),
            actor=ADMIN,
            at=now(),
        )

    def go_away(self) -> object:
        """Let somebody be away, sometimes stood in for by somebody who left."""
        begins_at = now() + self.random.randint(-2, 2) * DAY
        return note_absence(
            user_id=self.user().pk,
            begins_at=begins_at,
            ends_at=begins_at + self.random.randint(-1, 20) * DAY,
            substitute_id=self.random.choice([self.user().pk, None]),
            actor=ADMIN,
            at=now(),
        )

    # ---- departments and teams -------------------------------------------------------------

    def close_a_department(self) -> object:
        """Close a department and send what it has elsewhere."""
        return close_department(
            department_id=self.other_department().pk,
            work_to=self.other_department(),
            reason=self.words(),
            actor=ADMIN,
            at=now(),
        )

    def delete_a_department(self) -> object:
        """Close a department behind the back of everything that it has."""
        return set_department_active(
            department_id=self.other_department().pk,
            is_active=False,
            open_problems=0,
            actor=ADMIN,
            at=now(),
        )

    def open_a_department(self) -> object:
        """Open a department again."""
        return set_department_active(
            department_id=self.other_department().pk,
            is_active=True,
            open_problems=0,
            actor=ADMIN,
            at=now(),
        )

    def make_a_team(self) -> object:
        """Add a team, or change one."""
        teams = list(Team.objects.order_by("id"))
        team = self.random.choice([*teams, None])
        return save_team(
            team_id=team.pk if team else None,
            name=f"Team {self.random.randint(1, 4)}",
            department=self.other_department(),
            members=[self.user().pk for _ in range(self.random.randint(0, 2))],
            actor=ADMIN,
            at=now(),
        )

    def delete_a_team(self) -> object:
        """Close a team, or open one that was closed."""
        teams = list(Team.objects.order_by("id"))
        if not teams:
            return None
        return set_team_active(
            team_id=self.random.choice(teams).pk,
            is_active=self.random.random() < 0.3,
            actor=ADMIN,
            at=now(),
        )

    # ---- time --------------------------------------------------------------------------------

    def change_a_calendar(self) -> object:
        """Change the hours of everybody, sometimes so that nobody is ever there."""
        calendar = self.random.choice(list(Calendar.objects.order_by("id")))
        opens = self.random.randint(6, 10)
        closes = self.random.choice([opens + 4, opens + 10, opens])
        open_on = self.random.sample(DAYS, k=self.random.randint(0, 7))
        return save_calendar(
            calendar_id=calendar.pk,
            name=calendar.name,
            hours=Hours(
                timezone=self.random.choice(["UTC", "Europe/Oslo", "Asia/Kathmandu", "Mars/Base"]),
                weekly={day: [(f"{opens:02}:00", f"{closes:02}:00")] for day in open_on},
            ),
            actor=ADMIN,
            at=now(),
        )

    def change_the_ladder(self) -> object:
        """Let everything that is late climb otherwise."""
        steps = [
            StepWish(
                action=self.random.choice(list(StepAction)),
                percent=self.random.choice([50, 75, 100, 120]),
                department_id=self.other_department().pk,
            )
            for _ in range(self.random.randint(0, 3))
        ]
        return save_ladder(
            ladder_id=Ladder.objects.get(is_default=True).pk,
            name="Standard",
            steps=steps,
            is_default=True,
            departments=[],
            actor=ADMIN,
            at=now(),
        )
