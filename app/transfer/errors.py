"""What moving in refuses."""

from app.core.errors import Conflict, Invalid
from app.core.i18n import lazy


class NotThisFormat(Invalid):
    code = "not_this_format"
    message = lazy("This file is not of the chosen kind.")


class FileTooLarge(Invalid):
    code = "file_too_large"
    message = lazy("A file may have at most 25 MB.")


class ColumnsMissing(Invalid):
    code = "columns_missing"

    def __init__(self, names: str) -> None:
        super().__init__(lazy("Please say which column is: %(names)s.", names=names), names=names)


class AlreadyRunning(Conflict):
    code = "already_running"
    message = lazy("This file is being brought in already, or it is done.")
