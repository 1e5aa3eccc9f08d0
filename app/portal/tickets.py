"""What a customer has asked us for, and how far it is."""

from flask import render_template
from flask.typing import ResponseReturnValue

from app.portal import bp
from app.portal.me import me
from app.tickets import queries
from app.web.login import customer_with


@bp.get("/my/tickets")
@customer_with("tickets.read")
def tickets() -> ResponseReturnValue:
    return render_template("portal/tickets.html", tickets=queries.of_customer(me().id))
