"""Markets: the countries of operation, each with its currency, clock, tax and policies."""

from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, Numeric, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.core import db


class Market(db.Base):
    """`policies` holds what BILLING rules may vary: proration, rounding, dunning, due days."""

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

    def locale_for(self, language: str) -> str:
        """The locale to format for somebody who speaks `language` in this market."""
        return self.locale if language == self.language else f"{language}_{_HOME[language]}"


_HOME = {"en": "US", "es": "MX", "pt": "BR"}
