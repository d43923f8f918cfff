"""Service levels, for programs: their names, their order, the default, files."""

from typing import Any

from servicedesk.api.naming import row_of
from servicedesk.api.operations import operation
from servicedesk.api.policies import CONFIGURES, PATH, TAG, Fields, PolicyView
from servicedesk.api.shapes import organising
from servicedesk.api.shapes import policies as shapes
from servicedesk.api.shapes.fields import Nothing
from servicedesk.simulating.looking import entitled_to
from workflow.clocks.models import PolicyVersion, VersionState
from workflow.clocks.policy_files import import_drafts, written_versions
from workflow.clocks.service_levels import (
    make_default,
    move_service_level,
    rename_service_level,
    retire_service_level,
)


class NameOfLevel(PolicyView):
    """What a service level is called."""

    @operation(
        "rename_service_level",
        any_of=CONFIGURES,
        takes=shapes.Renaming,
        gives=organising.ServiceLevelShape,
        path=PATH,
        tag=TAG,
    )
    def post(self, fields: Fields, pk: int) -> Any:
        """Give a service level another name; what it promises stays."""
        level = self.level(pk)
        rename_service_level(
            service_level_id=level.pk, name=fields["name"], actor=self.actor, at=self.at
        )
        return self.level_shown(level.pk)


class PlaceOfLevel(PolicyView):
    """When a service level is tried."""

    @operation(
        "move_service_level",
        any_of=CONFIGURES,
        takes=organising.RuleMove,
        gives=organising.ServiceLevelShape,
        path=PATH,
        tag=TAG,
    )
    def post(self, fields: Fields, pk: int) -> Any:
        """Let a service level be tried one place earlier or later."""
        level = self.level(pk)
        by = -1 if fields["direction"] == "up" else 1
        move_service_level(service_level_id=level.pk, by=by, actor=self.actor, at=self.at)
        return self.level_shown(level.pk)


class DefaultLevel(PolicyView):
    """Which service level serves everybody else."""

    @operation(
        "make_service_level_default",
        any_of=CONFIGURES,
        takes=Nothing,
        gives=organising.ServiceLevelShape,
        path=PATH,
        tag=TAG,
    )
    def post(self, _fields: Fields, pk: int) -> Any:
        """Let a service level serve everybody whom no other serves."""
        level = self.level(pk)
        make_default(service_level_id=level.pk, actor=self.actor, at=self.at)
        return self.level_shown(level.pk)


class RetireLevel(PolicyView):
    """That a service level promises nothing any more."""

    @operation(
        "retire_service_level",
        any_of=CONFIGURES,
        takes=Nothing,
        gives=organising.ServiceLevelShape,
        path=PATH,
        tag=TAG,
    )
    def post(self, _fields: Fields, pk: int) -> Any:
        """Let a service level promise nothing any more; what runs keeps its version."""
        level = self.level(pk)
        retire_service_level(
            service_level_id=level.pk,
            entitled=entitled_to(level, at=self.at),
            actor=self.actor,
            at=self.at,
        )
        return self.level_shown(level.pk)


class FileOfLevel(PolicyView):
    """One version as a file."""

    @operation(
        "export_service_level",
        any_of=CONFIGURES,
        filters=shapes.FileFilters,
        gives=shapes.PolicyFileShape,
        path=PATH,
        tag=TAG,
    )
    def get(self, pk: int) -> Any:
        """Write a version of a service level as YAML: what is published, or the one asked for."""
        level = self.level(pk)
        rows = PolicyVersion.objects.select_related("service_level").filter(service_level=level)
        asked = self.asked.get("number")
        version = row_of(rows, **({"number": asked} if asked else {"state": "published"}))
        return {"yaml": written_versions([version])}


class FileOfLevels(PolicyView):
    """All service levels as a file."""

    @operation("export_service_levels", any_of=CONFIGURES, gives=shapes.PolicyFileShape, tag=TAG)
    def get(self) -> Any:
        """Write all that is published as YAML."""
        rows = (
            PolicyVersion.objects.filter(state=VersionState.PUBLISHED)
            .select_related("service_level")
            .prefetch_related("targets")
            .order_by("-service_level__is_default", "service_level__position", "id")
        )
        return {"yaml": written_versions(rows)}

    @operation(
        "import_service_levels",
        any_of=CONFIGURES,
        takes=shapes.FileWish,
        gives=shapes.DraftedListShape,
        status=201,
        tag=TAG,
    )
    def post(self, fields: Fields) -> Any:
        """Make a draft of each service level of a file; nothing is published."""
        drafts = import_drafts(fields["yaml"].encode(), actor=self.actor, at=self.at)
        return {"results": list(shapes.DraftedShape(drafts, many=True).data)}
