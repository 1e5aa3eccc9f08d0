"""Puts the outside world together: shop, payment gateway, network, registry, providers, phones."""

import secrets

import httpx
from flask import Flask, jsonify
from flask.typing import ResponseReturnValue

from app.demo.world import (
    authenticator,
    call_api,
    chargebacks,
    dial_pages,
    gateway,
    gateway_pages,
    graph,
    legs,
    mailbox_pages,
    network,
    network_pages,
    phone,
    phone_pages,
    porting,
    refunds,
    refusals,
    registry_api,
    registry_pages,
    security,
    sendgrid,
    shop,
    telegram_api,
    twilio,
)
from app.demo.world.accounts import Accounts
from app.demo.world.callbacks import Postman
from app.demo.world.checkouts import Ledger
from app.demo.world.dialling import Calls, Ussd
from app.demo.world.files import Files
from app.demo.world.handset import Handset
from app.demo.world.hooks import Hooks
from app.demo.world.lines import Network
from app.demo.world.moods import Moods
from app.demo.world.outgoing import trust
from app.demo.world.registry import Registry
from app.demo.world.settings import Settings
from app.demo.world.store import Store
from app.demo.world.talks import Talks
from app.demo.world.visitor import Visitor
from app.demo.world.widget import Widget

LARGEST_BODY = 64 * 1024


def create_app(settings: Settings) -> Flask:
    app = Flask(__name__)
    store = Store(settings.state_folder)
    accounts = Accounts(settings.accounts_file)
    visitor = Visitor(accounts)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.config.update(
        SECRET_KEY=_secret_key(store),
        SESSION_COOKIE_NAME="aurora_session",  # localhost's ports share their cookies
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=LARGEST_BODY,
    )

    ledger = Ledger(store, hung_for=settings.hung_for, time_to_pay=settings.time_to_pay)
    postman = Postman(store, settings)
    registry = Registry(store, hangs_for=settings.network_hangs_for)
    lines = Network(store, hangs_for=settings.network_hangs_for)
    app.register_blueprint(shop.blueprint(accounts, visitor, Widget(accounts, visitor, settings)))
    app.register_blueprint(gateway.blueprint(ledger, settings))
    app.register_blueprint(gateway_pages.blueprint(ledger, postman, store, visitor))
    app.register_blueprint(chargebacks.blueprint(ledger, postman, store))
    app.register_blueprint(refunds.blueprint(ledger, postman))
    app.register_blueprint(network.blueprint(lines))
    app.register_blueprint(network_pages.blueprint(lines, visitor))
    app.register_blueprint(registry_api.blueprint(registry))
    app.register_blueprint(registry_pages.blueprint(registry, visitor))
    app.register_blueprint(phone.blueprint(store))
    book, agents = call_api.CallBook(store), legs.Legs(store)
    phones = phone_pages.Phones(accounts)
    app.register_blueprint(legs.blueprint(agents, settings.dialtone_url))
    app.register_blueprint(dial_pages.blueprint(_dialler(settings, phones, visitor, book, agents)))
    app.register_blueprint(porting.blueprint(store))
    app.register_blueprint(porting.pages(store, visitor))
    app.register_blueprint(authenticator.blueprint(settings.accounts_file, visitor))
    _give_phones(app, settings, store, phones, visitor, book)

    app.context_processor(visitor.words_for_pages)
    security.install(app, settings)
    refusals.install(app)
    app.add_url_rule("/healthz", view_func=healthz)
    app.extensions.update(
        postman=postman, ledger=ledger, registry=registry, lines=lines, store=store
    )
    postman.resume()
    return app


def _dialler(
    settings: Settings,
    phones: phone_pages.Phones,
    visitor: Visitor,
    book: call_api.CallBook,
    agents: legs.Legs,
) -> dial_pages.Dialler:
    client = httpx.Client(verify=trust(), trust_env=False, transport=settings.dialtone_transport)
    base_url = settings.dialtone_url
    calls = Calls(client, base_url, book, agents)
    return dial_pages.Dialler(phones, visitor, Ussd(client, base_url), calls)


def _give_phones(
    app: Flask,
    settings: Settings,
    store: Store,
    phones: phone_pages.Phones,
    visitor: Visitor,
    book: call_api.CallBook,
) -> None:
    """The providers that carry messages, and the phones at their ends."""
    talks, files = Talks(store), Files(settings.state_folder)
    moods, hooks = (
        Moods(store, hangs_for=settings.provider_hangs_for),
        Hooks(settings, phones.accounts),
    )
    texts, meta = twilio.Twilio(talks, hooks, settings), graph.Meta(talks, hooks, settings)
    app.register_blueprint(twilio.blueprint(twilio.Door(texts, talks, files, moods), book))
    app.register_blueprint(graph.blueprint(graph.Door(meta, talks, files, moods, settings)))
    telegram, mails = telegram_api.Telegram(hooks), sendgrid.SendGrid(talks, hooks)
    app.register_blueprint(telegram_api.blueprint(telegram_api.Door(talks, files, moods, store)))
    app.register_blueprint(sendgrid.blueprint(sendgrid.Door(mails, talks, files, moods)))
    handset = Handset(talks, texts, meta, telegram)
    page = phone_pages.PhonePage(phones, handset, talks, files, moods, store)
    app.register_blueprint(phone_pages.blueprint(page, visitor))
    mailbox = mailbox_pages.MailboxPage(phones, talks, mails)
    app.register_blueprint(mailbox_pages.blueprint(mailbox, visitor))
    app.extensions.update(hooks=hooks, talks=talks, moods=moods)


def healthz() -> ResponseReturnValue:
    return jsonify(status="ok")


def _secret_key(store: Store) -> str:
    with store.changing():
        kept = store.get("secrets", "sessions") or {"key": secrets.token_hex(32)}
        store.put("secrets", "sessions", kept)
    return str(kept["key"])
