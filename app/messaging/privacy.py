"""What went through providers: words and addresses go, with the messages they belong to."""

from app.core.personal import Blank, Delete, Part, Personal

PART = Part(
    tables=(
        Personal(
            "arrival",
            {"message_id": "message", "conversation_id": "conversation"},
            Blank(edited_text=None),
        ),
        Personal("conversation_place", {"conversation_id": "conversation"}, Delete()),
        Personal("delivery", {"notice_id": "notice", "conversation_id": "conversation"}, Delete()),
        Personal("enclosure", {"delivery_id": "delivery"}, Delete()),
        Personal("file_link", {"attachment_id": "attachment"}, Delete()),
        Personal("mail_copy", {"conversation_id": "conversation"}, Delete()),
        Personal("mail_page", {"message_id": "message"}, Delete()),
        Personal("pending_file", {"message_id": "message"}, Delete()),
        Personal("unread_answer", {"conversation_id": "conversation"}, Delete()),
    ),
    exempt={
        "channel_contact": "by address, before anybody knows whose it is; a stop must outlive her",
        "early_receipt": "ids of providers, gone in an hour",
        "mailbox_mark": "how far a mailbox was read",
        "message_template": "sentences of the operator",
        "provider_call": "sealed, and forgotten after the days a market says",
    },
)
