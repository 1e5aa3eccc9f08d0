"""What identity does with what it announced: codes leave after the commit, at least once."""

from app.core.i18n import gettext as _
from app.core.i18n import speaking
from app.identity import codes, switch
from app.identity.events import CodeIssued


def send_code(event: CodeIssued) -> None:
    letter = codes.letter_of(event.code_id)
    if letter is None:
        return
    minutes = round((letter.expires_at - letter.issued_at).total_seconds() / 60)
    with speaking(letter.language):
        text = _(
            "%(code)s is your code. It is valid for %(minutes)s minutes. Nobody from us will ask "
            "you for it.",
            code=letter.to_send,
            minutes=minutes,
        )
    switch.post().send(letter.channel, letter.address, text, key=str(letter.id))
    codes.note_sent(letter.id)
