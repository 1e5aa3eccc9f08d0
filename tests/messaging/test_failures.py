"""What did not arrive is explained: the provider's codes in words, of others their class."""

import ast

import pytest

from app.messaging import failures
from app.messaging.failures import in_words
from tests.conftest import ROOT


@pytest.mark.parametrize(
    ("provider", "code", "words"),
    [
        # https://www.twilio.com/docs/api/errors
        ("twilio", "21610", "The customer has stopped messages from us at the provider."),
        ("twilio", "30003", "It was not reached: switched off, or without a signal."),
        ("twilio", "30006", "This number takes no such messages."),
        ("twilio", "30007", "It was taken for spam."),
        # https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes
        ("meta", "131047", "Too long ago that the customer wrote: only a template may be sent."),
        ("meta", "10/2018278", failures._WINDOW),
        ("meta", "190", "The provider does not let us in: the access that is set up is not right."),
        ("telegram", "403", "The customer has stopped messages from us at the provider."),
        # RFC 5321 and RFC 3463
        ("smtp", "550", "Nobody has this address or number."),
        ("smtp", "5.2.2", "The mailbox is full."),
        ("sendgrid", "5.1.1", "Nobody has this address or number."),
        ("sendgrid", "5.7.26", failures._BLOCKED),
        # Codes that are not known by name
        ("twilio", "400", "The provider refuses what is in it."),
        ("twilio", "99999", "The provider did not deliver it and does not say why."),
        ("", "413", "It is too long or too large for this channel."),
        ("", "", ""),
    ],
)  # fmt: skip
def test_a_code_is_told_in_words(provider, code, words):
    assert in_words(code, provider) == str(words)


def test_the_same_code_of_another_provider_is_another_thing():
    assert in_words("403", "telegram") != in_words("403", "smtp")


def test_every_reason_that_our_channels_give_by_name_has_words():
    named = {
        each.value.value
        for path in ROOT.glob("channels/**/*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and "Undeliverable" in ast.dump(node.func)
        for each in node.keywords
        if each.arg == "code" and isinstance(each.value, ast.Constant)
    }

    assert named
    assert named <= failures._OURS.keys()
