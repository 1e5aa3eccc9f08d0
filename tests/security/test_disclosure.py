"""Who finds a hole is told where to write to (RFC 9116), and a list of our parts can be made."""

import json
import os
import re
import subprocess
import tomllib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.core import clock
from config import Config, Misconfigured
from tests.conftest import ROOT

PATH = "/.well-known/security.txt"


def told(app, contact, monkeypatch):
    named = replace(app.config["DIALTONE"], security_contact=contact)
    monkeypatch.setitem(app.config, "DIALTONE", named)
    return app.test_client().get(PATH)


def test_who_finds_a_hole_is_told_where_to_write_to(app, monkeypatch):
    answer = told(app, "mailto:security@aurora.example", monkeypatch)

    assert (answer.status_code, answer.content_type) == (200, "text/plain; charset=utf-8")
    fields = dict(line.split(": ", 1) for line in answer.text.splitlines())
    assert fields["Contact"] == "mailto:security@aurora.example"
    assert fields["Canonical"] == f"http://localhost{PATH}"
    assert fields["Preferred-Languages"] == "en, es, pt"
    expires = datetime.strptime(fields["Expires"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    assert timedelta(days=30) < expires - clock.now() < timedelta(days=366)


def test_nobody_is_named_where_nobody_reads(app, monkeypatch):
    assert told(app, "", monkeypatch).status_code == 404


def test_production_refuses_a_contact_that_is_no_address():
    with pytest.raises(Misconfigured, match="SECURITY_CONTACT"):
        Config(production=True, security_contact="security@aurora.example").check()


@pytest.fixture(scope="module")
def parts(tmp_path_factory):
    """What `make sbom` writes, without installing anything first."""
    folder = tmp_path_factory.mktemp("sbom")
    uv = os.environ.get("UV", str(ROOT / "var" / "bootstrap" / "bin" / "uv"))
    command = ["make", "-s", "-o", ".venv/.ready", "sbom", f"SBOM={folder}", f"UV={uv}"]
    subprocess.run(command, cwd=ROOT, check=True, timeout=300)
    return {each.name.split(".")[0]: json.loads(each.read_text()) for each in folder.iterdir()}


def listed(document):
    return {(each["name"].casefold(), each["version"]) for each in document["components"]}


def test_every_part_we_ship_is_listed_as_it_is_locked(parts):
    locked = tomllib.loads((ROOT / "uv.lock").read_text())["package"]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = {re.split(r"[\[=<>;~ ]", each)[0].casefold() for each in project["dependencies"]}
    found = listed(parts["application"])

    assert found <= {(each["name"], each["version"]) for each in locked}
    assert {name.replace("_", "-") for name in asked} <= {name for name, _version in found}
    assert "pytest" not in {name for name, _version in found}, "it is not shipped"


def test_the_bots_parts_and_the_browsers_are_listed_too(parts):
    lines = (ROOT / "bot" / "requirements.txt").read_text().splitlines()
    wanted = {
        re.split(r"[\[=]", each)[0].casefold() for each in lines if re.match("[A-Za-z]", each)
    }
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    shipped = {
        path.rpartition("node_modules/")[2] for path in packages if "dev" not in packages[path]
    }
    found = {npm_name(each["purl"]) for each in parts["browser"]["components"]}

    assert wanted <= {name for name, _version in listed(parts["bot"])}
    assert {"htmx.org", "echarts", "socket.io-client", "@tabler/core"} <= found <= shipped
    assert "axe-core" not in found, "it is not shipped"
    assert {each["bomFormat"] for each in parts.values()} == {"CycloneDX"}


def npm_name(purl):
    return purl.removeprefix("pkg:npm/").rpartition("@")[0].replace("%40", "@")
