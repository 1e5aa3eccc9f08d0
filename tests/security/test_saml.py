"""Staff come in by SAML: what the provider signed for us, now, in answer to this browser's request.

Against a provider that signs with xmlsec. What linking, invitations and second factors are is the
same as with OpenID Connect (test_sign_on.py), and shown once more where the way differs.
"""

import base64
from copy import deepcopy

import pyotp
import pytest
from lxml import etree
from sqlalchemy import select

from app.core import db
from app.identity import switch
from app.identity.adapters.saml import Saml
from app.identity.models import ProviderIdentity, SignOnAttempt
from config import Config, Misconfigured
from tests.conftest import ORIGIN
from tests.security.browsers import Browser, staff_browser
from tests.security.coming_by_sso import (
    TOTP,
    give_code,
    hired,
    is_refused,
    leave,
    left,
    linked,
)
from tests.security.saml_provider import (
    ADDRESS,
    AUDIENCE,
    ISSUER,
    SHA1,
    SamlProvider,
    key_and_certificate,
    moment,
)

ENTITY, PLACE = f"{ORIGIN}/sign-in/sso/metadata", f"{ORIGIN}/hooks/sign-on"
A = "{urn:oasis:names:tc:SAML:2.0:assertion}"
P = "{urn:oasis:names:tc:SAML:2.0:protocol}"
D = "{http://www.w3.org/2000/09/xmldsig#}"


@pytest.fixture(scope="module")
def real_provider():
    return SamlProvider()


@pytest.fixture
def provider(real_provider, app):
    real_provider.truthful()
    before = switch.sign_on()
    switch.plug_in_sign_on(ours(real_provider.certificate))
    yield real_provider
    switch.plug_in_sign_on(before)


def ours(certificates):
    return Saml(ISSUER, ADDRESS, certificates, name="Aurora", entity_id=ENTITY, answers_at=PLACE)


@pytest.fixture
def ana(app):
    staff = hired()
    linked(staff, ISSUER)
    return staff


def post(app, state, answer):
    """As the provider's page does: from another site, so that no cookie of ours comes along."""
    form = {"SAMLResponse": answer, "RelayState": state}
    return Browser(app).client.post(
        "/hooks/sign-on", data=form, headers={"Origin": "https://id.aurora.example"}
    )


def come_back(app, browser, state, answer):
    posted = post(app, state, answer)
    assert posted.status_code == 303
    return browser.get(posted.location)


def try_in(app, provider):
    browser = Browser(app)
    return come_back(app, browser, *provider.agree(leave(browser)))


def test_who_is_linked_comes_in_with_her_second_factor(app, provider, ana):
    browser = Browser(app)

    back = come_back(app, browser, *provider.agree(leave(browser)))

    assert back.status_code == 200
    assert browser.cookie("__Host-dialtone-staff") is None, "the second factor is still to come"
    assert give_code(browser, back).location == "/desk/tickets"
    assert browser.get("/desk/").status_code == 200


def test_the_address_that_the_provider_tells_links_nobody(app, provider, ana):
    provider.subject = "somebody new"
    provider.lies = {"mail": ana.email}

    assert is_refused(try_in(app, provider))
    assert len(db.session.scalars(select(ProviderIdentity)).all()) == 1


LIES = {
    "of another request": {"answers": 'InResponseTo="_x"', "confirmed": 'InResponseTo="_x" '},
    "of no request": {"answers": "", "confirmed": ""},
    "confirmed for another request": {"confirmed": 'InResponseTo="_x" '},
    "confirmed for no request": {"confirmed": ""},
    "for another audience": {"audience": AUDIENCE.format("https://other.example")},
    "for several audiences": {"audience": AUDIENCE.format(ENTITY) + AUDIENCE.format("x")},
    "for nobody": {"audience": ""},
    "for another place": {"recipient": f"{PLACE}/elsewhere"},
    "sent to another place": {"destined": 'Destination="https://evil.example" '},
    "sent to a longer place": {"destined": f'Destination="{PLACE}.evil.example" '},
    "from another issuer": {"issuer": "https://evil.example"},
    "in another's envelope": {"response_issuer": "https://evil.example"},
    "over": {"end": moment(-600)},
    "not begun": {"begin": moment(86_400), "end": moment(90_000)},
    "refused there": {"status": "Responder"},
    "a name of one day": {"format": "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"},
    "no name": {"subject": ""},
    "a name too long": {"subject": "x" * 256},
    "ids twice": {"assertion_id": "_response"},
}


