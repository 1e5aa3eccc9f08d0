"""What readers of the help looked for: noted without who asked, so that gaps can be seen."""

from uuid import UUID

from flask import jsonify
from flask.typing import ResponseReturnValue

from app.portal import bp
from app.portal.help.pages import MOST_FOUND
from app.portal.help.place import place
from app.web.input import fields, one_id, takes, text
from app.web.limits import limited
from app.web.login import open_to_all
from kb import queries, service
from kb.models import Place


@bp.post("/help/<market>/<language>/searched")
@open_to_all
@limited("help-searched", times=60, seconds=60, open_without=True)
@takes("q")
def help_searched(market: str, language: str) -> ResponseReturnValue:
    """A question that somebody has finished typing; the answer names it for `help_opened`."""
    here = place(market, language)
    asked = text(fields(), "q")
    found = len(queries.search(here.actor, asked, here.language, limit=MOST_FOUND))
    noted = service.note_search(
        asked, here.language, place=Place.HELP, found=found, market=here.market.code
    )
    return jsonify(id=str(noted) if noted else None)


@bp.post("/help/opened")
@open_to_all
@limited("help-opened", times=60, seconds=60, open_without=True)
@takes("id")
def help_opened() -> ResponseReturnValue:
    """One of the answers to that question was opened."""
    search: UUID = one_id(fields(), "id")
    service.opened(search)
    return jsonify({})
