"""An authenticator in software: makes key pairs and signs, as a phone or a laptop does."""

import hashlib
import json
import os

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import bytes_to_base64url as text

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


class Authenticator:
    """Everything it says may be told otherwise, for what must be refused."""

    def __init__(self, origin="http://localhost", rp_id="localhost"):
        self.origin, self.rp_id = origin, rp_id
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.credential_id = os.urandom(32)
        self.count = 0

    def make(self, options, **otherwise):
        data = self._data(VERIFIED | ATTESTED, otherwise) + self._attested()
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer(
            clientDataJSON=self._client("webauthn.create", options, otherwise),
            attestationObject=attestation,
        )

    def sign(self, options, **otherwise):
        self.count = otherwise.pop("count", self.count + 1)
        data = self._data(otherwise.pop("flags", VERIFIED), otherwise)
        client = self._client("webauthn.get", options, otherwise)
        signed = data + hashlib.sha256(client).digest()
        key = otherwise.get("key", self.key)
        return self._answer(
            clientDataJSON=client,
            authenticatorData=data,
            signature=key.sign(signed, ec.ECDSA(hashes.SHA256())),
        )

    def _answer(self, **response):
        name = text(self.credential_id)
        sent = {field: text(content) for field, content in response.items()}
        return {"id": name, "rawId": name, "type": "public-key", "response": sent}

    def _client(self, kind, options, otherwise):
        said = {
            "type": kind,
            "challenge": otherwise.get("challenge", options["challenge"]),
            "origin": otherwise.get("origin", self.origin),
        }
        return json.dumps(said).encode()

    def _data(self, flags, otherwise):
        rp_id = otherwise.get("rp_id", self.rp_id)
        return (
            hashlib.sha256(rp_id.encode()).digest()
            + bytes([flags | PRESENT])
            + self.count.to_bytes(4, "big")
        )

    def _attested(self):
        numbers = self.key.public_key().public_numbers()
        x, y = numbers.x.to_bytes(32, "big"), numbers.y.to_bytes(32, "big")
        public = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})
        size = len(self.credential_id).to_bytes(2, "big")
        return bytes(16) + size + self.credential_id + public
