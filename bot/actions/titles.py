"""What is written on buttons."""

LANGUAGES = ("en", "es", "pt")

_WORDS = {
    "check_balance": ("My balance", "Mi saldo", "Meu saldo"),
    "check_usage": ("What I have left", "Mi consumo", "Meu consumo"),
    "view_bill": ("My bill", "Mi factura", "Minha fatura"),
    "dispute_charge": ("A charge is wrong", "Un cargo está mal", "Uma cobrança está errada"),
    "make_payment": ("Pay my bill", "Pagar mi factura", "Pagar minha fatura"),
    "top_up": ("Top up", "Hacer una recarga", "Fazer uma recarga"),
    "payment_failed": ("My payment is missing", "Mi pago no aparece", "Meu pagamento não entrou"),
    "set_up_autopay": ("Automatic payment", "Pago automático", "Pagamento automático"),
    "request_refund": ("A refund", "Un reembolso", "Um reembolso"),
    "list_plans": ("See the plans", "Ver los planes", "Ver os planos"),
    "change_plan": ("Change my plan", "Cambiar mi plan", "Mudar meu plano"),
    "buy_addon": ("More data or a pack", "Más datos o un paquete", "Mais dados ou um pacote"),
    "cancel_service": ("Cancel my line", "Cancelar mi línea", "Cancelar minha linha"),
    "activate_sim": ("Activate a SIM", "Activar un chip", "Ativar um chip"),
    "report_lost_sim": ("Lost or stolen phone", "Perdí mi celular", "Perdi meu celular"),
    "get_puk": ("PUK code", "Código PUK", "Código PUK"),
    "port_number": ("Move my number", "Portar mi número", "Portar meu número"),
    "network_problem": ("No signal or internet", "Sin señal o internet", "Sem sinal ou internet"),
    "roaming_info": ("Use abroad", "Usar en el extranjero", "Usar no exterior"),
    "ticket_status": ("My case", "Mi caso", "Meu chamado"),
    "update_contact": ("Change my details", "Cambiar mis datos", "Mudar meus dados"),
    "talk_to_agent": ("Talk to a person", "Hablar con una persona", "Falar com uma pessoa"),
}


def _told(*words: str) -> dict[str, str]:
    return dict(zip(LANGUAGES, words))


TITLES = {intent: _told(*words) for intent, words in _WORDS.items()}
YES = _told("Yes", "Sí", "Sim")
NO = _told("No", "No", "Não")
NEVER_MIND = _told("Never mind", "Dejarlo así", "Deixar como está")
TRY_AGAIN = _told("Try again", "Intentar de nuevo", "Tentar de novo")
