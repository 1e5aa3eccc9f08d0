"""What open boards hear: figures of a market, to those who may see it."""

from app.insights.events import BoardMoved, Whispered
from app.web.realtime import DESK, board_room, socketio, staff_room


def board_moved(event: BoardMoved) -> None:
    for room in (board_room(event.market_code), board_room("all")):
        socketio.emit("board_figures", event.figures, namespace=DESK, to=room)


def whispered(event: Whispered) -> None:
    """To every window of the agent, by id: she fetches the words."""
    told = {"conversation_id": str(event.conversation_id)}
    socketio.emit("whispered", told, namespace=DESK, to=staff_room(event.to_staff_id))