@pytest.mark.parametrize("lies", LIES.values(), ids=LIES.keys())
def test_what_is_not_for_us_now_and_from_it_opens_nothing(app, provider, ana, lies):
    linked(ana, ISSUER, subject=lies.get("subject", "another"))
    provider.lies = lies

    assert is_refused(try_in(app, provider))


def test_what_nobody_signed_or_another_key_or_a_weak_digest_opens_nothing(app, provider, ana):
    provider.unsigned = True
    assert is_refused(try_in(app, provider))

    provider.unsigned, provider.key_of_lies = False, key_and_certificate()
    assert is_refused(try_in(app, provider))

    provider.key_of_lies, provider.signs = None, SHA1
    assert is_refused(try_in(app, provider))


def test_an_envelope_that_is_signed_is_not_enough(app, provider, ana):
    """The assertion itself must be."""
    provider.unsigned = True
    provider.changed = lambda document: etree.fromstring(
        provider.signed(etree.tostring(document).decode())
    )

    assert is_refused(try_in(app, provider))


def forged(assertion, name="boss"):
    """Hers with another name in it, and no signature."""
    copy = deepcopy(assertion)
    copy.remove(copy.find(f"{D}Signature"))
    copy.find(f"{A}Subject/{A}NameID").text = name
    copy.set("ID", "_forged")
    return copy


def with_another(document, *, before, same_id=False):
    real = document.find(f"{A}Assertion")
    other = forged(real)
    if same_id:
        other.set("ID", real.get("ID"))
    document.insert(document.index(real) + (0 if before else 1), other)
    return document


def hidden_in_the_signature(document):
    """The signed one goes into an Object of the signature that the forged one carries."""
    real = document.find(f"{A}Assertion")
    other = forged(real)
    signature = real.find(f"{D}Signature")
    other.insert(1, signature)
    document.replace(real, other)
    etree.SubElement(signature, f"{D}Object").append(real)
    return document


def wrapped_around(document):
    """The signed one becomes a part of the forged one."""
    real = document.find(f"{A}Assertion")
    other = forged(real)
    document.replace(real, other)
    other.append(real)
    return document


def in_extensions(document):
    """The signed one stands where extensions may."""
    real = document.find(f"{A}Assertion")
    document.replace(real, forged(real))
    extensions = etree.Element(f"{P}Extensions")
    extensions.append(real)
    document.insert(1, extensions)
    return document


def in_another_envelope(document):
    """The whole true answer inside a forged one."""
    outer = deepcopy(document)
    outer.set("ID", "_outer")
    real = outer.find(f"{A}Assertion")
    outer.replace(real, forged(real))
    extensions = etree.Element(f"{P}Extensions")
    extensions.append(document)
    outer.insert(1, extensions)
    return outer


def renamed(document):
    document.find(f"{A}Assertion/{A}Subject/{A}NameID").text = "boss"
    return document


def referring_to_nothing(document):
    """An empty reference is the whole document, wherever the signature stands."""
    next(document.iter(f"{D}Reference")).set("URI", "")
    return document


def with_a_filter(document):
    """A transform that leaves out what is not to be verified."""
    transforms = next(document.iter(f"{D}Transforms"))
    etree.SubElement(
        transforms, f"{D}Transform", Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"
    )
    return document


WRAPPINGS = {
    "another one before it": lambda document: with_another(document, before=True),
    "another one behind it": lambda document: with_another(document, before=False),
    "one of the same id": lambda document: with_another(document, before=True, same_id=True),
    "hidden in the signature": hidden_in_the_signature,
    "wrapped around it": wrapped_around,
    "in extensions": in_extensions,
    "in another envelope": in_another_envelope,
    "another name": renamed,
    "a reference to nothing": referring_to_nothing,
    "a filter": with_a_filter,
}


@pytest.mark.parametrize("changed", WRAPPINGS.values(), ids=WRAPPINGS.keys())
def test_a_signature_covers_what_is_read_and_nothing_else(app, provider, ana, changed):
    linked(ana, ISSUER, subject="boss")
    provider.changed = changed

    assert is_refused(try_in(app, provider))


def test_a_comment_in_a_name_does_not_make_it_anothers(app, provider, ana):
    provider.subject = "eva<!-- -->.evil"

    assert is_refused(try_in(app, provider))


def test_an_answer_is_good_once_and_in_the_browser_that_left(app, provider, ana):
    browser, thief = Browser(app), Browser(app)
    state, answer = provider.agree(leave(browser))
    address = post(app, state, answer).location

    assert is_refused(thief.get(address))
    assert browser.get(address).status_code == 200
    assert is_refused(browser.get(address))
    assert post(app, state, answer).status_code == 401


