"""A customer's lines as her pages show them: plan, what is left, what restricts them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.catalog.models import OfferVersion
from app.catalog.queries import allowances_text
from app.core import i18n
from app.core.money import Money
from app.core.volumes import quantity_text
from app.subscriptions import queries as subscriptions
from app.subscriptions.models import Line, LineStatus
from app.subscriptions.msisdn import for_people
from app.usage import queries as usage
from app.usage.models import Bucket
from app.web.locale import locale


@dataclass(frozen=True, slots=True)
class Bar:
    """An allowance. `left` and `granted` are in its own unit, None when unlimited."""

    kind: str
    left: int | None
    granted: int | None
    expires_at: datetime
    abroad: bool

    @property
    def left_text(self) -> str:
        return "" if self.left is None else quantity_text(self.kind, self.left, locale())

    @property
    def granted_text(self) -> str:
        return "" if self.granted is None else quantity_text(self.kind, self.granted, locale())


@dataclass(frozen=True, slots=True)
class Card:
    line_id: UUID
    account_id: UUID
    number: str
    service: str
    mode: str
    status: str
    plan: OfferVersion
    effect: str | None
    balance: Money | None
    bars: list[Bar]
    has_esim: bool = False

    @property
    def includes(self) -> str:
        return allowances_text(self.plan, i18n.language(), locale())

    @property
    def is_prepaid(self) -> bool:
        return self.mode == "prepaid"


def cards_of(customer_id: UUID) -> list[Card]:
    """All lines in use, in a constant number of statements."""
    lines = [
        line for line in subscriptions.lines_of(customer_id) if line.status != LineStatus.CLOSED
    ]
    ids = [line.id for line in lines]
    buckets, balances = usage.buckets_of(ids), usage.balances_of(ids)
    return [
        _card(line, buckets[line.id], balances[line.id].money if line.id in balances else None)
        for line in lines
    ]


def _card(line: Line, buckets: list[Bucket], balance: Money | None) -> Card:
    effect = subscriptions.effect_in_force(line)
    return Card(
        line_id=line.id,
        account_id=line.account_id,
        number=for_people(line.number),
        service=line.service.value,
        mode=line.mode.value,
        status=line.status.value,
        plan=subscriptions.current_plan(line).version,
        effect=effect.value if effect else None,
        balance=balance,
        bars=[_bar(each) for each in buckets],
        has_esim=(sim := subscriptions.current_sim(line)) is not None and sim.form == "esim",
    )


def _bar(bucket: Bucket) -> Bar:
    return Bar(
        bucket.kind.value, bucket.left, bucket.size, bucket.expires_at, bool(bucket.networks)
    )
