"""Numbers that people say aloud: C-000123, TT-2026-000123. Gapless where the law asks for it."""

from sqlalchemy import BigInteger, Text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from app.core import db


class Series(db.Base):
    """The last number given in a series; its row lock makes numbers gapless."""

    __tablename__ = "reference_series"

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    last: Mapped[int] = mapped_column(BigInteger)


def next_number(series: str) -> int:
    """The next number of a series, gapless: a rolled-back transaction gives it back.

    Holds the series' row lock until the transaction ends.
    """
    return take_numbers(series, 1)


def take_numbers(series: str, count: int) -> int:
    """Reserve `count` numbers at once; returns the first of them."""
    statement = insert(Series).values(name=series, last=count)
    statement = statement.on_conflict_do_update(
        index_elements=[Series.name], set_={"last": Series.last + count}
    )
    last = db.session.scalars(statement.returning(Series.last)).one()
    return last - count + 1


def reference(prefix: str, number: int) -> str:
    return f"{prefix}-{number:06d}"
