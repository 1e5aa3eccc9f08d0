"""How a line does in the network now, asked for when the agent wants to know."""

from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from app.network import queries, service
from app.network.errors import NetworkUnavailable
from app.subscriptions import access
from app.web.login import current_actor, staff_with
from app.workspace import bp


@bp.get("/desk/lines/<uuid:line_id>/network")
@staff_with("network.read")
def line_network(line_id: UUID) -> ResponseReturnValue:
    """A network that does not answer is a state to be shown, not a refusal."""
    actor = current_actor()
    line = access.line_for(actor, line_id, "network.read")
    try:
        diagnosis = service.diagnose(line.id, by=actor)
    except NetworkUnavailable:
        diagnosis = None
    return render_template(
        "workspace/lines/_network.html",
        line=line,
        diagnosis=diagnosis,
        outages=queries.outages_of(line),
    )
