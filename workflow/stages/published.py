"""The drawings that problems follow, by their version: read once, since they never change again."""

from collections.abc import Iterable
from functools import lru_cache

from workflow.stages.definition import Definition
from workflow.stages.files import from_data
from workflow.stages.models import WorkflowState, WorkflowVersion
from workflow.tenancy.scope import tenant_of_the_scope

DRAWINGS_KEPT = 512


class Drawings:
    """Drawings kept in the memory of this process, by tenant and version."""

    def __init__(self, *, at_most: int) -> None:
        """Keep no more than `at_most` of them; the oldest goes first."""
        self.at_most = at_most
        self._kept: dict[tuple[int, int], Definition] = {}

    def of(self, version_ids: Iterable[int | None]) -> dict[int, Definition]:
        """Return drawings by the id of their version; one query at most, none if all are known.

        What is no version of the tenant is left out.
        """
        tenant = tenant_of_the_scope()
        wanted = {version_id for version_id in version_ids if version_id is not None}
        found = {one: self._kept[tenant, one] for one in wanted if (tenant, one) in self._kept}
        missing = wanted - found.keys()
        if missing:
            for version in WorkflowVersion.objects.filter(pk__in=missing):
                found[version.pk] = from_data(version.definition)
                if version.state != WorkflowState.DRAFT:
                    self._keep(tenant, version.pk, found[version.pk])
        return found

    def _keep(self, tenant: int, version_id: int, drawing: Definition) -> None:
        while len(self._kept) >= self.at_most:
            self._kept.pop(next(iter(self._kept)), None)
        self._kept[tenant, version_id] = drawing


@lru_cache(maxsize=1)
def drawings() -> Drawings:
    """Return the drawings of this process."""
    return Drawings(at_most=DRAWINGS_KEPT)


def definitions_of(version_ids: Iterable[int | None]) -> dict[int, Definition]:
    """Return the drawings of versions by id; one query at most, none once they were read."""
    return drawings().of(version_ids)
