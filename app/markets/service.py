"""Opening a country of operation and changing its policies."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.audit import service as audit
from app.core import clock, db, events
from app.core.actor import Actor
from app.core.errors import Invalid, NotFound
from app.markets import policies as rules
from app.markets.errors import NothingChanges, NotTheLatest, TooEarly
from app.markets.events import PoliciesChanged
from app.markets.models import Market, PolicyVersion

LONGEST_NOTE = 500


def open_market(
    code: str,
    *,
    by: Actor,
    name: str,
    currency: str,
    timezone: str,
    language: str,
    locale: str,
    region: str,
    tax_name: str,
    tax_rate: Decimal,
    tax_inclusive: bool,
    due_days: int,
    policies: dict[str, Any] | None = None,
) -> Market:
    """`tax_rate` is a fraction (0.16); `policies` are settings that differ from the defaults."""
    with db.transaction():
        by.must("markets.manage")
        market = Market(
            code=code,
            name=name,
            currency=currency,
            timezone=timezone,
            language=language,
            locale=locale,
            region=region,
            tax_name=tax_name,
            tax_rate=tax_rate,
            tax_inclusive=tax_inclusive,
            due_days=due_days,
            policies=policies or {},
        )
        market.policies_at(clock.now())  # refuses what is no policy
        db.session.add(market)
        audit.record(by, "market.opened", "market", code)
    return market


def change_policies(
    code: str,
    settings: Mapping[str, Any],
    *,
    by: Actor,
    effective_from: datetime | None = None,
    note: str = "",
    seen: int | None = None,
    undoes: int | None = None,
) -> PolicyVersion:
    """Set some policies from a moment on, by default now; the others stay as they are.

    `seen` is how many versions the one who decides has seen. Raises Invalid naming the policy,
    TooEarly, NothingChanges, NotTheLatest.
    """
    with db.transaction():
        by.must("policies.manage")
        market = _locked(code, by)
        if seen is not None and seen != len(market.policy_versions):
            raise NotTheLatest
        now = clock.now()
        start = effective_from or now
        if start < now:
            raise TooEarly
        rules.check(settings)
        before = market.settings_at(start)
        differs = rules.changed(before, rules.folded(before, [settings]))
        if not differs:
            raise NothingChanges
        if rules.FIXED & differs.keys():
            raise Invalid(field=min(rules.FIXED & differs.keys()))
        version = PolicyVersion(
            market_code=code,
            number=len(market.policy_versions) + 1,
            effective_from=start,
            changes={name: new for name, (_old, new) in differs.items()},
            note=_note(note),
            undoes=undoes,
            made_at=now,
            made_by_id=by.id,
            made_by=by.name,
        )
        db.session.add(version)
        db.session.flush()  # its id is announced
        db.session.expire(market, ["policy_versions"])
        audit.record(by, "market.policies_changed", "market", code, since=start, **differs)
        events.announce(PoliciesChanged(code, version.id, tuple(differs), start))
    return version


def undo_policies(version_id: UUID, *, by: Actor) -> PolicyVersion:
    """Set what a version changed back to what held before it, as a new version.

    From now on; of a version that is still to come, from its own moment. Raises NothingChanges
    when that is how things are, because it was undone before.
    """
    with db.transaction():
        by.must("policies.manage")
        version = db.session.get(PolicyVersion, version_id)
        if version is None:
            raise NotFound
        market = _locked(version.market_code, by)
        before = rules.stored(market.settings_before(version))
        to_come = version.effective_from > clock.now()
        return change_policies(
            market.code,
            {name: before[name] for name in version.changes},
            by=by,
            effective_from=version.effective_from if to_come else None,
            undoes=version.number,
        )


def _locked(code: str, by: Actor) -> Market:
    query = select(Market).where(Market.code == code).with_for_update(key_share=True)
    market = db.session.scalar(query.execution_options(populate_existing=True))
    if market is None or not by.sees_market(code):
        raise NotFound(market=code)
    db.session.expire(market, ["policy_versions"])
    return market


def _note(note: str) -> str:
    note = note.strip()
    if len(note) > LONGEST_NOTE or "\0" in note:
        raise Invalid(field="note")
    return note
