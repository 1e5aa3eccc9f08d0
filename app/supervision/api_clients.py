"""Partners' machines: made, given another secret, turned off. A secret is shown once."""

from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.identity import clients
from app.identity.clients import Made
from app.identity.permissions import API_SCOPES
from app.markets.queries import markets_of
from app.supervision import bp
from app.web import htmx
from app.web.fields import whole
from app.web.input import takes
from app.web.login import current_actor, staff_with
from app.web.step_up import confirmed

_PAGE = "supervision/api_clients/index.html"
_FRAGMENT = "supervision/api_clients/_clients.html"


@bp.get("/machines")
@staff_with("api.manage")
def api_clients() -> ResponseReturnValue:
    return _shown(None)


@bp.post("/machines")
@staff_with("api.manage")
@takes("name", "scopes", "markets", "per_minute", "redirect_uris")
def make_api_client() -> ResponseReturnValue:
    """Answers with the page itself: the secret must be in no address."""
    name = request.form.get("name", "").strip()
    confirmed("api.manage", name[:80])
    made = clients.make(
        by=current_actor(),
        name=name,
        scopes=request.form.getlist("scopes"),
        markets=request.form.getlist("markets"),
        per_minute=whole(request.form.get("per_minute", ""), field="per_minute", digits=6),
        redirect_uris=request.form.get("redirect_uris", "").splitlines(),
    )
    return _shown(made)


@bp.post("/machines/<uuid:client_id>/rotate")
@staff_with("api.manage")
@takes()
def rotate_api_client(client_id: UUID) -> ResponseReturnValue:
    actor = current_actor()
    client = clients.client_for(actor, client_id)
    confirmed("api.manage", client.id)
    return _shown(clients.rotate(client.id, by=actor))


@bp.post("/machines/<uuid:client_id>/disable")
@staff_with("api.manage")
@takes()
def disable_api_client(client_id: UUID) -> ResponseReturnValue:
    clients.disable(client_id, by=current_actor())
    return _shown(None)


def _shown(made: Made | None) -> ResponseReturnValue:
    actor = current_actor()
    return htmx.show(
        _PAGE,
        _FRAGMENT,
        made=made,
        clients=clients.clients_for(actor),
        scopes=sorted(API_SCOPES),
        markets=[each.code for each in markets_of(actor)],
    )
