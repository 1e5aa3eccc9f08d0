"""Anybody's mailbox: what the operator wrote to her, and what she answers or begins."""

import re
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from app.demo.world import bodies, csrf, sandbox
from app.demo.world.countries import market_of
from app.demo.world.phone_pages import TABS, Phones
from app.demo.world.refusals import Refusal
from app.demo.world.sandbox import Reached
from app.demo.world.sendgrid import SendGrid
from app.demo.world.talks import Bubble, Talks, new_id
from app.demo.world.visitor import Visitor

LONGEST = 20_000
_ADDRESS = re.compile(r"[^\s@<>,;\"]{1,64}@[^\s@<>,;\"]{1,190}")


def blueprint(page: "MailboxPage", visitor: Visitor) -> Blueprint:
    pages = Blueprint("mailbox_pages", __name__, url_prefix="/mailbox")
    csrf.protect(pages)
    visitor.listen(pages)
    pages.get("/")(page.mailbox)
    pages.post("/mails")(page.write)
    pages.post("/mails/<mail_id>/answer")(page.answer)
    return pages


@dataclass(frozen=True, slots=True)
class MailboxPage:
    phones: Phones
    talks: Talks
    sendgrid: SendGrid

    def mailbox(self) -> ResponseReturnValue:
        address = self._address()
        return render_template(
            "world/mailbox/mails.html",
            tabs=TABS,
            address=address,
            people=self.phones.accounts.everybody(),
            inboxes=[each for each in sandbox.REACHED if each.channel == "email"],
            own=self._inbox(),
            mails=self.talks.between(address, ["email"])[::-1],
        )

    def write(self) -> ResponseReturnValue:
        form = request.form.to_dict()
        inbox = sandbox.by_account("email", form.get("to", ""))
        if inbox is None:
            raise bodies.invalid("to", "must be one of the operator's addresses")
        subject = " ".join(bodies.text(form, "subject", default="").split())
        return self._sent(inbox, subject, bodies.text(form, "text", longest=LONGEST))

    def answer(self, mail_id: str) -> ResponseReturnValue:
        """With what she answers below, as mail programs do."""
        asked = self.talks.find(mail_id)
        inbox = sandbox.by_key(asked.key) if asked else None
        if asked is None or inbox is None or asked.person != self._address():
            raise Refusal(404, "not_found", "There is no such mail.")
        words = bodies.text(request.form.to_dict(), "text", longest=LONGEST)
        quoted = "\n".join(f"> {line}" for line in asked.text.splitlines())
        if asked.from_us:
            self.sendgrid.is_read(asked, inbox)
        subject = asked.subject if asked.subject.startswith("Re: ") else f"Re: {asked.subject}"
        text = f"{words}\n\nOn {asked.at[:10]}, {inbox.address} wrote:\n{quoted}\n"
        return self._sent(
            inbox,
            subject,
            text,
            to=asked.more.get("to", ""),
            answers_message=asked.more.get("message_id", ""),
        )

    def _sent(self, inbox: Reached, subject: str, text: str, **more: str) -> ResponseReturnValue:
        address = self._address()
        everybody = self.phones.accounts.everybody()
        name = next((each.name for each in everybody if each.email == address), "")
        mail = Bubble(
            new_id("mail"),
            "email",
            inbox.key,
            address,
            False,
            text,
            subject=subject,
            more={"name": name, **more},
        )
        self.talks.keep(mail)
        self.sendgrid.from_a_mailbox(mail, inbox)
        return redirect(url_for(".mailbox"), 303)

    def _address(self) -> str:
        """Of whom was asked for; else of the phone's owner, until another phone is taken."""
        owner = self.phones.owner()
        asked = request.args.get("address", "").strip().lower()
        if _ADDRESS.fullmatch(asked):
            session["address"] = asked
        elif session.get("address_of") != self.phones.number():
            session["address"] = owner.email.lower() if owner else "somebody@example.com"
        session["address_of"] = self.phones.number()
        return str(session["address"])

    def _inbox(self) -> str:
        number = self.phones.number()
        found = sandbox.reached("email", market_of(number))
        return found.address if found else ""
