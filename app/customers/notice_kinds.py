"""Everything customers are told by SMS or e-mail, in one table: which channels, which words.

A domain adds its kinds here; facts are named in the words as `%(name)s`.
"""

from dataclasses import dataclass
from typing import Any

from app.core.i18n import lazy

SMS, EMAIL = "sms", "email"
CHANNELS = (SMS, EMAIL)


@dataclass(frozen=True, slots=True)
class NoticeKind:
    """`subject` heads the e-mail, `text` is the SMS and the e-mail's body."""

    subject: Any
    text: Any
    channels: tuple[str, ...] = CHANNELS


KINDS: dict[str, NoticeKind] = {
    "line_active": NoticeKind(
        lazy("Your line is active"),
        lazy("Your line %(number)s with %(plan)s is active. Welcome!"),
    ),
    "esim_ready": NoticeKind(
        lazy("Your eSIM is ready"),
        lazy(
            "The eSIM of %(number)s is ready. Open My account on another screen and scan its code "
            "with your phone."
        ),
        channels=(EMAIL,),
    ),
    "identity_rejected": NoticeKind(
        lazy("We could not confirm your identity"),
        lazy(
            "We could not confirm your identity with the paper that you showed. Please come back "
            "with another paper, or write to us."
        ),
    ),
    # Signing in.
    "new_device": NoticeKind(
        lazy("You signed in from a new device"),
        lazy(
            "Somebody, probably you, signed in to My account from a device that was not used "
            "before (%(address)s). If it was not you, change your password and sign out everywhere."
        ),
        channels=(EMAIL,),
    ),
    "password_changed": NoticeKind(
        lazy("Your password was changed"),
        lazy(
            "The password of My account was changed, and you were signed out everywhere else. If "
            "it was not you, write to us at once."
        ),
    ),
    "passkeys_changed": NoticeKind(
        lazy("Your passkeys were changed"),
        lazy(
            "A passkey of My account was added or removed. If it was not you, write to us at once."
        ),
        channels=(EMAIL,),
    ),
    # Bills.
    "invoice_issued": NoticeKind(
        lazy("Your bill is ready"),
        lazy(
            "Your bill %(number)s is ready: %(amount)s, to be paid by %(day)s. You find it in "
            "My account."
        ),
    ),
    "invoice_settled": NoticeKind(
        lazy("Your bill is ready"),
        lazy("Your bill %(number)s is ready. Nothing of it is left to pay."),
    ),
    "invoice_again": NoticeKind(
        lazy("Your bill %(number)s"),
        lazy("You asked for bill %(number)s of %(amount)s. You find it here: %(url)s"),
        channels=(EMAIL,),
    ),
    "payment_due": NoticeKind(
        lazy("A bill is to be paid"),
        lazy(
            "Please pay %(amount)s of bill %(number)s, due on %(day)s, in My account. If you "
            "cannot, write to us."
        ),
    ),
    "outgoing_blocked": NoticeKind(
        lazy("Your lines are blocked"),
        lazy(
            "Outgoing service of your lines is blocked: %(amount)s of bill %(number)s, due on "
            "%(day)s, is not paid. Pay it in My account and your lines work again."
        ),
    ),
    "disconnected": NoticeKind(
        lazy("Your lines are cut off"),
        lazy(
            "Your lines are cut off: %(amount)s of bill %(number)s, due on %(day)s, is not "
            "paid. Pay it in My account and they work again. Unless you do, they are disconnected "
            "for good on %(last)s."
        ),
    ),
    "payment_link": NoticeKind(
        lazy("Your link to pay"),
        lazy("Pay %(amount)s of bill %(number)s here: %(url)s"),
        channels=(SMS,),
    ),
    "dispute_upheld": NoticeKind(
        lazy("We looked into your complaint"),
        lazy(
            "We looked into the charge on bill %(number)s and give you back %(amount)s. %(answer)s"
        ),
    ),
    "dispute_refused": NoticeKind(
        lazy("We looked into your complaint"),
        lazy("We looked into the charge on bill %(number)s: it is right and stays. %(answer)s"),
    ),
    # Money.
    "refund_done": NoticeKind(
        lazy("Your money comes back"),
        lazy(
            "We gave back %(amount)s of your payment of %(day)s. Your bank may need some days "
            "to show it."
        ),
    ),
    "refund_failed": NoticeKind(
        lazy("Your money did not reach you"),
        lazy(
            "We gave back %(amount)s of your payment of %(day)s, but your bank did not take it. "
            "The money is yours and is with us again; we will find another way with you."
        ),
    ),
    "chargeback_opened": NoticeKind(
        lazy("Your bank took a payment back"),
        lazy(
            "Your bank took back %(amount)s of your payment of %(day)s, so it no longer counts "
            "as paid. If you know nothing of this, write to us."
        ),
    ),
    "payment_plan_agreed": NoticeKind(
        lazy("Your payment plan"),
        lazy(
            "You pay %(amount)s in %(parts)s parts, the first by %(day)s. As long as you do, "
            "nothing is blocked for it."
        ),
    ),
    "payment_plan_broken": NoticeKind(
        lazy("Your payment plan has ended"),
        lazy(
            "A part of your payment plan was not paid in time, so the plan has ended and all "
            "that is open is due. Please pay it in My account."
        ),
    ),
    "autopay_bill": NoticeKind(
        lazy("AutoPay will pay your bill"),
        lazy(
            "On %(day)s or soon after, AutoPay takes %(amount)s for bill %(number)s. You can "
            "stop it in My account before."
        ),
    ),
    "autopay_top_up": NoticeKind(
        lazy("AutoPay will top up your line"),
        lazy(
            "On %(day)s or soon after, AutoPay takes %(amount)s to top up %(line)s. You can "
            "stop it in My account before."
        ),
    ),
    "autopay_over_limit": NoticeKind(
        lazy("AutoPay needs you"),
        lazy(
            "%(amount)s is more than you let AutoPay take. Please pay it yourself in My "
            "account, or raise the limit."
        ),
    ),
    "autopay_second_factor": NoticeKind(
        lazy("AutoPay needs you"),
        lazy(
            "Your bank wants you to confirm a payment of %(amount)s. Please pay it yourself in "
            "My account."
        ),
    ),
    "autopay_failed": NoticeKind(
        lazy("AutoPay could not pay"),
        lazy(
            "AutoPay could not take %(amount)s and does not try again. Please pay it in My "
            "account, or choose another way to pay there."
        ),
    ),
    # Prepaid.
    "top_up_received": NoticeKind(
        lazy("Your top-up has arrived"),
        lazy("%(amount)s has arrived on %(line)s. Your balance is %(balance)s."),
    ),
    "voucher_redeemed": NoticeKind(
        lazy("Your voucher is redeemed"),
        lazy("Your voucher of %(amount)s is on %(line)s. Your balance is %(balance)s."),
    ),
    "recharged_twice": NoticeKind(
        lazy("You topped up twice"),
        lazy(
            "%(line)s was topped up by %(amount)s twice in a short time. If that was a mistake, "
            "write to us."
        ),
    ),
    "recharged_twice_extended": NoticeKind(
        lazy("Your plan runs longer"),
        lazy(
            "%(line)s was topped up by %(amount)s twice, so your plan is paid for one more "
            "period. If that was a mistake, write to us."
        ),
    ),
    "data_threshold": NoticeKind(
        lazy("Your data"),
        lazy("%(percent)s %% of the data of %(line)s is used. The rest is for use until %(day)s."),
        channels=(SMS,),
    ),
    "data_used_up": NoticeKind(
        lazy("Your data is used up"),
        lazy("The data of %(line)s is used up until %(day)s. You can add some in My account."),
        channels=(SMS,),
    ),
    "data_abroad_threshold": NoticeKind(
        lazy("Your data abroad"),
        lazy(
            "%(percent)s %% of the data that %(line)s has for abroad is used. The rest is for use "
            "until %(day)s."
        ),
        channels=(SMS,),
    ),
    "data_abroad_used_up": NoticeKind(
        lazy("Your data abroad is used up"),
        lazy("The data that %(line)s has for abroad is used up. You can add some in My account."),
        channels=(SMS,),
    ),
    "voice_threshold": NoticeKind(
        lazy("Your minutes"),
        lazy(
            "%(percent)s %% of the minutes of %(line)s are used. The rest is for use until %(day)s."
        ),
        channels=(SMS,),
    ),
    "voice_used_up": NoticeKind(
        lazy("Your minutes are used up"),
        lazy("The minutes of %(line)s are used up until %(day)s. Further calls are charged."),
        channels=(SMS,),
    ),
    "sms_threshold": NoticeKind(
        lazy("Your messages"),
        lazy(
            "%(percent)s %% of the messages of %(line)s are used. The rest is for use until "
            "%(day)s."
        ),
        channels=(SMS,),
    ),
    "sms_used_up": NoticeKind(
        lazy("Your messages are used up"),
        lazy("The messages of %(line)s are used up until %(day)s. Further ones are charged."),
        channels=(SMS,),
    ),
    "plan_expired": NoticeKind(
        lazy("Your plan is over"),
        lazy(
            "The plan of %(line)s is over, and outgoing service is blocked. Top up and it begins "
            "again."
        ),
    ),
    # Lines.
    "plan_change_scheduled": NoticeKind(
        lazy("Your plan will change"),
        lazy("%(line)s changes to %(plan)s on %(day)s."),
    ),
    "plan_change_fell_back": NoticeKind(
        lazy("Your plan stays as it is"),
        lazy(
            "The change of %(line)s to %(plan)s could not be made, so your plan stays as it is. "
            "Write to us and we find a way."
        ),
    ),
    "plan_changed": NoticeKind(
        lazy("Your plan has changed"),
        lazy("%(line)s is on %(plan)s now."),
    ),
    "sim_missing": NoticeKind(
        lazy("Your line is blocked"),
        lazy(
            "%(line)s is blocked because its SIM was reported missing. If it was not you, write "
            "to us at once."
        ),
    ),
    "sim_replaced": NoticeKind(
        lazy("Another SIM is in use"),
        lazy(
            "%(line)s works with another SIM now. If you did not ask for it, write to us at once."
        ),
    ),
    "disconnection_ordered": NoticeKind(
        lazy("Your line will be disconnected"),
        lazy(
            "%(line)s will be disconnected on %(day)s. If you did not ask for it, write to us "
            "at once."
        ),
    ),
    "transfer_asked": NoticeKind(
        lazy("A line is to become yours"),
        lazy(
            "%(line)s is to move to your account %(account)s, which pays for it from then on. "
            "Please confirm or refuse it in My account by %(day)s."
        ),
    ),
    "sharing_will_end": NoticeKind(
        lazy("A shared plan will end"),
        lazy(
            "%(gone)s leaves us on %(day)s. Until then %(line)s shares its plan, and after that it "
            "goes on with its own allowances."
        ),
    ),
    "sharing_goes_on": NoticeKind(
        lazy("Your shared plan goes on"),
        lazy("%(gone)s stays with us, and %(line)s goes on sharing its plan."),
    ),
    "sharing_ended": NoticeKind(
        lazy("A shared plan has ended"),
        lazy(
            "%(gone)s has left, and %(line)s no longer shares its plan. It goes on with its own "
            "allowances."
        ),
    ),
    "sharing_left": NoticeKind(
        lazy("A line has left your shared plan"),
        lazy("%(gone)s has left and no longer shares the plan of %(line)s."),
    ),
    "discount_will_end": NoticeKind(
        lazy("A discount will end"),
        lazy(
            "%(line)s leaves us on %(day)s. From %(start)s on your other lines cost %(amount)s a "
            "month more without it (%(discounts)s)."
        ),
    ),
    "discount_goes_on": NoticeKind(
        lazy("Your discount goes on"),
        lazy("%(line)s stays with us, and your other lines cost what they did."),
    ),
    "discount_ended": NoticeKind(
        lazy("A discount ends"),
        lazy(
            "%(line)s has left. From %(start)s on your other lines cost %(amount)s a month more "
            "without it (%(discounts)s)."
        ),
    ),
    "prepaid_discount_will_end": NoticeKind(
        lazy("A discount will end"),
        lazy(
            "%(gone)s leaves us on %(day)s. From the renewal of %(start)s on, the plan of "
            "%(lines)s costs %(after)s instead of %(before)s without it (%(discounts)s)."
        ),
    ),
    "prepaid_discount_ended": NoticeKind(
        lazy("A discount ends"),
        lazy(
            "%(gone)s has left. From the renewal of %(start)s on, the plan of %(lines)s costs "
            "%(after)s instead of %(before)s without it (%(discounts)s)."
        ),
    ),
    "line_handed_over": NoticeKind(
        lazy("Your line has moved"),
        lazy(
            "%(line)s has moved to another account, which pays for it from now on. What was open "
            "before stays with you."
        ),
    ),
    "line_taken_over": NoticeKind(
        lazy("A line has come to your account"),
        lazy("%(line)s is on your account %(account)s now, with the same number, SIM and plan."),
    ),
    "line_stays": NoticeKind(
        lazy("Your line stays"),
        lazy("Thank you for your payment. %(line)s is not disconnected and works again."),
    ),
    "line_left": NoticeKind(
        lazy("Your line is disconnected"),
        lazy("%(line)s is disconnected. Thank you for the time with us."),
    ),
    "line_left_owing": NoticeKind(
        lazy("Your line is disconnected"),
        lazy(
            "%(line)s is disconnected. %(amount)s is still to be paid: you find the bills in My "
            "account."
        ),
    ),
    "port_code_issued": NoticeKind(
        lazy("A code to take your number with you"),
        lazy(
            "A code was made to take %(line)s to another operator, valid until %(day)s. You "
            "find it in My account. If it was not you, write to us at once."
        ),
    ),
    "port_in_active": NoticeKind(
        lazy("Your number has arrived"),
        lazy("%(line)s is with us now. Welcome!"),
    ),
    "port_in_refused": NoticeKind(
        lazy("Your number could not come"),
        lazy(
            "%(line)s could not come to us and stays where it is. Write to us and we find out why."
        ),
    ),
    "port_in_cancelled": NoticeKind(
        lazy("Your number stays where it is"),
        lazy("You no longer bring %(line)s to us: it stays where it is."),
    ),
    # Cases that are worked without a chat.
    "ticket_answered": NoticeKind(
        lazy("An answer to your case %(reference)s"),
        lazy("Your case %(reference)s: %(answer)s You can answer in My account."),
    ),
    "ticket_resolved": NoticeKind(
        lazy("Your case %(reference)s is solved"),
        lazy("Your case %(reference)s is solved: %(answer)s If it is not, tell us in My account."),
    ),
    # Companies: what employees ask for.
    "approval_asked": NoticeKind(
        lazy("Somebody asks for your approval"),
        lazy("%(name)s asks for %(plan)s on %(line)s. Please decide in My account by %(day)s."),
    ),
    "approval_approved": NoticeKind(
        lazy("Your request was approved"),
        lazy("%(plan)s on %(line)s was approved."),
    ),
    "approval_refused": NoticeKind(
        lazy("Your request was refused"),
        lazy("%(plan)s on %(line)s was refused. %(note)s"),
    ),
    "approval_expired": NoticeKind(
        lazy("Nobody decided on your request"),
        lazy("Nobody decided in time on %(plan)s for %(line)s. You can ask again."),
    ),
    # Complaints that the law gives a number and a time.
    "complaint_registered": NoticeKind(
        lazy("Your complaint has the number %(number)s"),
        lazy(
            "Your complaint is registered. Its number is %(number)s, and you have our answer by "
            "%(day)s at the latest."
        ),
    ),
    # How it was.
    "survey_email": NoticeKind(
        lazy("How was it?"),
        lazy(
            "Your request %(reference)s is solved. How was it? One tap is enough: %(url)s\n\n"
            "You get this once for each request."
        ),
        channels=(EMAIL,),
    ),
    "survey_sms": NoticeKind(
        lazy("How was it?"),
        lazy("Your request %(reference)s is solved. How was it? One tap is enough: %(url)s"),
        channels=(SMS,),
    ),
}
