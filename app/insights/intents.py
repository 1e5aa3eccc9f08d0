"""What a customer may want of the bot: the names that its training data know. Pure."""

BUSINESS = (
    "check_balance", "check_usage", "view_bill", "dispute_charge", "make_payment", "top_up",
    "payment_failed", "set_up_autopay", "request_refund", "list_plans", "change_plan", "buy_addon",
    "cancel_service", "activate_sim", "report_lost_sim", "get_puk", "port_number",
    "network_problem", "roaming_info", "ticket_status", "update_contact", "talk_to_agent",
)  # fmt: skip
SMALL_TALK = ("greet", "goodbye", "thank", "affirm", "deny", "stop_flow", "bot_challenge")
STRANGE = "out_of_scope"
# What it may be taught. What it says when it is not sure is no meaning of a message.
INTENTS = (*BUSINESS, *SMALL_TALK, STRANGE)
# Turned away: nothing was done for the customer.
TURNED_AWAY = ("nlu_fallback", STRANGE)
