"""Who acts in the demo: the company's people, found by what they do."""

from dataclasses import dataclass, field

from workflow.people.actors import Actor, Source
from workflow.people.authentication import actor_for_user
from workflow.people.models import Department, Membership, User
from workflow.people.permissions import Role


@dataclass
class Cast:
    """The people of the current tenant."""

    users: dict[tuple[Role, int | None], list[User]] = field(default_factory=dict)
    departments: dict[str, Department] = field(default_factory=dict)
    actors: dict[int, Actor] = field(default_factory=dict)

    @classmethod
    def of_tenant(cls) -> "Cast":
        """Return the people of the current tenant; two queries."""
        cast = cls(departments={one.name: one for one in Department.objects.all()})
        for membership in Membership.objects.select_related("user").order_by("id"):
            role = (Role(membership.role), membership.department_id)
            cast.users.setdefault(role, []).append(membership.user)
        return cast

    def agent(self, number: int = 0) -> Actor:
        """Return one of the agents, in turn."""
        agents = self.users[Role.AGENT, None]
        return self.actor(agents[number % len(agents)])

    def lead(self) -> Actor:
        """Return the service lead."""
        return self.actor(self.users[Role.LEAD, None][0])

    def lead_user(self) -> User:
        """Return the service lead as a user."""
        return self.users[Role.LEAD, None][0]

    def user_of(self, actor: Actor) -> User | None:
        """Return the user behind an actor of the cast."""
        return next(
            (user for users in self.users.values() for user in users if user.pk == actor.user_id),
            None,
        )

    def worker_in(self, department_id: int) -> Actor:
        """Return somebody who works in a department; the lead for customer service."""
        for role in (Role.MEMBER, Role.HEAD):
            found = self.users.get((role, department_id))
            if found:
                return self.actor(found[0])
        return self.lead()

    def actor(self, user: User) -> Actor:
        """Return the actor behind a user; two queries the first time."""
        if user.pk not in self.actors:
            self.actors[user.pk] = actor_for_user(user, source=Source.AGENT)
        return self.actors[user.pk]
