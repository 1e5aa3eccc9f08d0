"""Who works here, in which role, team and market."""

from flask import render_template
from flask.typing import ResponseReturnValue

from app.identity import queries
from app.supervision import bp
from app.web.login import staff_with


@bp.get("/people")
@staff_with("staff.manage")
def people() -> ResponseReturnValue:
    return render_template("supervision/people/index.html", people=queries.everybody())
