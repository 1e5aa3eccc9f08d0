"""The last thirty days as pictures and as a table."""

from flask import render_template
from flask.typing import ResponseReturnValue

from app.insights import daily
from app.supervision import bp
from app.web.login import current_actor, staff_with


@bp.get("/reports")
@staff_with("reports.read")
def reports() -> ResponseReturnValue:
    days = daily.days(current_actor())
    chart = {
        "days": [each.day.isoformat() for each in days],
        "bot": [each.conversations - each.handed_over for each in days],
        "people": [each.handed_over for each in days],
        "rating": [round(each.rating, 2) if each.rating else None for each in days],
    }
    return render_template("supervision/reports/index.html", days=days, chart=chart)
