"""Running sums in parts: each statement that adds to one writes a part of its own, so that nobody
waits for somebody else's commit."""

from sqlalchemy import delete, func, insert, select

from app.core import db
from app.core.turns import take_turn

_OF_ITS_OWN = {"id", "amount"}


def gather(parts: type[db.Base]) -> int:
    """Make one part of the many that a sum has by now; returns of how many sums.

    What is summed is named by all columns but `id` and `amount`. Nobody's adding waits for it, and
    whoever reads meanwhile sees the same sums.
    """
    table = parts.__table__
    names = [each for each in table.c if each.name not in _OF_ITS_OWN]
    # Only sums that have several parts, so that nothing is written while nothing happens.
    several = select(*names).group_by(*names).having(func.count() > 1).cte("several")
    alike = (
        name.is_not_distinct_from(several.c[name.name])
        if name.nullable
        else name == several.c[name.name]
        for name in names
    )
    gone = delete(parts).where(*alike).returning(*names, table.c.amount).cte("gone")
    whose = [gone.c[name.name] for name in names]
    summed = select(*whose, func.sum(gone.c.amount)).group_by(*whose)
    whole = insert(parts).from_select([*names, table.c.amount], summed).returning(table.c.amount)
    with db.transaction():
        take_turn(parts.__tablename__)
        return len(db.session.execute(whole).all())
