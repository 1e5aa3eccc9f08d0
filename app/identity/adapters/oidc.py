"""OpenID Connect with one provider: authorization code, PKCE, state and nonce (Authlib).

Only what the provider's own keys signed counts, by an algorithm of its discovery document that is
asymmetric; keys are fetched again when it signs with one that is unknown.
"""

import json
from typing import Any

import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from app.core import clock
from app.identity.port import Known, SignOnDown, SignOnUntrusted

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA")
SCOPE = "openid email profile"
LEEWAY = 60  # seconds that two clocks may differ
SECONDS = 5.0
LARGEST = 256 * 1024


class Oidc:
    """Reads the provider's discovery document when it is first needed."""

    metadata = ""

    def __init__(
        self, issuer: str, client_id: str, client_secret: str, *, name: str, redirect_uri: str
    ) -> None:
        self.name = name
        self._issuer = issuer
        self._client_id = client_id
        self._client_secret = client_secret
        self._redirect_uri = redirect_uri
        self._found: dict[str, Any] = {}
        self._keys: KeySet | None = None

    def begin(self, *, state: str, nonce: str, verifier: str) -> str:
        endpoint = self._discovered()["authorization_endpoint"]
        with self._session() as session:
            address, _state = session.create_authorization_url(
                endpoint, state=state, nonce=nonce, code_verifier=verifier
            )
        return str(address)

    def finish(self, *, code: str, nonce: str, verifier: str) -> Known:
        endpoint = self._discovered()["token_endpoint"]
        try:
            with self._session() as session:
                answer = session.fetch_token(
                    endpoint,
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=verifier,
                    timeout=SECONDS,
                    allow_redirects=False,
                )
        except OAuthError as error:
            raise SignOnUntrusted(error.error) from error
        except (requests.RequestException, ValueError) as error:
            raise SignOnDown(type(error).__name__) from error
        return self._known(answer, nonce)

    def _known(self, answer: dict[str, Any], nonce: str) -> Known:
        claims = self._verified(str(answer.get("id_token", "")), nonce, answer.get("access_token"))
        subject = claims["sub"]
        if not isinstance(subject, str) or not 0 < len(subject) <= 255 or "\0" in subject:
            raise SignOnUntrusted("subject")
        return Known(
            self._issuer,
            subject,
            str(claims.get("email", "")),
            claims.get("email_verified") is True,
        )

    def _verified(self, token: str, nonce: str, access_token: object) -> CodeIDToken:
        try:
            decoded = self._decoded(token)
            claims = CodeIDToken(
                decoded.claims,
                decoded.header,
                options={
                    "iss": {"essential": True, "value": self._issuer},
                    "aud": {"essential": True, "value": self._client_id},
                    "nonce": {"essential": True, "value": nonce},
                },
                params={
                    "nonce": nonce,
                    "client_id": self._client_id,
                    "access_token": access_token,
                },
            )
            claims.validate(now=clock.now().timestamp(), leeway=LEEWAY)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise SignOnUntrusted(type(error).__name__) from error
        return claims

    def _decoded(self, token: str) -> jwt.Token:
        """With keys fetched once more, if it is signed with one that we have not seen."""
        try:
            return jwt.decode(token, self._known_keys(), algorithms=self._algorithms())
        except (JoseError, ValueError):
            self._keys = None
            return jwt.decode(token, self._known_keys(), algorithms=self._algorithms())

    def _algorithms(self) -> list[str]:
        offered = self._discovered().get("id_token_signing_alg_values_supported", ["RS256"])
        return [each for each in offered if each in ALGORITHMS] or ["RS256"]

    def _known_keys(self) -> KeySet:
        if self._keys is None:
            self._keys = KeySet.import_key_set(self._fetched(self._discovered()["jwks_uri"]))
        return self._keys

    def _discovered(self) -> dict[str, Any]:
        if not self._found:
            found = self._fetched(f"{self._issuer.rstrip('/')}/.well-known/openid-configuration")
            needed = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")
            if any(not isinstance(found.get(each), str) for each in needed):
                raise SignOnDown("discovery")
            if found["issuer"] != self._issuer:
                raise SignOnUntrusted("issuer")
            self._found = found
        return self._found

    def _fetched(self, address: str) -> Any:
        try:
            with requests.Session() as session:
                session.trust_env = False
                answer = session.get(address, timeout=SECONDS, allow_redirects=False, stream=True)
                if answer.status_code != 200:
                    raise SignOnDown(f"status {answer.status_code}")
                content = answer.raw.read(LARGEST + 1, decode_content=True)
                if len(content) > LARGEST:
                    raise SignOnDown("too large")
                return json.loads(content)
        except (requests.RequestException, ValueError) as error:
            raise SignOnDown(type(error).__name__) from error

    def _session(self) -> OAuth2Session:
        session = OAuth2Session(
            self._client_id,
            self._client_secret,
            scope=SCOPE,
            redirect_uri=self._redirect_uri,
            code_challenge_method="S256",
        )
        session.trust_env = False
        return session
