"""Builds the application out of its parts."""

from flask import Flask
from sqlalchemy import event
from werkzeug.middleware.proxy_fix import ProxyFix

from app import celery as task_queue
from app import cli, wiring
from app.api import bot as bot_api
from app.api import scim
from app.api import v1 as api_v1
from app.backoffice import bp as backoffice
from app.core import db, keyring, secrets
from app.core.keyring import FromEnvironment
from app.hooks import bp as hooks
from app.portal import bp as portal
from app.supervision import bp as supervision
from app.web import (
    csrf,
    disclosure,
    errors,
    filters,
    health,
    input,  # noqa: A004 - what comes in, not the function
    limits,
    locale,
    logs,
    masked,
    metrics,
    realtime,
    security,
    staff_pages,
    trail_words,
)
from app.workspace import bp as workspace
from config import Config

# A message may carry a 25 MiB file; nothing else comes near.
LARGEST_REQUEST = 26 * 1024 * 1024


def create_app(config: Config | None = None, *, serve_sockets: bool = False) -> Flask:
    """The application. `serve_sockets` makes this process hold the Socket.IO connections."""
    config = config or Config()
    config.check()
    app = Flask(__name__)
    app.config.update(
        DIALTONE=config,
        SECRET_KEY=config.secret_key,
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=1024 * 1024,
        TRAP_HTTP_EXCEPTIONS=False,
    )
    if config.trusted_proxies:
        seen_by = ProxyFix(app.wsgi_app, x_for=config.trusted_proxies, x_proto=0, x_host=0)
        app.wsgi_app = seen_by  # type: ignore[method-assign]
    logs.configure(production=config.production)
    secrets.set_key(config.secret_key)
    secrets.set_trail_keys(config.vouching_keys)
    connect_database(app, config, patient=serve_sockets)
    keyring.plug_in(FromEnvironment(config.sealing_keys))
    parts = (
        locale.speak,
        filters.install,
        trail_words.install,
        staff_pages.install,
        masked.install,
        csrf.protect,
        errors.handle,
        input.install,
        health.install,
        disclosure.install,
    )
    for part in parts:
        part(app)
    security.protect(app, config)
    metrics.install(app, config)
    limits.install(app, config.redis_url)
    machines = (hooks, bot_api.bp, api_v1.bp, scim.bp)
    for surface in (workspace, portal, supervision, backoffice, *machines):
        app.register_blueprint(surface)
    app.cli.add_command(cli.usage)
    app.cli.add_command(cli.email)
    app.cli.add_command(cli.bot)
    app.cli.add_command(cli.audit)
    app.cli.add_command(cli.kb)
    app.cli.add_command(cli.search)
    app.cli.add_command(cli.keys)
    app.cli.add_command(cli.privacy)
    task_queue.configure(app, config.redis_url)
    wiring.wire(config, wake=task_queue.wake)
    connect_sockets(app, config, serve=serve_sockets)
    return app


def connect_database(app: Flask, config: Config, *, patient: bool) -> None:
    engine = db.connect(config.database_url, pool_size=config.database_pool, patient=patient)
    app.extensions["engine"] = engine
    app.teardown_appcontext(lambda _error: db.session.remove())
    event.listen(engine, "connect", _set_limits)


def _set_limits(connection: object, _record: object) -> None:
    """No statement holds a request for longer than a person would wait. Committed, because what
    is set in a transaction that ends in a rollback was never set."""
    with connection.cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute(
            "SET statement_timeout = '30s'; SET lock_timeout = '5s'; SET timezone = 'UTC'"
        )
    connection.commit()  # type: ignore[attr-defined]


def connect_sockets(app: Flask, config: Config, *, serve: bool) -> None:
    if serve:
        realtime.serve(app, config)
        wiring.open_namespaces(config)
    else:
        realtime.write_only(config)
