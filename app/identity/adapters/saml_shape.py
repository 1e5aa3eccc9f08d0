"""What an answer of a SAML provider may look like, stricter than the standard lets it be. Pure.

One assertion, signed itself, and nothing in the document that a signature could be wrapped around:
who reads and who verifies then look at the very same element. What binds it to us and to the
request stands inside of what is signed.
"""

from collections.abc import Iterator
from typing import Any

from app.identity.port import SignOnUntrusted

_P = "{urn:oasis:names:tc:SAML:2.0:protocol}"
_A = "{urn:oasis:names:tc:SAML:2.0:assertion}"
_D = "{http://www.w3.org/2000/09/xmldsig#}"
_BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
_C14N = "http://www.w3.org/2001/10/xml-exc-c14n#"
_TRANSFORMS = {_C14N, "http://www.w3.org/2000/09/xmldsig#enveloped-signature"}
_SIGNATURES = {
    f"http://www.w3.org/2001/04/xmldsig-more#{each}"
    for each in ("rsa-sha256", "rsa-sha384", "rsa-sha512", "ecdsa-sha256", "ecdsa-sha384")
}
_DIGESTS = {f"http://www.w3.org/2001/04/{each}" for each in ("xmlenc#sha256", "xmlenc#sha512")}


def check(root: Any, *, audience: str, recipient: str, request_id: str) -> None:
    """`root` is the parsed answer. Raises SignOnUntrusted with what is odd about it."""
    assertions = list(root.iter(f"{_A}Assertion"))
    _must(root.tag == f"{_P}Response", "root")
    _must(root.get("InResponseTo") == request_id, "request")
    _must(root.get("Destination") in {None, recipient}, "destination")
    _must(len(assertions) == 1 and assertions[0].getparent() is root, "assertions")
    _must(next(root.iter(f"{_A}EncryptedAssertion"), None) is None, "encrypted")
    _check_ids(root)
    signed = [_signed_by(each) for each in root.iter(f"{_D}Signature")]
    _must(len(signed) == len({id(each) for each in signed}), "signatures")
    _must(all(each in {root, assertions[0]} for each in signed), "signed element")
    _must(assertions[0] in signed, "unsigned assertion")
    _check_audience(assertions[0], audience)
    _check_confirmation(assertions[0], recipient, request_id)


def _check_ids(root: Any) -> None:
    ids = [each.get("ID") for each in root.iter("*") if each.get("ID") is not None]
    _must(len(ids) == len(set(ids)), "ids")


def _signed_by(signature: Any) -> Any:
    """The element that the signature stands in, which must be the one it signs, whole."""
    element = signature.getparent()
    references = list(signature.iter(f"{_D}Reference"))
    _must(len(references) == 1, "references")
    _must(bool(element.get("ID")) and references[0].get("URI") == f"#{element.get('ID')}", "uri")
    _must(next(signature.iter(f"{_D}Object"), None) is None, "object")
    _must(_algorithms(signature, "Transform") <= _TRANSFORMS, "transforms")
    _must(_algorithms(signature, "CanonicalizationMethod") == {_C14N}, "canonicalization")
    _must(_algorithms(signature, "SignatureMethod") <= _SIGNATURES, "signature method")
    _must(_algorithms(signature, "DigestMethod") <= _DIGESTS, "digest method")
    return element


def _algorithms(signature: Any, name: str) -> set[str]:
    return {each.get("Algorithm", "") for each in signature.iter(f"{_D}{name}")}


def _check_audience(assertion: Any, audience: str) -> None:
    told = [each.text for each in assertion.iter(f"{_A}Audience")]
    _must(told == [audience], "audience")


def _check_confirmation(assertion: Any, recipient: str, request_id: str) -> None:
    [data, *more] = [*_confirmations(assertion)] or [None]
    _must(data is not None and not more, "confirmation")
    _must(data.get("InResponseTo") == request_id, "request")
    _must(data.get("Recipient") == recipient, "recipient")
    _must(bool(data.get("NotOnOrAfter")), "end")


def _confirmations(assertion: Any) -> Iterator[Any]:
    for each in assertion.iter(f"{_A}SubjectConfirmation"):
        if each.get("Method") == _BEARER:
            yield from each.iter(f"{_A}SubjectConfirmationData")


def _must(holds: bool, what: str) -> None:
    if not holds:
        raise SignOnUntrusted(what)
