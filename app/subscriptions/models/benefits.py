"""What goes beyond one line's plan: promotions that were taken, and plans shared in a family."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.catalog.models import Discount
from app.core import db
from app.core.ids import new_id
from app.subscriptions.models.lines import Line


class DiscountGrant(db.Base):
    """A promotion that an account took, for all its lines or one, in [starts_at, ends_at).

    `effect_key` makes a repeated command one grant.
    """

    __tablename__ = "discount_grant"
    __table_args__ = (Index("ix_discount_grant_account", "account_id", "discount_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    discount_id: Mapped[UUID] = mapped_column(ForeignKey("discount.id"), index=True)
    line_id: Mapped[UUID | None] = mapped_column(ForeignKey("line.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    granted_by: Mapped[str] = mapped_column(Text)
    effect_key: Mapped[str] = mapped_column(Text, unique=True)

    discount: Mapped[Discount] = relationship(lazy="joined")


class FamilyMember(db.Base):
    """A line that draws from the allowances of another of the same account.

    `cap` is the most it may take of each data bucket, in bytes; None is as much as there is.
    """

    __tablename__ = "family_member"
    __table_args__ = (
        Index(
            "uq_family_member_in_one",
            "line_id",
            unique=True,
            postgresql_where=text("left_at IS NULL"),
        ),
        CheckConstraint("cap >= 0", name="cap"),
        CheckConstraint("line_id <> owner_line_id", name="not_its_own"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    owner_line_id: Mapped[UUID] = mapped_column(ForeignKey("line.id"), index=True)
    line_id: Mapped[UUID] = mapped_column(ForeignKey("line.id"), index=True)
    cap: Mapped[int | None] = mapped_column(BigInteger)
    joined_at: Mapped[datetime]
    left_at: Mapped[datetime | None]

    line: Mapped[Line] = relationship(foreign_keys=line_id)
    owner: Mapped[Line] = relationship(foreign_keys=owner_line_id)
