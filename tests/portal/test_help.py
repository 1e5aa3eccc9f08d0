"""The help centre: public, of a market, in a language."""

import re
from xml.etree import ElementTree as ET

import pytest
from sqlalchemy import select

from app.core import db
from kb import service, switch
from kb.models import ArticleSearch, Audience, Translation
from kb.search.postgres import PostgresIndex
from tests.factories.actors import administrator
from tests.factories.customers import CustomerFactory
from tests.factories.markets import MarketFactory
from tests.portal.conftest import OURS


@pytest.fixture(autouse=True)
def index(database):
    switch.plug_in(PostgresIndex())
    for market in ({}, {"brazil": True}):
        MarketFactory(**market)
    write("roaming", title="Roaming abroad")
    write("roaming", "es", title="Roaming en el extranjero", body="Actívalo.")
    write("pix", title="Pay with PIX", markets=["BR"])
    write("family", title="Family prices for customers", audience=Audience.CUSTOMERS)
    write("fraud", title="Fraud at the desk", audience=Audience.STAFF)


def write(slug, language="en", **changed):
    texts = {"title": slug, "summary": f"All about {slug}.", "body": "Switch it **on**."}
    place = {"category": "data", "audience": Audience.PUBLIC}
    service.write(slug, language, by=administrator(), **{**texts, **place, **changed})
    service.reindex(by=administrator())


def test_each_market_has_its_own_help(browser):
    mexican = browser.get("/help/mx/en/shelf/data").text
    brazilian = browser.get("/help/br/en/shelf/data").text

    assert ("Roaming abroad" in mexican, "Pay with PIX" in mexican) == (True, False)
    assert ("Roaming abroad" in brazilian, "Pay with PIX" in brazilian) == (True, True)
    assert browser.get("/help/mx/en/pix").status_code == 404
    assert browser.get("/help/xx/en/").status_code == 404
    assert browser.get("/help/mx/fr/").status_code == 404


def test_what_is_for_customers_is_shown_to_her_who_is_signed_in_in_her_market(browser, signed_in):
    assert browser.get("/help/mx/en/family").status_code == 404
    her = signed_in(CustomerFactory(market_code="MX"))

    assert "Family prices" in her.see("/help/mx/en/family").text
    assert "Family prices" in her.see("/help/mx/en/?q=family").text
    assert browser.get("/help/br/en/family").status_code == 404
    assert browser.get("/help/mx/en/fraud").status_code == 404
    assert "/family" not in browser.get("/help/sitemap.xml").text


def test_short_addresses_lead_to_a_market_and_a_language(browser):
    spanish = browser.get("/help", headers={"Accept-Language": "es-MX"})
    browser.delete_cookie("language", domain="care.aurora.example")
    portuguese = browser.get("/help/roaming", headers={"Accept-Language": "pt-BR,pt;q=0.9"})
    asked = browser.get("/help/roaming?language=es")

    assert spanish.location == "/help/mx/en/"  # the cookie says English, the browser Mexico
    assert portuguese.location == "/help/br/pt/roaming"
    assert asked.location == "/help/mx/es/roaming"


def test_a_page_says_in_its_head_what_it_is_and_where_its_languages_are(browser):
    page = browser.get("/help/mx/es/roaming").text

    assert '<html lang="es"' in page
    assert '<meta name="description" content="All about roaming.">' in page
    assert f'<link rel="canonical" href="{OURS}/help/mx/es/roaming">' in page
    assert f'hreflang="en" href="{OURS}/help/mx/en/roaming"' in page
    assert re.search(r"portal-path.*/help/mx/es/shelf/data", page, re.DOTALL)


def test_an_article_in_another_language_says_so_and_a_stale_one_too(browser):
    foreign = browser.get("/help/br/pt/roaming").text
    assert "Roaming abroad" in foreign
    assert '<article class="card" lang="en">' in foreign

    write("roaming", title="Roaming abroad", body="New prices.")

    stale = browser.get("/help/mx/es/roaming").text
    assert 'href="/help/mx/en/roaming" hreflang="en"' in stale
    assert "alert-warning" in stale
    assert "alert-warning" not in browser.get("/help/mx/en/roaming").text


def test_related_articles_are_offered(browser):
    write("roaming-prices", title="Roaming prices abroad")

    page = browser.get("/help/mx/en/roaming").text

    assert "/help/mx/en/roaming-prices" in page.partition('id="related"')[2]


def test_the_map_lists_public_pages_of_every_market_with_their_languages(browser):
    answer = browser.get("/help/sitemap.xml")
    tree = ET.fromstring(answer.data)
    found = {each.text for each in tree.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")}

    assert answer.mimetype == "application/xml"
    assert found == {
        f"{OURS}/help/{page}"
        for page in (
            "mx/en/roaming", "mx/es/roaming", "br/en/roaming", "br/es/roaming", "br/en/pix",
        )
    }  # fmt: skip


def test_what_was_looked_for_is_noted_without_who_looked_and_opened_once_it_was(browser):
    url = "/help/mx/en/searched"
    noted = browser.post(url, json={"q": "roaming for 55 1234 5678"}).json["id"]
    nothing = browser.post(url, json={"q": "hologram"}).json["id"]
    assert browser.post(url, json={"q": "5512345678"}).json == {"id": None}

    assert browser.post("/help/opened", json={"id": noted}).status_code == 200
    assert browser.post("/help/opened", json={"id": "no"}).status_code == 400

    rows = {str(row.id): row for row in db.session.scalars(select(ArticleSearch))}
    assert (rows[noted].words, rows[noted].found, rows[noted].opened) == ("roaming for …", 1, True)
    assert (rows[nothing].found, rows[nothing].opened, rows[nothing].market) == (0, False, "MX")


def test_rating_counts_in_the_language_that_was_read(browser):
    browser.post("/help/mx/es/roaming/rating", data={"helpful": "yes"})
    browser.post("/help/mx/pt/roaming/rating", data={"helpful": "no"})

    counted = db.session.execute(
        select(Translation.language, Translation.helpful, Translation.unhelpful)
        .where(Translation.helpful + Translation.unhelpful > 0)
        .order_by(Translation.language)
    ).all()
    assert counted == [("en", 0, 1), ("es", 1, 0)]
    assert browser.post("/help/mx/en/fraud/rating", data={"helpful": "yes"}).status_code == 404
