"""Tasks: what the bot does for a customer, one file each.

A task is one intent's work: the questions it asks, in order, and the kind of proposal it ends in. The
engine does the rest: it asks for what is missing, takes corrections, answers what she asks in between
and comes back, has her confirm, lets the application do it once, and cancels. To write one:

1. `tasks/buy_addon.py`, like `change_plan.py`:

       class BuyAddon(Task):
           intent = "buy_addon"
           kind = "buy_addon"  # of app/selfservice/proposals; leave it out for a task that only tells
           questions = (
               which_line(is_active, none="utter_no_active_line"),
               Question("pack", "utter_ask_pack", options=packs, none="utter_no_pack", about="paquete pack"),
           )

   A question's answers come from the application (`options`, an async function of the turn and the
   answers so far), from a fact in her words (`entity`, by NLU.md), from `hear` (`number`, `words`, or
   your own), or from several of these. Options "yes" and "no" are also chosen by saying so.
   `wanted` turns the answers into what the proposal is asked with, where names differ. A task without
   a kind has `tell(turn, answers)`, and speaks itself. `ends_in` chooses the kind by the answers,
   `goes_on` says whether more is asked after a proposal was done, `begins` gives strangers an article,
   `agrees` hears a yes in words of its own. `asks_again = {"amount_too_small": "amount"}` asks anew
   after that refusal; other refusals are explained and a person is offered.
2. Add it to `TASKS` below. The intent's action comes by itself (`actions/doing.py`), and the one that
   looked for an article steps back.
3. `domain/domain.yml`: the question's slot among the `entities` (a pressed button carries it).
4. `domain/responses/`: the responses, in three languages. No buttons on those that ask; one that a
   question names as `none` ends in the offer of a person, as `utter_no_active_line` does.
5. `app_client.py`: what `options` asks for. Its answers for tests: `tests/contracts/bot_<kind>.json`,
   listed in `bot/tests/twin.py`.

`handover.hand_over` gives up to a person and ends all work.
"""

from actions.tasks.activate_sim import ActivateSim
from actions.tasks.buy_addon import BuyAddon
from actions.tasks.cancel_service import CancelService
from actions.tasks.change_plan import ChangePlan
from actions.tasks.check_balance import CheckBalance
from actions.tasks.check_usage import CheckUsage
from actions.tasks.dispute_charge import DisputeCharge
from actions.tasks.get_puk import GetPuk
from actions.tasks.make_payment import MakePayment
from actions.tasks.network_problem import NetworkProblem
from actions.tasks.payment_failed import PaymentFailed
from actions.tasks.port_number import PortNumber
from actions.tasks.report_lost_sim import ReportLostSim
from actions.tasks.request_refund import RequestRefund
from actions.tasks.roaming_info import RoamingInfo
from actions.tasks.set_up_autopay import SetUpAutopay
from actions.tasks.task import Task
from actions.tasks.ticket_status import TicketStatus
from actions.tasks.top_up import TopUp
from actions.tasks.update_contact import UpdateContact
from actions.tasks.view_bill import ViewBill

TASKS: dict[str, Task] = {
    task.intent: task
    for task in (
        ChangePlan(),
        CheckBalance(),
        CheckUsage(),
        DisputeCharge(),
        MakePayment(),
        PaymentFailed(),
        RequestRefund(),
        SetUpAutopay(),
        TopUp(),
        ViewBill(),
        ActivateSim(),
        BuyAddon(),
        CancelService(),
        GetPuk(),
        NetworkProblem(),
        PortNumber(),
        ReportLostSim(),
        RoamingInfo(),
        TicketStatus(),
        UpdateContact(),
    )
}
