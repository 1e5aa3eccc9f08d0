"""The live board. It is told that something changed and fetches its figures again."""

from flask.typing import ResponseReturnValue

from app.insights import live
from app.supervision import bp
from app.web import htmx
from app.web.login import current_actor, staff_with


@bp.get("/")
@staff_with("supervision.enter")
def board() -> ResponseReturnValue:
    figures = live.board(current_actor())
    page, fragment = "supervision/live/board.html", "supervision/live/_board.html"
    return htmx.show(page, fragment, board=figures, promise=live.PROMISE)
