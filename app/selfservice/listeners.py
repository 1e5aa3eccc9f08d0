"""What self-service does when others announce something: errands, for they go outside."""

from app.conversations.events import ConversationAssigned
from app.selfservice.events import RecordingArrived
from app.selfservice.service import calls, outgoing


def put_through(event: ConversationAssigned) -> None:
    outgoing.call_back_once(event.conversation_id)
    calls.put_through(event.conversation_id, event.staff_name)


def fetch_recording(event: RecordingArrived) -> None:
    calls.fetch_recording(event.dialogue_id, event.recording_id, event.url, event.purpose)
