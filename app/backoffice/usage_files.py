"""Files of usage: what came, how far it is, and why it was refused; taking one in by hand."""

from uuid import UUID

from flask import g, request, url_for
from flask.typing import ResponseReturnValue

from app.backoffice import bp
from app.core.errors import Invalid
from app.markets.queries import market
from app.mediation import access, beside, queries, service
from app.mediation.models import FileStatus
from app.web import htmx
from app.web.input import takes
from app.web.login import current_actor, staff_with


@bp.get("/usage/files")
@staff_with("usage.import")
def usage_files() -> ResponseReturnValue:
    actor = current_actor()
    asked = {
        name: request.args.get(name, "").replace("\0", "")[:60] for name in ("source", "status")
    }
    return htmx.show(
        "backoffice/files/files.html",
        "backoffice/files/_files.html",
        found=queries.files(
            actor,
            source=asked["source"],
            status=asked["status"],
            after=request.args.get("after"),
        ),
        asked=asked,
        sources=queries.sources(actor),
        statuses=list(FileStatus),
    )


@bp.get("/usage/files/<uuid:file_id>")
@staff_with("usage.import")
def usage_file(file_id: UUID) -> ResponseReturnValue:
    file = access.file_for(current_actor(), file_id, "usage.import")
    g.timezone = market(file.market_code).timezone
    return htmx.show("backoffice/files/file.html", "backoffice/files/_file.html", file=file)


@bp.post("/usage/files")
@staff_with("usage.import")
@takes("source", "file", "control")
def upload_usage_file() -> ResponseReturnValue:
    """A file by hand, read by a worker; very large ones come through the folder or the API."""
    sent, by = request.files.get("file"), current_actor()
    if sent is None or not sent.filename:
        raise Invalid(field="file")
    source = request.form.get("source", "")
    received = service.receive(
        source, sent.filename, sent.stream, by=by, control=_control(), to_read=True
    )
    return htmx.go(url_for("backoffice.usage_file", file_id=received.id))


def _control() -> bytes | None:
    """The file of control totals beside it; a browser sends an empty one for none."""
    sent = request.files.get("control")
    if sent is None or not sent.filename:
        return None
    return sent.stream.read(beside.LONGEST + 1)
