"""The static rules find what they forbid: a rule that finds nothing would let everything pass."""

import json
import subprocess
import sys
from pathlib import Path

RULES = Path(__file__).parent / "rules"
FORBIDDEN = {
    "no-template-from-a-string": (
        "import flask\nflask.render_template_string(flask.request.args['t'])"
    ),
    "no-sql-put-together-at-run-time": (
        "import sqlalchemy\ndef find(name):\n    return sqlalchemy.text(f'SELECT {name}')"
    ),
    "no-verification-switched-off": "import httpx\nhttpx.Client(verify=False)",
    "no-markup-of-what-is-not-a-constant": (
        "import markupsafe\ndef bold(name):\n    return markupsafe.Markup(f'<b>{name}</b>')"
    ),
    "no-code-from-data": "import yaml\nyaml.load(open('x'))",
    "no-address-from-the-host-header": "import flask\nlink = flask.request.host_url",
    "no-secret-compared-in-the-open": "def right(token, known):\n    return token == known",
    "no-request-without-a-timeout": "import requests\nrequests.get('http://example.com')",
}
FORBIDDEN_IN_PAGES = {
    "no-escaping-switched-off": "<p>{{ name|safe }}</p>",
    "no-script-or-style-in-the-page": "<p onclick='go()'>x</p>",
}


def test_every_rule_finds_what_it_forbids(tmp_path):
    for rule, code in FORBIDDEN.items():
        (tmp_path / f"{rule}.py").write_text(code)
    for rule, page in FORBIDDEN_IN_PAGES.items():
        (tmp_path / f"{rule}.html").write_text(page)

    run = subprocess.run(
        [
            Path(sys.executable).parent / "semgrep",
            *("scan", "--config", RULES, "--metrics", "off", "--disable-version-check"),
            *("--json", "--quiet", "--no-git-ignore", tmp_path),
        ],
        capture_output=True,
        check=False,
    )

    found = {
        (Path(each["path"]).stem, each["check_id"].rpartition(".")[2])
        for each in json.loads(run.stdout)["results"]
    }
    rules = [*FORBIDDEN, *FORBIDDEN_IN_PAGES]
    assert {(rule, rule) for rule in rules} <= found
    assert {rule for _, rule in found} == set(rules)
