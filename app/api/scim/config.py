"""What this service understands of SCIM."""

from typing import Any

from flask import jsonify, url_for
from flask.typing import ResponseReturnValue

from app.api.scim import bp
from app.api.scim.asking import MOST_ON_A_PAGE, listed
from app.api.scim.patching import OURS
from app.api.scim.schemas import SCHEMA, SCHEMAS
from app.api.v1.asking import client_with
from app.core.errors import NotFound
from app.identity import provisioning

_CORE = "urn:ietf:params:scim:schemas:core:2.0"
_KINDS = {"User": "/Users", "Group": "/Groups"}


@bp.get("/ServiceProviderConfig")
@client_with("staff.provision")
def service_provider_config() -> ResponseReturnValue:
    no: dict[str, Any] = {"supported": False}
    return jsonify(
        schemas=[f"{_CORE}:ServiceProviderConfig"],
        patch={"supported": True},
        bulk={**no, "maxOperations": 0, "maxPayloadSize": 0},
        filter={"supported": True, "maxResults": MOST_ON_A_PAGE},
        changePassword=no,
        sort=no,
        etag=no,
        authenticationSchemes=[
            {
                "type": "oauthbearertoken",
                "name": "OAuth 2.0 client credentials",
                "description": "A token of /api/v1/oauth/token with the scope staff.provision",
            }
        ],
    )


@bp.get("/ResourceTypes")
@client_with("staff.provision")
def resource_types() -> ResponseReturnValue:
    found = [_kind(name) for name in _KINDS]
    return jsonify(listed(found, len(found), 1))


@bp.get("/ResourceTypes/<name>")
@client_with("staff.provision")
def resource_type(name: str) -> ResponseReturnValue:
    if name not in _KINDS:
        raise NotFound
    return jsonify(_kind(name))


@bp.get("/Schemas")
@client_with("staff.provision")
def schemas() -> ResponseReturnValue:
    found = [_schema(each) for each in SCHEMAS]
    return jsonify(listed(found, len(found), 1))


@bp.get("/Schemas/<path:schema_id>")
@client_with("staff.provision")
def schema(schema_id: str) -> ResponseReturnValue:
    if schema_id not in SCHEMAS:
        raise NotFound
    return jsonify(_schema(schema_id))


def _kind(name: str) -> dict[str, Any]:
    path = url_for("scim.resource_type", name=name)
    return {
        "schemas": [f"{_CORE}:ResourceType"],
        "id": name,
        "name": name,
        "endpoint": _KINDS[name],
        "schema": f"{_CORE}:{name}",
        "schemaExtensions": [{"schema": OURS, "required": False}] if name == "User" else [],
        "meta": {"resourceType": "ResourceType", "location": provisioning.address_of(path)},
    }


def _schema(schema_id: str) -> dict[str, Any]:
    path = url_for("scim.schema", schema_id=schema_id)
    return {
        "schemas": [SCHEMA],
        "id": schema_id,
        **SCHEMAS[schema_id],
        "meta": {"resourceType": "Schema", "location": provisioning.address_of(path)},
    }
