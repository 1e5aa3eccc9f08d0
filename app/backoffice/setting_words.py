"""What the settings of providers are called on the screen of an inbox, and where each is found.

A provider may use a name in its own way: then its line goes before that of the name alone.
"""

from typing import Any

from app.backoffice import bp
from app.core.i18n import lazy
from app.web.filters import spoken

# The label, and the hint below it.
WORDS: dict[str, tuple[Any, Any]] = {
    "account_sid": (
        lazy("Account SID"),
        lazy("Twilio Console, Account info. It begins with AC."),
    ),
    "auth_token": (
        lazy("Auth token"),
        lazy("Twilio Console, Account info. It also proves that calls come from Twilio."),
    ),
    "sender": (
        lazy("Sender"),
        lazy("A number or name that you send from, when it is not the number of this inbox."),
    ),
    "messaging_service_sid": (
        lazy("Messaging service SID"),
        lazy("Twilio Console, Messaging, Services: a pool of senders. It begins with MG."),
    ),
    "voice/twilio/api_key": (
        lazy("API key SID"),
        lazy("Twilio Console, API keys: lets agents take calls in the browser. It begins with SK."),
    ),
    "api_secret": (
        lazy("API key secret"),
        lazy("Shown once, when the API key is made."),
    ),
    "application_sid": (
        lazy("TwiML App SID"),
        lazy("Twilio Console, Voice, TwiML Apps. It begins with AP."),
    ),
    "sip_address": (
        lazy("SIP address of the agents"),
        lazy("Where calls go when nobody takes them in the browser, like sip:desk@example.com."),
    ),
    "write_down_calls": (
        lazy("Write down what is said"),
        lazy("“yes” shows calls with agents as text. Twilio charges for it by the minute."),
    ),
    "voice/switch/secret": (
        lazy("Shared secret"),
        lazy("The same as in your telephone switch, which signs its calls with it."),
    ),
    "trusted_numbers": (
        lazy("Caller numbers are vouched for"),
        lazy("“yes” when your own network says who calls; leave it empty for calls from outside."),
    ),
    "token": (
        lazy("Token in the address"),
        lazy("Long and random; put ?token=… at the end of the callback address at the provider."),
    ),
    "networks": (
        lazy("Networks that may call"),
        lazy("Addresses of Africa's Talking like 203.0.113.0/24, separated by commas."),
    ),
    "bot_token": (lazy("Bot token"), lazy("@BotFather in Telegram shows it when a bot is made.")),
    "telegram/telegram/secret": (
        lazy("Secret of the webhook"),
        lazy("You choose it; Telegram sends it back with every call. Letters, digits, _ and -."),
    ),
    "phone_number_id": (
        lazy("Phone number ID"),
        lazy("Meta for Developers, your app, WhatsApp, API setup. It is not the number itself."),
    ),
    "account_id": (
        lazy("Page or account ID"),
        lazy("The id of the Facebook page or of the Instagram professional account."),
    ),
    "access_token": (
        lazy("Access token"),
        lazy("Meta Business settings, System users: one that does not expire."),
    ),
    "app_secret": (
        lazy("App secret"),
        lazy("Meta for Developers, your app, Basic settings. It proves that calls come from Meta."),
    ),
    "verify_token": (
        lazy("Verify token"),
        lazy("You choose it, and write the same where you enter the webhook at Meta."),
    ),
    "address": (
        lazy("Mail address"),
        lazy("Where customers write to and what your mails come from."),
    ),
    "name": (lazy("Name of the sender"), lazy("What customers see before the address.")),
    "reply_domain": (
        lazy("Domain for answers"),
        lazy("Answers come to reply+…@ this domain; the domain of the address unless you say so."),
    ),
    "signature": (
        lazy("Signature"),
        lazy("Put below everything that leaves from this inbox."),
    ),
    "email/sendgrid/api_key": (
        lazy("API key"),
        lazy("SendGrid, Settings, API Keys, with the right Mail Send. It begins with SG."),
    ),
    "inbound_token": (
        lazy("Token of Inbound Parse"),
        lazy("You choose it; put ?token=… at the end of the address in SendGrid, Inbound Parse."),
    ),
    "inbound_login": (
        lazy("Login of Inbound Parse"),
        lazy("name:password, when the address in SendGrid has one instead of a token."),
    ),
    "inbound_key": (
        lazy("Public key of Inbound Parse"),
        lazy("SendGrid, Inbound Parse, Security policy: when posts are signed."),
    ),
    "events_key": (
        lazy("Public key of events"),
        lazy("SendGrid, Mail settings, Event webhook, Signature verification."),
    ),
    "smtp_host": (lazy("SMTP server"), lazy("That takes your mails, like smtp.example.com.")),
    "smtp_port": (lazy("SMTP port"), lazy("465 with TLS and 587 with STARTTLS unless you say so.")),
    "smtp_tls": (
        lazy("SMTP encryption"),
        lazy("tls, starttls or none; starttls unless you say so."),
    ),
    "smtp_user": (lazy("SMTP user"), lazy("Often the mail address.")),
    "smtp_password": (
        lazy("SMTP password"),
        lazy("With two-step sign-in the provider gives you one for this alone."),
    ),
    "imap_host": (
        lazy("IMAP server"),
        lazy("Where mails arrive; without it nothing is fetched."),
    ),
    "imap_port": (lazy("IMAP port"), lazy("993 with TLS and 143 else unless you say so.")),
    "imap_tls": (lazy("IMAP encryption"), lazy("tls, starttls or none; tls unless you say so.")),
    "imap_user": (lazy("IMAP user"), lazy("As for SMTP unless you say so.")),
    "imap_password": (lazy("IMAP password"), lazy("As for SMTP unless you say so.")),
    "imap_folder": (lazy("Folder"), lazy("That is read; INBOX unless you say so.")),
    "authserv_id": (
        lazy("Name of your mail server"),
        lazy(
            "As it signs its Authentication-Results, like mx.example.com. Without it no address is"
            " believed, and nobody is recognised by mail."
        ),
    ),
}  # fmt: skip

# Of more than one line.
LONG = frozenset({"signature"})


def _words(name: str, inbox: Any) -> tuple[Any, Any]:
    own = f"{inbox.channel}/{inbox.provider}/{name}"
    return WORDS.get(own) or WORDS.get(name) or (name.replace("_", " "), "")


def setting_label(name: str, inbox: Any) -> str:
    return str(_words(name, inbox)[0])


def setting_hint(name: str, inbox: Any) -> str:
    return str(_words(name, inbox)[1])


bp.add_app_template_filter(spoken(setting_label), "setting_label")
bp.add_app_template_filter(spoken(setting_hint), "setting_hint")
