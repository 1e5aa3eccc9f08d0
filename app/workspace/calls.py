"""What an agent's browser needs to take calls."""

from flask import jsonify
from flask.typing import ResponseReturnValue

from app.selfservice.service import calls
from app.web.input import takes
from app.web.login import current_actor, staff_with
from app.workspace import bp


@bp.post("/calls/token")
@staff_with("conversations.reply")
@takes()
def call_token() -> ResponseReturnValue:
    """For the provider's own library, which rings under this name. An hour long."""
    identity, token = calls.agent_token(current_actor())
    return jsonify(identity=identity, token=token)
