"""Pictures and documents of articles, for who may read the article."""

from uuid import UUID

from flask.typing import ResponseReturnValue

from app.portal import bp, me
from app.portal.help.place import STRANGER
from app.web.login import open_to_all
from app.web.served import stored
from kb import access


@bp.get("/help/files/<uuid:kept_id>")
@open_to_all
def help_file(kept_id: UUID) -> ResponseReturnValue:
    kept = access.file_for(me.actor() or STRANGER, kept_id)
    return stored(kept.stored_as, kept.media_type, kept.name)
