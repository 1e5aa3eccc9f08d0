"""What identity does with what it announced: codes and letters leave after the commit, at least
once."""

from app.core.i18n import gettext as _
from app.core.i18n import speaking
from app.identity import codes, letters, switch
from app.identity.events import CodeIssued, LetterWritten


def send_code(event: CodeIssued) -> None:
    letter = codes.letter_of(event.code_id)
    if letter is None:
        return
    minutes = round((letter.expires_at - letter.issued_at).total_seconds() / 60)
    with speaking(letter.language):
        text = _text(letter.purpose, code=letter.to_send, minutes=minutes)
    switch.post().send(letter.channel, letter.address, text, key=str(letter.id))
    codes.note_sent(letter.id)


def send_letter(event: LetterWritten) -> None:
    letter = letters.unsent(event.letter_id)
    if letter is None or letter.text is None:
        return
    switch.post().send("email", letter.address, letter.text, key=str(letter.id))
    letters.note_sent(letter.id)


def _text(purpose: str, **words: object) -> str:
    if purpose == codes.IN_CONVERSATION:
        return _(
            "%(code)s is your code. Write it only in your conversation with us, within "
            "%(minutes)s minutes. If you have none now, tell it to nobody.",
            **words,
        )
    return _(
        "%(code)s is your code. It is valid for %(minutes)s minutes. Nobody from us will ask "
        "you for it.",
        **words,
    )
