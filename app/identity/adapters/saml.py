"""SAML 2.0 with one provider: we ask by a redirect, it answers by a form (python3-saml, xmlsec).

Only an assertion counts that the provider's own certificates signed, for us, now, in answer to the
request that this browser left with. What else the standard would let through is refused by its
shape before a signature is looked at.
"""

import re
from functools import cached_property
from typing import Any
from urllib.parse import urlencode, urlsplit

from onelogin.saml2.authn_request import OneLogin_Saml2_Authn_Request
from onelogin.saml2.errors import OneLogin_Saml2_Error, OneLogin_Saml2_ValidationError
from onelogin.saml2.response import OneLogin_Saml2_Response
from onelogin.saml2.settings import OneLogin_Saml2_Settings

from app.identity.adapters import saml_shape
from app.identity.port import Known, SignOnUntrusted

_POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
_REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
_ANY_NAME = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"
# Another one each time: it is nobody's name.
_TRANSIENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
_CERTIFICATE = re.compile(
    "-----BEGIN CERTIFICATE-----(.+?)-----END CERTIFICATE-----", re.DOTALL | re.ASCII
)
_MAIL = ("email", "mail", "urn:oid:0.9.2342.19200300.100.1.3")


class _Request(OneLogin_Saml2_Authn_Request):
    """With the id that its answer is to name."""

    def __init__(self, settings: OneLogin_Saml2_Settings, request_id: str) -> None:
        self._chosen = request_id
        super().__init__(settings)

    def _generate_request_id(self) -> str:
        return self._chosen


class Saml:
    """`certificates` is PEM, several one after the other while the provider changes its key."""

    def __init__(
        self,
        issuer: str,
        address: str,
        certificates: str,
        *,
        name: str,
        entity_id: str,
        answers_at: str,
    ) -> None:
        self.name = name
        self._issuer = issuer
        self._address = address
        self._certificates = _CERTIFICATE.findall(certificates)
        self._entity_id = entity_id
        self._answers_at = answers_at

    @property
    def metadata(self) -> str:
        told = self._settings.get_sp_metadata()
        return told.decode() if isinstance(told, bytes) else str(told)

    def begin(self, *, state: str, nonce: str, verifier: str) -> str:
        request = _Request(self._settings, _request_id(nonce))
        asked = urlencode({"SAMLRequest": request.get_request(), "RelayState": state})
        return f"{self._address}{'&' if '?' in self._address else '?'}{asked}"

    def finish(self, *, code: str, nonce: str, verifier: str) -> Known:
        request_id = _request_id(nonce)
        try:
            answer = OneLogin_Saml2_Response(self._settings, code)
            saml_shape.check(
                answer.document,
                audience=self._entity_id,
                recipient=self._answers_at,
                request_id=request_id,
            )
            answer.is_valid(self._asked_at, request_id=request_id, raise_exceptions=True)
            return self._known(answer)
        except SignOnUntrusted:
            raise
        except (OneLogin_Saml2_Error, OneLogin_Saml2_ValidationError) as error:
            raise SignOnUntrusted(str(error)) from error
        except Exception as error:  # whatever a parser says of what it cannot read
            raise SignOnUntrusted(type(error).__name__) from error

    def _known(self, answer: OneLogin_Saml2_Response) -> Known:
        told = answer.get_nameid_data()
        subject = told["Value"]
        if told.get("Format") == _TRANSIENT or not 0 < len(subject) <= 255:
            raise SignOnUntrusted("subject")
        attributes = answer.get_attributes()
        mail = next((attributes[each][0] for each in _MAIL if attributes.get(each)), "")
        return Known(self._issuer, subject, str(mail or ""), email_verified=False)

    @property
    def _asked_at(self) -> dict[str, str]:
        """Where the answer came in: as it is configured, whatever a request says of itself."""
        place = urlsplit(self._answers_at)
        https = "on" if place.scheme == "https" else "off"
        return {"https": https, "http_host": place.netloc, "script_name": place.path}

    @cached_property
    def _settings(self) -> OneLogin_Saml2_Settings:
        told: dict[str, Any] = {
            "strict": True,
            "debug": False,
            "sp": {
                "entityId": self._entity_id,
                "assertionConsumerService": {"url": self._answers_at, "binding": _POST},
                "NameIDFormat": _ANY_NAME,
            },
            "idp": {
                "entityId": self._issuer,
                "singleSignOnService": {"url": self._address, "binding": _REDIRECT},
                "x509certMulti": {"signing": self._certificates},
            },
            "security": {
                "wantAssertionsSigned": True,
                "wantAttributeStatement": False,
                "requestedAuthnContext": False,
                "rejectDeprecatedAlgorithm": True,
                "allowSingleLabelDomains": True,
            },
        }
        return OneLogin_Saml2_Settings(told)


def _request_id(nonce: str) -> str:
    """An XML name, which does not begin with a digit."""
    return f"_{nonce}"
