"""What is new on the tickets that somebody follows."""

from flask import render_template
from flask.typing import ResponseReturnValue

from app.tickets import casework, service
from app.web import htmx
from app.web.input import takes
from app.web.login import current_actor, staff_with
from app.workspace import bp

_FRAGMENT = "workspace/tickets/_news.html"


@bp.get("/desk/news")
@staff_with("tickets.read")
def news() -> ResponseReturnValue:
    return render_template(_FRAGMENT, news=casework.news_for(current_actor()))


@bp.post("/desk/news/read")
@staff_with("tickets.read")
@takes()
def read_news() -> ResponseReturnValue:
    service.read_news(by=current_actor())
    return htmx.done(_FRAGMENT, "/desk/tickets", news=[])
