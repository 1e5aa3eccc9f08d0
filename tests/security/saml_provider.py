"""A small real SAML provider: it reads our request, and signs its answer with xmlsec.

It can be told to lie: `lies` replace what stands in the next answer, `changed` is done to the whole
document after the signature was made.
"""

import base64
import zlib
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from lxml import etree
from onelogin.saml2.constants import OneLogin_Saml2_Constants as Names
from onelogin.saml2.utils import OneLogin_Saml2_Utils as Utils

ISSUER = "https://id.aurora.example/saml"
ADDRESS = "https://id.aurora.example/saml/sso?tenant=1"
ASSERTION = """<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="{assertion_id}" Version="2.0" IssueInstant="{now}"><saml:Issuer>{issuer}</saml:Issuer><saml:Subject><saml:NameID Format="{format}">{subject}</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData {confirmed}Recipient="{recipient}" NotOnOrAfter="{end}"/></saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="{begin}" NotOnOrAfter="{end}">{audience}</saml:Conditions><saml:AuthnStatement AuthnInstant="{now}"><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement><saml:AttributeStatement><saml:Attribute Name="email"><saml:AttributeValue>{mail}</saml:AttributeValue></saml:Attribute></saml:AttributeStatement></saml:Assertion>"""  # noqa: E501 - what is signed has no lines
RESPONSE = """<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="{response_id}" Version="2.0" IssueInstant="{now}" {destined}{answers}><saml:Issuer>{response_issuer}</saml:Issuer><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:{status}"/></samlp:Status>{assertion}</samlp:Response>"""  # noqa: E501
AUDIENCE = "<saml:AudienceRestriction><saml:Audience>{}</saml:Audience></saml:AudienceRestriction>"


class SamlProvider:
    def __init__(self):
        self.key, self.certificate = key_and_certificate()
        self.truthful()

    def truthful(self):
        self.subject, self.lies, self.key_of_lies = "eva", {}, None
        self.unsigned, self.signs, self.changed = False, {}, None

    def asked(self, address):
        """Our request, as the provider reads it."""
        words = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        request = zlib.decompress(base64.b64decode(words["SAMLRequest"]), -15)
        return etree.fromstring(request), words["RelayState"]

    def agree(self, address):
        """As if somebody signed in there: what her browser is made to post, as (state, answer)."""
        request, state = self.asked(address)
        return state, base64.b64encode(self.answer(request)).decode()

    def answer(self, request):
        request_id = request.get("ID")
        place = request.get("AssertionConsumerServiceURL")
        audience = request.findtext("{urn:oasis:names:tc:SAML:2.0:assertion}Issuer")
        words = {
            "assertion_id": "_assertion",
            "response_id": "_response",
            "issuer": ISSUER,
            "response_issuer": ISSUER,
            "format": "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
            "subject": self.subject,
            "confirmed": f'InResponseTo="{request_id}" ',
            "answers": f'InResponseTo="{request_id}"',
            "recipient": place,
            "destined": f'Destination="{place}" ',
            "audience": AUDIENCE.format(audience),
            "status": "Success",
            "mail": "ana@aurora.example",
            "now": moment(0),
            "begin": moment(-60),
            "end": moment(300),
            **self.lies,
        }
        assertion = ASSERTION.format(**words)
        if not self.unsigned:
            assertion = self.signed(assertion)
        document = etree.fromstring(RESPONSE.format(assertion=assertion, **words))
        if self.changed is not None:
            document = self.changed(document)
        return etree.tostring(document)

    def signed(self, xml):
        key, certificate = self.key_of_lies or (self.key, self.certificate)
        signed = Utils.add_sign(xml, key, certificate, **self.signs)
        return signed.decode() if isinstance(signed, bytes) else signed


SHA1 = {"sign_algorithm": Names.RSA_SHA1, "digest_algorithm": Names.SHA1}


def moment(seconds):
    told = datetime.now(UTC) + timedelta(seconds=seconds)
    return told.strftime("%Y-%m-%dT%H:%M:%SZ")


def key_and_certificate():
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "id.aurora.example")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    return private.decode(), certificate.public_bytes(serialization.Encoding.PEM).decode()
