"""What every search index promises."""

import pytest

from kb.search.port import Document, Reach

PUBLIC = Reach(frozenset({"public"}))
EVERYTHING = Reach(frozenset({"public", "customers", "staff"}))


def document(slug, language, title, *, summary="", body="", audience="public", markets=()):
    return Document(
        slug, language, audience, title, summary or title, body or title, markets=markets
    )


LIBRARY = [
    document("roaming", "en", "Roaming abroad", body="Switch roaming on before you travel."),
    document("roaming", "es", "Roaming en el extranjero", body="Active el roaming al viajar."),
    document("roaming", "pt", "Roaming no exterior", body="Ative o roaming antes da viagem."),
    document("bill", "en", "How your bill is calculated", body="Taxes and plan charges."),
    document("bill", "es", "Cómo se calcula la factura", body="Conozca la facturación del mes."),
    document("bill", "pt", "Como a fatura é calculada", body="Impostos e cobrança do mês."),
    document("sim", "en", "Lost SIM card", body="Block your SIM, then order a new one."),
    document("sim", "es", "SIM extraviada", body="Bloquee el chip y pida otro."),
    document("sim", "pt", "Chip perdido", body="Bloqueie o chip. Não espere: avise já."),
    document("fraud", "en", "Suspected SIM fraud", body="Verify identity.", audience="staff"),
]


@pytest.fixture
def library(index):
    for each in LIBRARY:
        index.put(each)
    return index


def slugs(hits):
    return [hit.slug for hit in hits]


def found(library, text, language, *, reach=PUBLIC, **more):
    return slugs(library.search(text, language, reach=reach, limit=5, **more))


@pytest.mark.parametrize(
    ("text", "language", "slug"),
    [
        ("taxes on my bills", "en", "bill"),
        ("calcular facturas", "es", "bill"),
        ("como foi calculada minha fatura", "pt", "bill"),
    ],
)
def test_other_forms_of_a_word_are_found_in_every_language(library, text, language, slug):
    assert found(library, text, language)[0] == slug


def test_only_articles_in_the_language_asked_for_are_found(library):
    hits = library.search("roaming", "pt", reach=EVERYTHING, limit=5)

    assert [(hit.language, hit.title) for hit in hits] == [("pt", "Roaming no exterior")]


@pytest.mark.parametrize(
    ("text", "language", "slug"),
    [
        ("facturacion", "es", "bill"),
        ("FACTURACIÓN", "es", "bill"),
        ("calcula fáctura", "es", "bill"),
        ("viagém", "pt", "roaming"),
        ("cobranca", "pt", "bill"),
    ],
)
def test_accents_and_case_do_not_count(library, text, language, slug):
    assert found(library, text, language) == [slug]


@pytest.mark.parametrize(
    ("text", "language", "slug"),
    [
        ("roming", "en", "roaming"),
        ("raoming", "es", "roaming"),
        ("factra", "es", "bill"),
        ("extrangero", "es", "roaming"),
        ("exteriror", "pt", "roaming"),
        ("calcualted", "en", "bill"),
    ],
)
def test_typing_slips_are_forgiven(library, text, language, slug):
    assert found(library, text, language) == [slug]


def test_hyphens_do_not_count(index):
    index.put(document("contact", "en", "Change your e-mail"))
    index.put(document("home", "en", "Slow wifi"))

    assert found(index, "email", "en") == found(index, "e-mail", "en") == ["contact"]
    assert found(index, "wi-fi", "en") == found(index, "wifi", "en") == ["home"]


@pytest.mark.parametrize("typed", ["ro", "roa", "roami", "roaming"])
def test_it_finds_while_the_last_word_is_being_typed(library, typed):
    assert found(library, typed, "en") == ["roaming"]
    assert found(library, f"abroad {typed}", "en") == ["roaming"]


def test_a_finished_word_is_not_taken_for_a_beginning(library):
    assert found(library, "extrav", "es") == ["sim"]
    assert found(library, "extrav ", "es") == []


def test_the_public_does_not_find_what_is_for_staff(library):
    assert found(library, "suspected sim fraud", "en") == ["sim"]
    assert found(library, "suspected sim fraud", "en", reach=EVERYTHING) == ["fraud", "sim"]


def test_customers_find_what_is_for_them_besides_what_is_for_everybody(index):
    for audience in ("public", "customers", "staff"):
        index.put(document(audience, "en", f"Outage for {audience}", audience=audience))

    hers = Reach(frozenset({"public", "customers"}))
    assert found(index, "outage", "en") == ["public"]
    assert sorted(found(index, "outage", "en", reach=hers)) == ["customers", "public"]
    assert found(index, "outage", "en", reach=Reach(frozenset())) == []


