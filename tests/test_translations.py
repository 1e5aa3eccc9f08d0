"""Every sentence exists in every language, with its placeholders."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from app.core.i18n import gettext, speaking

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The sentences as they stand in the code."""
    found = tmp_path_factory.mktemp("catalogue") / "messages.pot"
    extract = [
        BIN / "pybabel", "-q", "extract", "-F", "translations/babel.cfg", "-k", "lazy", "-k", "_",
        "-k", "gettext", "-k", "ngettext:1,2", "-o", found, ".",
    ]  # fmt: skip
    subprocess.run(extract, cwd=ROOT, check=True)
    with found.open("rb") as file:
        sentences = {message.id: message for message in read_po(file) if message.id}
    assert len(sentences) > 500
    return sentences


@pytest.mark.parametrize("language", ["es", "pt"])
def test_the_catalogue_is_complete(written, language):
    path = ROOT / "translations" / language / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language)

    missing = [key for key in written if not _said(catalogue.get(_one(key)))]
    fuzzy = [message.id for message in catalogue if message.id and message.fuzzy]
    crippled = [
        message.id
        for message in catalogue
        if message.id
        and _said(message)
        and _placeholders(message.id) != _placeholders(message.string)
    ]
    assert (missing, fuzzy, crippled) == ([], [], [])


@pytest.mark.parametrize(("language", "words"), [("es", "Cerrar sesión"), ("pt", "Sair")])
def test_the_running_program_finds_its_catalogues(language, words):
    with speaking(language):
        assert gettext("Sign out") == words


def _one(key):
    return key[0] if isinstance(key, tuple) else key


def _said(message):
    if message is None:
        return False
    texts = message.string if isinstance(message.string, tuple) else (message.string,)
    return all(texts)


def _placeholders(text):
    texts = text if isinstance(text, tuple) else (text,)
    return set().union(*(PLACEHOLDER.findall(each) for each in texts))