def test_an_old_answer_does_not_fit_a_new_request(app, provider, ana):
    """Stolen before it was used, and played into the thief's own request, in a new envelope."""
    _state, stolen = provider.agree(leave(Browser(app)))
    thief = Browser(app)
    address = leave(thief)
    request, state = provider.asked(address)
    document = etree.fromstring(base64.b64decode(stolen))
    document.set("InResponseTo", request.get("ID"))

    for answer in (stolen, base64.b64encode(etree.tostring(document)).decode()):
        browser_state = state if answer == stolen else provider.asked(leave(thief))[1]
        assert is_refused(come_back(app, thief, browser_state, answer))


@pytest.mark.parametrize(
    "answer",
    [
        "no base64",
        base64.b64encode(b"no XML").decode(),
        base64.b64encode(b"<a/>").decode(),
        base64.b64encode(b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>').decode(),
        base64.b64encode(b"<a>" * 20_000).decode(),
        "\0",
    ],
    ids=["no base64", "no XML", "something else", "entities", "deep", "NUL"],
)
def test_what_is_no_answer_is_refused_without_a_fault(app, provider, answer):
    browser = Browser(app)
    _request, state = provider.asked(leave(browser))

    assert is_refused(come_back(app, browser, state, answer))


@pytest.mark.parametrize("state", ["", "https://evil.example", "x" * 43, "\0"])
def test_a_state_that_was_never_given_leads_nowhere(app, provider, state):
    browser = Browser(app)
    _state, answer = provider.agree(leave(browser))

    posted = post(app, state, answer)

    assert posted.status_code == 401
    assert "Location" not in posted.headers
    assert db.session.scalars(select(SignOnAttempt.answer_sealed)).all() == [None]


def test_too_much_is_refused_and_the_first_answer_stays(app, provider, ana):
    browser = Browser(app)
    state, answer = provider.agree(leave(browser))

    assert post(app, state, "A" * (256 * 1024 + 1)).status_code == 401
    address = post(app, state, answer).location
    assert post(app, state, "another").status_code == 401
    assert browser.get(address).status_code == 200


def test_nothing_comes_in_by_the_address_alone(app, provider, ana):
    """The answer is what was posted, never what stands in a link."""
    browser = Browser(app)
    state, answer = provider.agree(leave(browser))

    back = browser.get("/sign-in/sso/back", query_string={"state": state, "code": answer})

    assert is_refused(back)


def test_two_certificates_hold_while_the_provider_changes_its_key(app, provider, ana):
    _key, another = key_and_certificate()
    switch.plug_in_sign_on(ours(another + provider.certificate))

    assert try_in(app, provider).status_code == 200


def test_who_is_signed_in_links_herself_after_proving_who_she_is(app, provider):
    staff = hired("b@aurora.example", "Beto")
    browser = staff_browser(app, staff=staff)
    address = left(browser.post("/me/security/sso", data={"confirmation": pyotp.TOTP(TOTP).now()}))

    back = come_back(app, browser, *provider.agree(address))

    assert back.location == "/me/security?done=linked"
    held = db.session.scalars(select(ProviderIdentity)).one()
    assert (held.staff_id, held.issuer, held.subject) == (staff.id, ISSUER, "eva")


def test_the_provider_is_told_where_it_answers(app, provider):
    told = app.test_client().get("/sign-in/sso/metadata")

    assert told.content_type.startswith("application/samlmetadata+xml")
    document = etree.fromstring(told.data)
    assert document.get("entityID") == ENTITY
    assert f'Location="{PLACE}"' in told.text
    assert 'WantAssertionsSigned="true"' in told.text


def test_without_saml_its_doors_are_not_there(app):
    before = switch.sign_on()
    switch.plug_in_sign_on(None)

    answers = [app.test_client().get("/sign-in/sso/metadata"), post(app, "x", "x")]

    switch.plug_in_sign_on(before)
    assert [each.status_code for each in answers] == [404, 404]


@pytest.mark.parametrize(
    ("settings", "fault"),
    [
        ({"saml_issuer": ISSUER}, "go together"),
        ({"saml_url": "http://id.example", "saml_issuer": "x", "saml_certificates": "x"}, "https"),
        ({"saml_issuer": "x", "oidc_issuer": "https://x"}, "one sign-on only"),
    ],
)
def test_production_refuses_half_a_sign_on(settings, fault):
    with pytest.raises(Misconfigured, match=fault):
        Config(production=True, **settings).check()