def test_articles_of_other_markets_are_not_found(index):
    index.put(document("everywhere", "es", "Pagar la factura"))
    index.put(document("mexico", "es", "Pagar la factura en OXXO", markets=("MX",)))
    index.put(document("brazil", "es", "Pagar la factura con PIX", markets=("BR", "IN")))

    def seen(*markets):
        reach = Reach(frozenset({"public"}), frozenset(markets))
        return sorted(found(index, "pagar factura", "es", reach=reach))

    assert seen("MX") == ["everywhere", "mexico"]
    assert seen("BR") == ["brazil", "everywhere"]
    assert seen() == ["brazil", "everywhere", "mexico"]


SAME = [["bill", "invoice", "tax demand"], ["roaming", "holiday"]]


@pytest.mark.parametrize("asked", ["invoice", "invoices", "my tax demand", "INVOICE please"])
def test_words_that_mean_the_same_find_the_same(library, asked):
    assert found(library, asked, "en", synonyms=SAME)[0] == "bill"
    assert found(library, "holiday", "en", synonyms=SAME) == ["roaming"]
    assert found(library, "holiday", "en") == []


def test_a_word_itself_weighs_more_than_one_that_means_the_same(index):
    index.put(document("bill", "en", "Your bill"))
    index.put(document("invoice", "en", "Your invoice"))

    assert found(index, "invoice", "en", synonyms=SAME) == ["invoice", "bill"]


def test_a_word_in_the_title_weighs_more_than_one_in_the_text(index):
    index.put(document("aside", "en", "Travel checklist", body="Think of roaming, too."))
    index.put(document("subject", "en", "Roaming", body="Prices by country."))

    assert found(index, "roaming", "en") == ["subject", "aside"]


def test_a_rare_word_decides_among_articles_that_share_common_ones(index):
    for slug, title in [("a", "Pay by card"), ("b", "Pay by PIX"), ("c", "Pay in a shop")]:
        index.put(document(slug, "en", title, body="Ways to pay your bill."))

    assert found(index, "how can I pay my bill with pix", "en")[0] == "b"


def test_a_hit_shows_the_passage_that_matches(index):
    padding = "Nothing of interest is said in this sentence at all. " * 20
    index.put(document("long", "en", "Long", body=f"{padding}The voucher costs nothing."))

    [hit] = index.search("voucher", "en", reach=PUBLIC, limit=1)

    assert "voucher costs" in hit.snippet
    assert len(hit.snippet) < 300
    assert 0 < hit.score <= 1


def test_putting_a_document_again_replaces_it(library):
    library.put(document("roaming", "en", "Using your phone abroad"))

    assert found(library, "roaming", "en") == []
    assert found(library, "phone", "en") == ["roaming"]


def test_a_removed_document_is_not_found(library):
    library.remove("roaming", "en")
    library.remove("never-was", "en")

    assert found(library, "roaming", "en") == []
    assert found(library, "roaming", "es") == ["roaming"]


def test_after_clearing_nothing_is_found(library):
    library.clear()

    assert found(library, "roaming", "en") == []


def test_no_more_are_given_than_were_asked_for(library):
    assert len(library.search("sim bill roaming", "en", reach=EVERYTHING, limit=2)) == 2


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param(" \t\n", id="space"),
        pytest.param("the of and how", id="only stop words"),
        pytest.param("'; DROP TABLE article; --", id="SQL"),
        pytest.param("roaming & | ! ( <-> :* 'x", id="query operators"),
        pytest.param("\\'roaming\\' %_ \\", id="escapes and wildcards"),
        pytest.param("\0roaming\0", id="NUL"),
        pytest.param("\ud800roaming\udfff", id="lone surrogates"),
        pytest.param("a" * 100_000, id="one endless word"),
        pytest.param("ab " * 50_000, id="many words"),
        pytest.param(" ".join(f"zzqx{n}" for n in range(5_000)), id="many unknown words"),
        pytest.param("ﷺ" * 500, id="letters that expand"),
        pytest.param("e\u0301" * 5_000, id="combining accents"),
        pytest.param("😀👩‍👩‍👧 ½ ² Ⅷ", id="symbols"),
        pytest.param("रोमिंग कैसे चालू करें", id="another script"),
        pytest.param("1e9 0x1A 10.0.0.1 a@b.c http://x.y/z", id="numbers and addresses"),
        pytest.param("%(name)s {0} $1 :x", id="placeholders"),
    ],
)
def test_hostile_text_never_fails(library, text):
    for language in ("en", "es", "pt", "xx", "", "\0"):
        assert isinstance(library.search(text, language, reach=PUBLIC, limit=5), list)


def test_words_are_found_between_hostile_characters(library):
    assert found(library, "\0'; roaming\ud800 :*", "en") == ["roaming"]
