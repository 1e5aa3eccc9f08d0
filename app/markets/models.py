"""Markets: the countries of operation, each with its currency, clock and tax, and its policies."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Numeric, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core import db
from app.core.ids import new_id
from app.markets.policies import Policies, folded, policies


class Market(db.Base):
    """As it was opened. `policies`, tax and due days may have changed since: ask `policies_at`."""

    __tablename__ = "market"
    __table_args__ = (CheckConstraint("tax_rate >= 0 AND tax_rate < 1", name="tax_rate"),)

    code: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    currency: Mapped[str] = mapped_column(Text)
    timezone: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text)
    locale: Mapped[str] = mapped_column(Text)
    region: Mapped[str] = mapped_column(Text)
    tax_name: Mapped[str] = mapped_column(Text)
    tax_rate: Mapped[Decimal] = mapped_column(Numeric(6, 5))
    tax_inclusive: Mapped[bool]
    due_days: Mapped[int]
    policies: Mapped[dict[str, Any]]

    # Few, never changed, and loaded once a session: each reader after the first asks no database.
    policy_versions: Mapped[list["PolicyVersion"]] = relationship(
        order_by="PolicyVersion.effective_from, PolicyVersion.number"
    )

    def locale_for(self, language: str) -> str:
        """The locale to format for somebody who speaks `language` in this market."""
        return self.locale if language == self.language else f"{language}_{_HOME[language]}"

    def settings_at(self, moment: datetime) -> dict[str, Any]:
        """What was chosen for a moment, plain JSON; what is not in it has its default."""
        in_force = (v.changes for v in self.policy_versions if v.effective_from <= moment)
        return folded(self._opening, in_force)

    def settings_before(self, version: "PolicyVersion") -> dict[str, Any]:
        """What held until this version took effect."""
        earlier = self.policy_versions[: self.policy_versions.index(version)]
        return folded(self._opening, (each.changes for each in earlier))

    def policies_at(self, moment: datetime) -> Policies:
        return policies(self.settings_at(moment))

    def policies_within(self, since: datetime, until: datetime) -> Iterator[Policies]:
        """All that are in force at some moment from one to the other."""
        yield self.policies_at(since)
        for version in self.policy_versions:
            if since < version.effective_from <= until:
                yield self.policies_at(version.effective_from)

    @property
    def _opening(self) -> dict[str, Any]:
        return {
            "timezone": self.timezone,
            "tax_rate": str(self.tax_rate),
            "tax_inclusive": self.tax_inclusive,
            "due_days": self.due_days,
            **self.policies,
        }


class PolicyVersion(db.Base):
    """A change of a market's policies from a moment on: who decided it, when, and what of it.

    `changes` are settings {name: value}. A version never changes; undoing one is another.
    """

    __tablename__ = "market_policy_version"
    __table_args__ = (UniqueConstraint("market_code", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    market_code: Mapped[str] = mapped_column(ForeignKey("market.code"))
    number: Mapped[int]
    effective_from: Mapped[datetime]
    changes: Mapped[dict[str, Any]]
    note: Mapped[str] = mapped_column(Text)
    undoes: Mapped[int | None]
    made_at: Mapped[datetime]
    made_by_id: Mapped[UUID]
    made_by: Mapped[str] = mapped_column(Text)


_HOME = {"en": "US", "es": "MX", "pt": "BR"}
