"""Every sentence of the chat widget, translated when it is handed out."""

from typing import Any

from app.core.i18n import lazy

_TEXTS: dict[str, Any] = {
    "title": lazy("Chat with us"),
    "open": lazy("Open the chat"),
    "open_unread": lazy("Open the chat: %(count)s new messages"),
    "close": lazy("Close the chat"),
    "language": lazy("Language"),
    "messages": lazy("Messages"),
    "write": lazy("Write a message…"),
    "send": lazy("Send"),
    "attach": lazy("Attach a file"),
    "remove_file": lazy("Remove %(name)s"),
    "too_many_files": lazy("At most 10 files fit in one message."),
    "file_too_large": lazy("A file may have at most 25 MB."),
    "quick_replies": lazy("Suggested answers"),
    "assistant": lazy("Assistant"),
    "bot_badge": lazy("bot"),
    "agent": lazy("Agent"),
    "is_typing": lazy("%(name)s is typing…"),
    "waiting": lazy("You are in line for a person"),
    "waiting_position": lazy("You are number %(position)s in line"),
    "with_bot": lazy("Our assistant answers at once"),
    "with_agent": lazy("You are talking with %(name)s"),
    "with_someone": lazy("You are talking with a person"),
    "resolved": lazy("Finished. Write to go on."),
    "connecting": lazy("Connecting…"),
    "offline": lazy("No connection. Your messages will be sent later."),
    "try_now": lazy("Try now"),
    "failed": lazy("That did not work. Please try again."),
    "retry": lazy("Try again"),
    "discard": lazy("Discard"),
    "sent": lazy("Sent"),
    "read": lazy("Read"),
    "refused": lazy("Not sent"),
    "queued": lazy("Sending"),
    "pay": lazy("Pay now"),
    "opens_new_tab": lazy("Opens in a new tab"),
    "rating_title": lazy("How was our help?"),
    "rating_stars": lazy("%(score)s of 5"),
    "rating_comment": lazy("Tell us more (optional)"),
    "rating_thanks": lazy("Thank you for your rating!"),
}


def texts() -> dict[str, str]:
    """All sentences in the language in use."""
    return {name: str(text) for name, text in _TEXTS.items()}
