"""The live board, as each user arranges it. Its figures come by themselves, told once for all."""

from flask import request, url_for
from flask.typing import ResponseReturnValue

from app.conversations.activity import CHANNELS
from app.insights import boards, live
from app.markets.queries import markets_of
from app.supervision import bp
from app.web import htmx
from app.web.input import takes
from app.web.login import current_actor, staff_with

_PAGE, _FRAGMENT = "supervision/live/board.html", "supervision/live/_board.html"


@bp.get("/")
@staff_with("supervision.enter")
def board() -> ResponseReturnValue:
    return htmx.show(_PAGE, _FRAGMENT, **_shown())


@bp.post("/arrange")
@staff_with("supervision.enter")
@takes("widget", "how")
def arrange_board() -> ResponseReturnValue:
    boards.arrange(request.form.get("widget", ""), request.form.get("how", ""), by=current_actor())
    return htmx.done(_FRAGMENT, url_for("supervision.board", arrange="yes"), **_shown(open_=True))


@bp.post("/arrange/reset")
@staff_with("supervision.enter")
@takes()
def reset_board() -> ResponseReturnValue:
    boards.reset(by=current_actor())
    return htmx.done(_FRAGMENT, url_for("supervision.board"), **_shown())


def _shown(*, open_: bool = False) -> dict[str, object]:
    actor = current_actor()
    names = boards.layout_of(actor)
    return {
        "board": live.board(actor),
        "promise": live.PROMISE,
        "widgets": names,
        "hidden": [name for name in boards.WIDGETS if name not in names],
        "arranging": open_ or request.args.get("arrange") == "yes",
        "channels": CHANNELS,
        "market_words": {each.code: each.name for each in markets_of(actor)},
        "channel_words": {name: str(words) for name, words in CHANNELS.items()},
    }
