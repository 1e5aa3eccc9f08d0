"""What production refuses to begin with, and how it is told what it needs."""

from dataclasses import fields

import pytest
import yaml

from config import INSECURE, Config, Misconfigured
from tests.conftest import ROOT

FIT = {
    "production": True,
    "public_url": "https://care.aurora.example",
    "secret_key": "k" * 32,
    "bot_service_token": "b" * 32,
    "gateway_api_key": "a",
    "gateway_webhook_secret": "w",
}


def test_production_begins_with_secrets_of_its_own():
    Config(**FIT).check()


@pytest.mark.parametrize("value", ["", " ", INSECURE])
@pytest.mark.parametrize(
    "name", ["secret_key", "bot_service_token", "gateway_api_key", "gateway_webhook_secret"]
)
def test_a_secret_that_is_none_is_refused(name, value):
    with pytest.raises(Misconfigured, match=f"{name.upper()} is not set"):
        Config(**{**FIT, name: value}).check()


@pytest.mark.parametrize("name", ["secret_key", "bot_service_token"])
def test_a_secret_of_ours_that_can_be_guessed_is_refused(name):
    with pytest.raises(Misconfigured, match=f"{name.upper()} is shorter"):
        Config(**{**FIT, name: "k" * 31}).check()


def test_links_lead_to_https_only():
    with pytest.raises(Misconfigured, match="https"):
        Config(**{**FIT, "public_url": "http://care.aurora.example"}).check()


@pytest.mark.parametrize(
    ("given", "keys"), [("", ["a,b"]), ("new,old", ["new", "old"]), ("new,", ["new"])]
)
def test_keys_are_the_newest_first_and_never_empty(given, keys):
    config = Config(secret_key="a,b", master_keys=given, audit_keys=given)

    assert (config.sealing_keys, config.vouching_keys) == (keys, keys)


# What the image is good with as it is, and what only a test or the demo says otherwise.
USUAL = {
    "bot_seconds",
    "channels_sandbox_url",
    "database_pool",
    "elasticsearch_index",
    "kafka_brokers",  # told to who reads the stream
    "kafka_topics",
    "migration_database_url",  # told to who migrates
    "stripe_api_base",
}


def test_every_setting_is_passed_on_to_the_programs_of_the_image():
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    told = services["web"]["environment"]
    settings = {each.name for each in fields(Config)} - {"production"} - USUAL

    assert told["DIALTONE_ENV"] == "production"
    assert {name for name in settings if name.upper() not in told} == set()
