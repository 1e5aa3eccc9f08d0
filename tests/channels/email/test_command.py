import json

MAIL = b"""From: Ana <ana@example.mx>
To: care@aurora.example
Subject: =?utf-8?Q?Se=C3=B1al?=
Message-ID: <one@example.mx>

Hola

El lun, 3 jun 2024, Care <care@aurora.example> escribi\xc3\xb3:
> hola
"""


def test_a_mail_from_standard_input_is_printed_as_json(app):
    done = app.test_cli_runner().invoke(args=["email", "parse"], input=MAIL)

    seen = json.loads(done.output)
    assert seen["subject"] == "Señal"
    assert seen["from"] == {"name": "Ana", "address": "ana@example.mx"}
    assert (seen["visible_reply"], seen["is_auto"]) == ("Hola", False)
    assert seen["message_id"] == "<one@example.mx>"


def test_a_mail_in_a_file(app, tmp_path):
    path = tmp_path / "mail.eml"
    path.write_bytes(b"\0" * 10)

    done = app.test_cli_runner().invoke(args=["email", "parse", str(path)])

    assert (done.exit_code, json.loads(done.output)["text"]) == (0, "")
