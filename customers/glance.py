"""What a page shows of a customer at a glance: what they have, and of which sort they are.

A page that asks one statement about its customer puts `HAS` into it, and asks nothing more. The
segments are judged here by the same facts that customers/segments.py asks of PostgreSQL.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import Any, NamedTuple

from workflow.conditions import Condition, evaluate, parse_condition
from workflow.tenancy.prepared import Statement
from workflow.tenancy.scope import tenant_of_the_scope

# For a row `c` with tenant_id and contact_id. Grouped, so that an organisation with ten thousand
# of one thing is one line; two parts, so that each is found by its own index.
THINGS = """
  'installed', (
    SELECT jsonb_agg(jsonb_build_object(
        'product', p.name, 'version', v.name, 'is_of_all', h.is_of_all, 'is_now', h.is_now,
        'count', h.count) ORDER BY h.newest DESC)
    FROM (
      SELECT i.product_id, i.version_id, i.contact_id IS NULL AS is_of_all,
        coalesce(bool_or(i.until IS NULL OR i.until >= CURRENT_DATE), false) AS is_now,
        count(*) FILTER (WHERE i.until IS NULL OR i.until >= CURRENT_DATE) AS count,
        max(i.id) AS newest
      FROM (
        SELECT id, product_id, version_id, contact_id, until FROM customers_installedproduct
        WHERE tenant_id = c.tenant_id AND contact_id = c.contact_id
        UNION ALL
        SELECT id, product_id, version_id, contact_id, until FROM customers_installedproduct
        WHERE tenant_id = c.tenant_id AND organisation_id = (
          SELECT organisation_id FROM customers_contact
          WHERE tenant_id = c.tenant_id AND id = c.contact_id)) i
      GROUP BY 1, 2, 3) h
    JOIN customers_product p ON p.tenant_id = c.tenant_id AND p.id = h.product_id
    LEFT JOIN customers_productversion v ON v.tenant_id = c.tenant_id AND v.id = h.version_id),
  'bought', (
    SELECT jsonb_agg(jsonb_build_object(
        'product', p.name, 'version', v.name, 'is_of_all', h.is_of_all, 'last', h.last,
        'days', CURRENT_DATE - h.last) ORDER BY h.last DESC NULLS LAST)
    FROM (
      SELECT b.product_id, b.version_id, b.contact_id IS NULL AS is_of_all,
        max(b.bought_on) FILTER (WHERE b.bought_on <= CURRENT_DATE) AS last
      FROM (
        SELECT product_id, version_id, contact_id, bought_on FROM customers_purchase
        WHERE tenant_id = c.tenant_id AND contact_id = c.contact_id
        UNION ALL
        SELECT product_id, version_id, contact_id, bought_on FROM customers_purchase
        WHERE tenant_id = c.tenant_id AND organisation_id = (
          SELECT organisation_id FROM customers_contact
          WHERE tenant_id = c.tenant_id AND id = c.contact_id)) b
      GROUP BY 1, 2, 3) h
    JOIN customers_product p ON p.tenant_id = c.tenant_id AND p.id = h.product_id
    LEFT JOIN customers_productversion v ON v.tenant_id = c.tenant_id AND v.id = h.version_id)
"""
HAS = f"""
(SELECT jsonb_build_object({THINGS},
  'segments', (
    SELECT jsonb_agg(jsonb_build_array(s.name, s.rule::text) ORDER BY s.name)
    FROM customers_segment s WHERE s.tenant_id = c.tenant_id AND s.is_active)))
"""  # noqa: S608 - the parts are ours
EACH = Statement(f"""
SELECT c.contact_id, jsonb_build_object({THINGS}, 'segments', NULL)
FROM (SELECT tenant_id, id AS contact_id FROM customers_contact
      WHERE tenant_id = %(tenant)s AND id = ANY(%(contacts)s)) c
