"""Looks for patterns are handed to the matcher as long as not too many wait there."""

from datetime import timedelta
from threading import Event, Lock
from typing import Any

import pytest

from problems.models import Radar
from problems.radar import look_soon
from servicedesk.matcher.looking import WAITING_AT_MOST, Looks
from servicedesk.upkeep.looking import look_at_tenant
from tests.make import AT
from workflow.tenancy.models import Tenant

DAY = timedelta(days=1)


def test_who_waits_waits_once_and_who_is_one_too_many_is_told():
    looks = Looks(stopping=Event(), alone=Lock())

    for tenant_id in range(WAITING_AT_MOST):
        assert looks.want(tenant_id)
    assert looks.want(0)
    assert not looks.want(WAITING_AT_MOST)
    assert looks.next() == 0
    assert looks.want(WAITING_AT_MOST)


@pytest.mark.django_db
def test_without_a_matcher_a_worker_looks_itself(
    tenant: Tenant, settings: Any, tmp_path: Any
) -> None:
    settings.MATCHER_URL = f"unix://{tmp_path}/nobody.socket"
    look_soon(at=AT)

    look_at_tenant(tenant.pk, at=AT + DAY)

    assert Radar.objects.get().looked_at == AT + DAY
