"""A small real OpenID provider over HTTP: codes, PKCE and RS256, and it can be told to lie."""

import base64
import hashlib
import secrets
import time
from contextlib import contextmanager
from urllib.parse import parse_qs, urlsplit

from flask import Flask, jsonify, request
from joserfc import jwt
from joserfc.jwk import RSAKey

from tests.serving import serving

CLIENT, SECRET = "dialtone", "the client's secret"


class Provider:
    """`lies` replace claims of the next ID token; `alg` and `key` how it is signed."""

    def __init__(self):
        self.key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
        self.issuer = ""
        self.subject = "eva"
        self.lies, self.key_of_lies, self.unsigned = {}, None, False
        self.codes = {}
        self.app = Flask("provider")
        self.app.add_url_rule("/.well-known/openid-configuration", view_func=self.configuration)
        self.app.add_url_rule("/keys", view_func=self.keys)
        self.app.add_url_rule("/token", view_func=self.token, methods=["POST"])

    def configuration(self):
        return jsonify(
            issuer=self.issuer,
            authorization_endpoint=f"{self.issuer}/authorize",
            token_endpoint=f"{self.issuer}/token",
            jwks_uri=f"{self.issuer}/keys",
            id_token_signing_alg_values_supported=["RS256", "HS256", "none"],
        )

    def keys(self):
        return jsonify(keys=[self.key.as_dict(private=False)])

    def agree(self, address):
        """As if somebody signed in there: where her browser is sent back, as (state, code)."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return asked["state"], code

    def token(self):
        form = request.form
        asked = self.codes.pop(form["code"], None)
        pair = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if (
            asked is None
            or request.headers.get("Authorization") != f"Basic {pair}"
            or challenge != asked["code_challenge"]
            or form["redirect_uri"] != asked["redirect_uri"]
        ):
            return jsonify(error="invalid_grant"), 400
        return jsonify(
            access_token=secrets.token_urlsafe(16), token_type="Bearer", id_token=self._id(asked)
        )

    def _id(self, asked):
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "sub": self.subject,
            "aud": CLIENT,
            "nonce": asked["nonce"],
            "iat": now,
            "exp": now + 300,
            "email": "ana@aurora.example",
            "email_verified": False,
            **self.lies,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        if self.unsigned:
            return _unsigned(claims)
        header = {"alg": "RS256", "kid": "one"}
        return jwt.encode(header, claims, self.key_of_lies or self.key)


def _unsigned(claims):
    import json

    parts = [{"alg": "none"}, claims]
    written = [base64.urlsafe_b64encode(json.dumps(each).encode()).rstrip(b"=") for each in parts]
    return b".".join(written).decode() + "."


@contextmanager
def running():
    provider = Provider()
    with serving(provider.app) as provider.issuer:
        yield provider