""")  # noqa: S608 - the parts are ours
KEPT = 256


class Have(NamedTuple):
    """What is installed of one product and version, by the customer or by the organisation."""

    product: str
    version: str
    is_of_all: bool
    is_now: bool
    pieces: int


class Bought(NamedTuple):
    """What was bought of one product and version; `last` is None for orders of days to come."""

    product: str
    version: str
    is_of_all: bool
    last: date | None
    days: int | None


@dataclass(frozen=True, kw_only=True)
class Glance:
    """What a customer has and bought, and the names and rules of the segments in use."""

    installed: tuple[Have, ...] = ()
    bought: tuple[Bought, ...] = ()
    rules: tuple[tuple[str, str], ...] = ()

    def names(self) -> set[tuple[str, str]]:
        """Return product and version of everything that the customer has now."""
        known = {(one.product, one.is_of_all) for one in self.installed}
        found = {(one.product, one.version) for one in self.installed if one.is_now}
        # An installation knows better which version it is, and whether it is still there.
        return found | {
            (one.product, one.version)
            for one in self.bought
            if one.last is not None and (one.product, one.is_of_all) not in known
        }


def glance_in(written: str) -> Glance:
    """Return what `HAS` answered."""
    told = json.loads(written)
    return Glance(
        installed=tuple(
            Have(
                one["product"], one["version"] or "", one["is_of_all"], one["is_now"], one["count"]
            )
            for one in told["installed"] or ()
        ),
        bought=tuple(
            Bought(
                one["product"],
                one["version"] or "",
                one["is_of_all"],
                date.fromisoformat(one["last"]) if one["last"] else None,
                one["days"],
            )
            for one in told["bought"] or ()
        ),
        rules=tuple((name, rule) for name, rule in told["segments"] or ()),
    )


def glances_at(contact_ids: Iterable[int]) -> dict[int, Glance]:
    """Return what contacts have, without rules, by their ids; one query."""
    rows = EACH.rows(tenant=tenant_of_the_scope(), contacts=list(contact_ids))
    return {contact: glance_in(written) for contact, written in rows}


def facts_of(contact: Any, *, glance: Glance) -> Mapping[str, object]:
    """Return what rules of segments ask of a contact whose organisation is loaded; no query."""
    organisation = contact.organisation
    has = glance.names()
    days = [one.days for one in glance.bought if one.days is not None]
    return {
        "tier": contact.tier or None,
        "region": contact.region.strip() or (organisation.region if organisation else "") or None,
        "language": contact.language,
        "organisation": organisation.name if organisation else None,
        "organisation_segment": (organisation.segment if organisation else "") or None,
        "relation": "prospect" if contact.is_prospect else "customer",
        "product": [product for product, _version in has],
        "version": [f"{product} {version}" for product, version in has if version],
        "bought": [one.product for one in glance.bought if one.last is not None],
        "days_since_purchase": min(days, default=None),
    }


def segments_at_a_glance(contact: Any, *, glance: Glance) -> list[str]:
    """Return the names of the segments that a contact is in, by name; no query."""
    facts = facts_of(contact, glance=glance)
    return [name for name, rule in glance.rules if evaluate(condition_of(rule), facts).matched]


class KeptConditions:
    """The conditions that were read last, by the digest of their text, which may be long."""

    def __init__(self, *, at_most: int) -> None:
        self.at_most = at_most
        self._kept: dict[bytes, Condition] = {}
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def of(self, rule: str) -> Condition:
        """Return a rule as a condition."""
        key = hashlib.blake2b(rule.encode(), digest_size=16).digest()
        with self._lock:
            found = self._kept.pop(key, None)
        if found is None:
            found = parse_condition(json.loads(rule))
        with self._lock:
            while len(self._kept) >= self.at_most:
                del self._kept[next(iter(self._kept))]
            self._kept[key] = found
        return found


CONDITIONS = KeptConditions(at_most=KEPT)


def condition_of(rule: str) -> Condition:
    """Return a rule as a condition, kept: page after page asks the same few."""
    return CONDITIONS.of(rule)
