"""How each user arranges her live board."""

from app.core import clock, db
from app.core.actor import Actor
from app.core.errors import Invalid
from app.insights.models import BoardLayout

WIDGETS = ("queue", "level", "agents", "risk", "channels", "bot", "markets")


def layout_of(actor: Actor) -> list[str]:
    """The widgets on her board, in her order."""
    found = db.session.get(BoardLayout, actor.id)
    if found is None:
        return list(WIDGETS)
    return [name for name in found.widgets if name in WIDGETS]


def arrange(widget: str, how: str, *, by: Actor) -> list[str]:
    """`how` is earlier, later, hide or show: shown again it comes last."""
    by.must("supervision.enter")
    if widget not in WIDGETS:
        raise Invalid(field="widget")
    with db.transaction():
        names = layout_of(by)
        place = names.index(widget) if widget in names else None
        if how == "show" and place is None:
            names.append(widget)
        elif how == "hide" and place is not None:
            names.remove(widget)
        elif how in {"earlier", "later"} and place is not None:
            other = place + (1 if how == "later" else -1)
            if 0 <= other < len(names):
                names[place], names[other] = names[other], names[place]
        elif how not in {"earlier", "later", "hide", "show"}:
            raise Invalid(field="how")
        db.session.merge(BoardLayout(staff_id=by.id, widgets=names, changed_at=clock.now()))
    return names


def reset(*, by: Actor) -> None:
    """As it is for everybody."""
    with db.transaction():
        by.must("supervision.enter")
        found = db.session.get(BoardLayout, by.id)
        if found is not None:
            db.session.delete(found)
