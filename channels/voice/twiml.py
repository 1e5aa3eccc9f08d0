"""A step as TwiML: what is said, and how the answer is taken."""

from typing import Any

from twilio.twiml.voice_response import VoiceResponse

from channels.dialogue import Ask, Dial, Enqueue, Pause, Place, Play, Record, Step

# The voice that says it, and the language that is listened for.
VOICES = {
    "en": ("Polly.Joanna-Neural", "en-US"),
    "es": ("Polly.Mia-Neural", "es-MX"),
    "pt": ("Polly.Camila-Neural", "pt-BR"),
}
_SECONDS_TO_ANSWER = 7
_SECONDS_TO_RING = 25


def document(step: Step, place: Place, *, written_down: bool = False) -> str:
    """`written_down`: what is said with an agent on a recorded line is told us as text."""
    response = VoiceResponse()
    onward = f"{place.base}/{place.turn + 1}"
    if written_down and isinstance(step.act, Dial) and step.act.recorded:
        _write_down(response, step, place)
    if step.act is not None:
        _act(response, step, place, onward)
    elif step.ask is not None:
        _say(response.gather(**_listening(step, onward)), step)
        response.redirect(onward, method="POST")  # silence is an answer, too
    else:
        _say(response, step)
        response.hangup()
    return str(response)


def _act(response: VoiceResponse, step: Step, place: Place, onward: str) -> None:
    match step.act:
        case Enqueue(queue):
            _say(response, step)
            wait, action = f"{place.base}/wait", f"{place.base}/queued"
            response.enqueue(queue, wait_url=wait, action=action, method="POST")
        case Record(longest):
            _say(response, step)
            response.record(
                max_length=longest,
                play_beep=True,
                finish_on_key="#",
                action=onward,
                method="POST",
                recording_status_callback=f"{place.base}/voicemail",
                transcribe=True,
                transcribe_callback=f"{place.base}/transcribed",
            )
        case Dial() as dial:
            _dial(response, step, dial, place)
        case Play(pause, leave):
            _wait(response, step, place, pause, leave=leave)
        case Pause(seconds, event):
            _say(response, step)
            response.pause(length=seconds)
            response.redirect(f"{place.base}/{event}" if event else onward, method="POST")


def _write_down(response: VoiceResponse, step: Step, place: Place) -> None:
    response.start().transcription(
        name="desk",  # a name that is already at work is not begun twice
        track="both_tracks",
        language_code=VOICES[step.language][1],
        status_callback_url=f"{place.base}/uttered",
        status_callback_method="POST",
    )


def _dial(response: VoiceResponse, step: Step, dial: Dial, place: Place) -> None:
    _say(response, step)
    recording: dict[str, Any] = {}
    if dial.recorded:
        recording = {
            "record": "record-from-answer-dual",
            "recording_status_callback": f"{place.base}/recorded",
        }
    made = response.dial(
        action=f"{place.base}/dialled", method="POST", timeout=_SECONDS_TO_RING, **recording
    )
    if dial.client:
        _ring_browser(made, dial)
    if dial.sip:
        made.sip(dial.sip)


def _ring_browser(made: Any, dial: Dial) -> None:
    if not dial.about:
        made.client(dial.client)
        return
    client = made.client()
    client.identity(dial.client)
    client.parameter(name="about", value=dial.about)


def _wait(response: VoiceResponse, step: Step, place: Place, pause: int, *, leave: bool) -> None:
    if leave:
        _say(response, step)
        response.leave()
        return
    again = f"{place.base}/wait"
    gather = response.gather(input="dtmf", num_digits=1, timeout=pause, action=again, method="POST")
    _say(gather, step)
    response.redirect(again, method="POST")


def _listening(step: Step, onward: str) -> dict[str, Any]:
    how: dict[str, Any] = {
        "input": "dtmf speech",
        "language": VOICES[step.language][1],
        "action": onward,
        "method": "POST",
        "timeout": _SECONDS_TO_ANSWER,
        "speech_timeout": "auto",
        "barge_in": True,
    }
    if step.ask is not Ask.DIGITS:
        one_key = all(len(each.key) == 1 for each in step.options)
        how["num_digits"] = 1 if one_key else 2
        words = (word for each in step.options for word in (each.title, *each.words))
        if hints := ", ".join(dict.fromkeys(words))[:1000]:
            how["hints"] = hints
    else:
        how["finish_on_key"] = "#"
        if step.digits:
            how["num_digits"] = step.digits
    return how


def _say(where: Any, step: Step) -> None:
    if step.text:
        voice, language = VOICES[step.language]
        where.say(step.text, voice=voice, language=language)
