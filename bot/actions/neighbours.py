"""Matters that are taken for one another, and the words that tell which it is."""

import re
from dataclasses import dataclass

from actions.turn import NOT_UNDERSTOOD


@dataclass(frozen=True)
class Neighbour:
    """What says `words`, and not `unless`, is `intent` though it was taken for one of `of`."""

    intent: str
    of: tuple[str, ...]
    words: re.Pattern[str]
    unless: re.Pattern[str] | None = None

    def is_meant(self, taken_for: str, said: str) -> bool:
        fits = taken_for in self.of and self.words.search(said) is not None
        return fits and not (self.unless and self.unless.search(said))


DROPS_TV = re.compile(
    r"\b(?:tir|quit|sac|saqu|cancel|drop|remov|elimin|desconect)\w*\b(?:\W+\w+){0,3}\W+"
    r"(?:tv|tele|television|televisao|canais|canales|channels)\b"
    r"|\b(?:get rid of|without|sem|sin) (?:the |a |la )?(?:tv|tele|television|televisao)\b"
)
_TV = r"(?:tv|tele|television|televisao)"
_ENDS = r"(?:quit(?:ar(?:le|la)?|en?|en?me)|cancel\w*|drop|remove|get rid of|tir(?:ar|em?|a)|dar de baja)"
_PAYS_ON = r"(?:parar|deixar|dejar|stop|quit|nao quero|no quiero) (?:de |mais )?(?:pagar|paying)"
# "Quiere quitar la televisión", "stop paying for the TV": her line of television is to be closed.
CLOSES_TV = re.compile(
    rf"\b{_ENDS}(?: \w+){{0,3}} {_TV}\b"
    rf"|\b{_PAYS_ON}\b(?: \w+){{0,6}} {_TV}\b|\b{_TV}\b.*\b{_PAYS_ON}\b"
)
KEEPS_TV = re.compile(
    r"\b(?:me|nos|le)(?: \w+)? (?:quit|cort|tir|cancel)\w*(?:ron|ram)\b"
    r"|\b(?:no|nao|not|don t|dont)(?: \w+)? (?:quit|tir|cancel|drop|remov)\w*"
)
ENDS_AUTOPAY = re.compile(
    r"\b(?:quit|cancel|desactiv|desativ|deslig|par[ae]|stop|suspend|remov|tir)\w*\b(?:\W+\w+){0,4}\W+"
    r"(?:(?:cobro|pago|cargo|debito|pagamento|cobranca) automatic\w+|debito em conta|domicilia\w+"
    r"|auto ?pay|auto ?debit|(?:automatic|direct) (?:payments?|debits?))\b"
)
PAID_TWICE = re.compile(
    r"\b(?:pague|paguei|pagamos|pago|paid)\b.*"
    r"\b(?:dos veces|duas vezes|2 veces|2 vezes|twice|two times|doble|dobro|duplicad\w+)\b"
)
CHARGED_TWICE = re.compile(
    r"\b(?:banco|bank|tarjeta|card|cartao)\b.*\b(?:(?:dos|two|2|duas|dois) (?:\w+ )?"
    r"(?:cargos?|cobros?|charges?|debits?|cobrancas?|debitos?|veces|vezes|times)|twice|doble|dobro)\b"
    r"|\b(?:cobraron|cobraram|charged|cobrad[oa]|debited|debitaram)\b.{0,20}"
    r"\b(?:2 ?x|(?:dos|two|2|duas) (?:veces|vezes|times)|twice|doble|dobro)\b"
)
# "Ya no tengo datos", "out of data": what helps is told with what is seen.
USED_UP = re.compile(
    r"\b(?:(?:ya )?no (?:me quedan?|tengo) (?:mas )?"
    r"|(?:se me )?acab\w+ (?:(?:mis|los|meus|os|a minha|minha|meu) )?"
    r"|nao tenho mais |(?:i m |im |ran |run )?out of (?:my )?)(?:datos|gigas|megas|dados|internet|data|gb)\b"
)
# "N tá fazendo ligação, só chega msg", "can't make calls".
NO_CALLS = re.compile(
    r"\b(?:no|nao|n|not|can t|cant|cannot|doesn t|isn t)(?: \w+){0,3}"
    r" (?:ligacao|ligacoes|chamadas?|llamadas?|calls?)\b"
)
PACKS = re.compile(r"\b(?:packs?|paquet\w+|pacotes?|add ?ons?)\b")
PLAN = re.compile(r"\b(?:plan(?:s|es|os?)?|tarif\w+)\b")
PAYS_ONCE = re.compile(
    r"\b(?:not|n t|don t|won t|wont|no|nao|n) (?:\w+ ){0,2}(?:pay|paying|pag\w+)\b.{0,20}"
    r"\b(?:twice|two times|(?:a )?second time|again|dos veces|2 veces|otra vez|segunda vez|duas vezes|2 vezes"
    r"|de novo|outra vez)\b"
    r"|\b(?:dos veces|duas vezes|twice)\b.{0,12}\b(?:no|nao|not)\b"
)
ONLY_NOW = re.compile(
    r"\b(?:(?:only|just) (?:this|for this|that|for now|now|once)|this once|nomas (?:por )?(?:esta|ahora|hoy)"
    r"|solo (?:por )?(?:esta|ahora|hoy)|so (?:por )?(?:agora|hoje|essa|esta|dessa|desta)|not every month"
    r"|no (?:cada|todos los) mes\w*|nao todo mes)\b"
)
# "Cut both months from my card": what is owed, once.
WHAT_IS_OWED = re.compile(
    r"\b(?:both|the two|las dos|los dos|as duas|os dois|ambas|ambos)(?: \w+)?"
    r" (?:months?|bills?|meses|facturas|recibos|faturas|contas|boletos)\b"
    r"|\b(?:(?:all|everything|whatever)(?: that)? i owe|todo lo que (?:les )?debo"
    r"|tudo (?:o )?que (?:eu )?devo)\b"
)
# "Something small till the month ends": a pack, not a plan.
TILL_THE_MONTH_ENDS = re.compile(
    r"(?=.*\b(?:something|algo|poquito|pouquinho|a little|un poco|um pouco|extra"
    r"|(?:more|some|mas|mais) (?:data|datos|dados))\b)"
    r"(?=.*\b(?:rest|ends?|over|resto|qued\w+|fin|fim|acab\w+|termin\w+|falta)\b)"
    r".*\b(?:till|until|for|hasta|pa|para|ate|pra)\b(?: \w+){0,4} (?:month|mes|cycle|ciclo)\b"
)
# Her line was stopped: what we see of it says why, and offers the payment.
LINE_IS_STOPPED = re.compile(
    r"\b(?:(?:me|nos) (?:\w+ )?(?:cort|quit|suspend|bloque|deslig)\w*(?:aron|ieron|aram|eram)\b"
    r"|(?:cortaram|bloquearam|suspenderam|desligaram|cortaron|suspendieron|bloquearon)"
    r" (?:(?:a|o|la|el|mi|minha|meu) )*"
    r"(?:linea|linha|servicio|servico|numero|telefono|celular|chip|sinal|senal)"
    r"|(?:me|nos) (?:dej|deix)\w+ (?:sin|sem)"
    r" (?:linea|linha|servicio|servico|senal|sinal|telefono|telefone|internet|datos|dados)"
    r"|(?:qued\w+|fiquei|ficamos|fico|toy|estoy|to|estou) (?:sin|sem) (?:linea|linha|servicio|servico)"
    r"|(?:linea|linha|servicio|servico) (?:me )?(?:\w+ )?(?:esta |ta |foi |fue )?"
    r"(?:suspendid|cortad|bloquead)[ao]"
    r"|(?:you|u|they|guys|people|have|has|been|was|got|is|why)\b(?: \w+){0,2}"
    r" (?:cut|disconnected|blocked|barred|suspended|stopped)(?: off)?"
    r" (?:(?:my|our) (?:line|service|number|phone|sim)|(?:it|me|us)$)"
    r"|(?:my|our) (?:line|service|number)(?: \w+){0,2} (?:cut|disconnected|barred|suspended|stopped))\b"
)
HAS_PAID = re.compile(
    r"\b(?:pague|paguei|pagamos|pagado|paid|stolen|lost|rob\w+|perd\w+|banco|bank|cobr\w+|charged"
    r"|(?:qu?an?to|qto|qnt|cuanto|how much)\b.{0,15} (?:dev\w+|deb\w+|owe)"
    r"|(?:ask\w*|want\w*|quiero|quero|pedi|don t|dont|no me|nao me|will|van a|vao)"
    r" (?:\w+ ){0,3}(?:cut|cort\w+|suspend\w*|stop\w*|blo\w+))\b"
)
# In the Latin letters of Hindi: "bill kitna aaya".
HOW_MUCH_IS_THE_BILL = re.compile(
    r"\b(?:bill|paisa|paise|bakaya|due)\b(?: \w+){0,3} (?:kitn[aei]|ktna|kitta)\b"
    r"|\b(?:kitn[aei]|ktna|kitta)\b(?: \w+){0,3} (?:bill|bakaya|due|dena|bharna|bharu|chuka\w+)\b"
)

PAYS_A_PART = re.compile(
    r"\b(?:pag\w+|pay\w*|pass[ae]\w*|cobr\w+|put|charge|debit\w*)\b.*\b(?:o resto|el resto|the rest|lo demas"
    r"|lo que falta|o que falta|restante|remaining)\b"
)
PAYS_AGAIN = re.compile(
    r"\b(?:pag(?:o|ar|arl[oa]|are|arei|amos)|pay)\b(?: \w+){0,2}"
    r" (?:otra vez|de nuevo|de novo|outra vez|again|now|ahora|ahorita|agora)\b"
)
# The code or link that she had is of no use any more.
ANOTHER_LINK = re.compile(
    r"\b(?:send|give|mand\w+|ger\w+|envi\w+|pas\w+|quiero|quero|want|need|necesito|preciso)\b(?: \w+){0,3}"
    r" (?:another|new|fresh|otr[oa]|nuev[oa]|outr[oa]|nov[oa])(?: \w+){0,2}"
    r" (?:links?|liga|enlace|codes?|codigo|pix|upi|qr|boleto)\b"
)
# "Can I pay that by Pix?": what is owed is paid so.
PAYS_WITH = re.compile(
    r"\b(?:pagar(?:l[oa]s?)?|quitar|acertar|liquidar(?:l[oa])?|pay|settle)\b.{0,20}"
    r"\b(?:pix|upi|gpay|phonepe|paytm|oxxo|spei|boleto|card|tarjeta|cartao|link|liga|enlace)\b"
)
PAYS_FOR_ELSE = re.compile(
    r"\b(?:auto\w*|(?:todo|cada) mes|every month|recarg\w+|top ?up|packs?|paquetes?|pacotes?|plan\w*"
    r"|nao|not|can t|cannot|no (?:puedo|pude|me|quiero))\b"
)
LOOK_AT_IT = re.compile(
    r"\b(?:revis\w+|check\w*|look into|verifi\w+|aclar\w+|reclam\w+|contest\w+)\b.{0,25}"
    r"\b(?:cobro|cargo|charge|cobranca)s?\b"
)
SO_HIGH = re.compile(
    r"\b(?:recibo|factura|bill|conta|fatura|boleta)\b.{0,30}\b(?:altisim\w+|carisim\w+"
    r"|(?:muy|mas|super|bien|so|too|very|way|muito|mais|tao) (?:alt[oa]|car[oa]|high|expensive))\b"
)
# What was explained, or told, cannot be so.
DISBELIEVES = re.compile(
    r"\b(?:(?:can ?t|can ?not) (?:possibly )?be(?: (?:right|correct|true|so|possible|mine|real)\b|$)"
    r"|(?:isn t|not) possible(?! to)|impossible(?! to)|no way(?! to)|makes? no sense"
    r"|(?:doesn t|does not|don t|not) (?:add up|make (?:any )?sense)|(?:don t|do not|can t) believe"
    r"|(?:no|nao) (?:puede|pode) ser"
    r"|(?:(?:no|nao) (?:es|e) pos(?:ible|sivel)|imposs?i(?:ble|vel))(?! \w+[aei]r\b)"
    r"|(?:no|nao) (?:tiene|tem|hace|faz) (?:(?:ningun|nenhum) )?sentido"
    r"|no (?:me )?cuadra|nao (?:bate|fecha|acredito)|no (?:se )?l[oe] creo)\b"
)
BY_LINE = re.compile(
    r"\b(?:mand\w+|send|abert\w+|detalh\w+|detall\w+|break\w*|desglos\w+|rate\w+|split|separ\w+)\b"
    r".*\b(?:por|per|by|cada|each) (?:linha|linea|line|numero|number)\b"
)
WHEN_DUE = re.compile(
    r"\b(?:ate|hasta) (?:q|que dia|quando|qnd|cuando)\b.*\b(?:acert\w+|quit\w+|pag\w+)\b"
    r"|\b(?:when|what date|last (?:day|date)|cuando|quando|que dia)\b.*\b(?:pay|due|pago|pagar|vence\w*)\b"
)
HOW_TO_PAY = re.compile(r"\b(?:how|como|link|liga|card|tarjeta|cartao|pix|upi|oxxo)\b")
# "And the rest, by what day?"
REST_UNTIL = re.compile(
    r"\b(?:rest|resto|restante|lo demas|(?:lo|o) que (?:falta|queda|sobra)|balance)\b(?: \w+){0,4}"
    r" (?:until|till|when|by (?:what|which|when)|ate (?:q|que|qual|quando|qdo)|hasta (?:q|que|cuando)|cuando"
    r"|quando|qdo|(?:q|que|what|which) dia|due)\b"
    r"|\b(?:until|till|by|ate|hasta|para) (?:when|what (?:day|date)|cuando|quando|(?:q|que) dia)\b"
    r"(?: \w+){0,4} (?:rest|resto|restante|lo demas)\b"
)
OTHER_MODE = re.compile(
    r"^(?:and|y|e|any|what about|do you have|tienen|tem|hay)\b.*"
    r"\b(?:prepaid|postpaid|prepago|pospago|pre ?pag[oa]|pos ?pag[oa])\b"
)
ONLY_WEIGHS = re.compile(
    r"\b(?:vale (?:a|la) pena|compensa|worth (?:it|the)|me conviene|sai mais em conta)\b"
)
BIGGER = re.compile(
    r"\b(?:[ao] de cima|plano maior|plan mas grande|(?:faster|bigger) (?:plan|one)|subir de plan\w*"
    r"|aument\w+ (?:o|el|a|la) (?:plan\w*|velocid\w+))\b"
)
MORE_THAN_HERS = re.compile(
    r"\b(?:algo|something|anything|alguma coisa|algum|alguma)(?: \w+)? (?:mas|mais|more|\w+er)\b.{0,20}"
    r"\b(?:que|than)\b.{0,15}\b(?:llevo|tengo|tenho|have|mio|mia|meu|minha|mine)\b"
)
NOT_THE_PLAN = re.compile(
    r"\b(?:no quiero|nao quero|don t want to|sin|sem|without) (?:cambi\w+|mud\w+|troc\w+|chang\w+)"
    r" (?:(?:de|o|el|my|mi|meu|the) )*plan\w*\b"
)
THANKS = re.compile(
    r"^(?:(?:ok|muito|muchas|mil|many|ah) )*"
    r"(?:obg|obrigad\w+|brigad\w+|gracias|grax|grcs|thanks|thank you|thx|ty|vlw|valeu)(?: \w+){0,3}$"
)

# Her line is to go into another telephone, or from a card to an eSIM.
_HER_LINE = r"(?:my|mi|minha|meu) (?:line|number|linea|numero|linha)"
SWAPS_SIM = re.compile(
    r"\b(?:pass?\w*|mov\w+|transfer\w*|switch|chang\w*|cambi\w+|troc\w+|mud\w+|convert\w*|quiero|quero|want"
    r"|need|preciso|necesito)\b.{0,40}\be ?sim\b"
    r"|\b(?:no|without|sem|sin|nao tem|no tiene|doesn ?t have)\b.{0,20}"
    r"\b(?:tray|slot|gavet\w+|bandej\w+|charol\w+|ranura|buraquinho|buraco|hueco|hoyito|entrada)\b"
    r"|\b(?:only|solo|so|apenas|nomas|just)\b.{0,12}"
    r"\b(?:takes?|accepts?|supports?|works? with|acepta|usa|trae|lleva|aceita|pega)\b.{0,10}\be ?sim\b"
    rf"|\b(?:pass?\w*|mov\w+|transfer\w*|put)\b.{{0,20}}\b{_HER_LINE}\b.{{0,25}}"
    r"\b(?:phone|iphone|celular|telefono|aparelho|cel|it|ele|el)\b"
)
_CARD = r"(?:chip|sim|card|cartao|tarjeta)"
_BROKE = (
    r"(?:quebr\w*|part(?:iu|io)|rach\w+|romp\w+|rot[oa]|dana\w+|broke\w*|crack\w*|snapped|bent|damag\w*"
    r"|estrag\w+|queim\w+|quem[oa]\w*|burn\w*|nao le|(?:no|nao|not|doesn t|don t|won t) (?:(?:me|lo|le|it) )?"
    r"(?:encaix\w+|fits?|entra|cabe|qued[ao]|reconhec\w+|recono\w+|recogni\w+|lee|detect\w*|read\w*))"
)
BROKEN_SIM = re.compile(rf"\b{_CARD}(?: \w+){{0,3}} {_BROKE}\b|\b{_BROKE}(?: \w+){{0,3}} {_CARD}\b")
ACTIVATES = re.compile(r"\b(?:activ\w+|ativ\w+|scan\w*|escan\w+|qr)\b")
OFFERS = re.compile(
    r"\b(?:o que|oq|o q|que|what|cuales|quais)\b.{0,12}"
    r"\b(?:tem|tienen|manejan|have|got|offer|ofrecen|oferecem)\b"
    r".*\b(?:celular|movil|mobile|phone|plan\w*|estudante|estudiante|student)\b"
)
# She has told it before, and heard nothing since.
REPORTED = re.compile(
    r"\b(?:report(?:e|ei|ed)|(?:hice|levante|abri|fiz|raised|opened|made|logged|lodged|gave)"
    r" (?:a|an|un|una|um|uma|the|el|o|my) (?:reporte|ticket|queja|chamado|reclamacao|complaint|case|report)"
    r"|(?:hable|falei|spoke|talked) (?:con|com|with|to) (?:ustedes|voces|vcs|you))\b.*"
    r"\b(?:nada|nothing|nadie|ninguem|nobody|no ?one|no (?:news|reply|answer|update|response)"
    r"|(?:any|alguna?|alguma) (?:news|update|noticia|novedad|novidade)|quedaron|ficaram de|alguem viu)\b"
)
MY_CASE = re.compile(
    r"\b(?:my|mi|meu|minha|el|o|the) (?:chamado|reporte|ticket|complaint|case|caso|queja|protocolo"
    r"|reclamacao)\b"
)
# She keeps the line and does not use it, also for a journey.
PAUSES = re.compile(
    r"\b(?:paus(?:a|e|es|ar|arl[oa]|arme|o|ing|en|em)"
    r"|(?:congel\w+|freez\w+)(?: \w+){0,2} (?:lines?|numbers?|plan\w*|lineas?|numeros?|linhas?|servi\w+)"
    r"|(?:put|keep|poner|pon\w*|dej\w+|deix\w+|colocar)(?: \w+){0,4}"
    r" (?:parad[oa]|(?:en|em|on) (?:pausa|hold|pause|standby)))\b"
)
# "Me cortaron los datos": what has become of her line tells whether it is a fault.
_SERVICE = (
    r"(?:datos|dados|data|internet|net|megas|gigas|line|linea|linha|servicio|servico|service|senal|sinal|signal"
    r"|celular|telefono|telefone|cel|phone|sim|chip|number|numero)"
)
CUT_OFF = re.compile(
    r"\b(?:(?:me|nos|n) (?:la |lo )?(?:cort|quit|suspend|bloque)(?:aron|o)"
    r"|(?:cortaram|bloquearam|suspenderam|tiraram)"
    r"|(?:cut|blocked|stopped|suspended|barred|disconnected)(?: off)?)(?: \w+){0,2} "
    rf"{_SERVICE}\b"
    rf"|\b(?:my|mi|minha|meu|the|el|la|a|o) {_SERVICE} (?:(?:is|esta|ta|was|fue|foi|got|has been) )?"
    r"(?:cut|blocked|dead|stopped|suspended"
    r"|cortad[oa]|bloquead[oa]|suspendid[oa]|suspens[oa]|parou|morreu|murio)\b"
)
NEIGHBOURS = (
    Neighbour("network_problem", NOT_UNDERSTOOD, CUT_OFF),
    Neighbour("network_problem", NOT_UNDERSTOOD, USED_UP),
    Neighbour("network_problem", NOT_UNDERSTOOD, NO_CALLS),
    Neighbour("buy_addon", ("list_plans",), PACKS, PLAN),
    Neighbour(
        "cancel_service",
        ("roaming_info", "make_payment", "change_plan", "check_balance", *NOT_UNDERSTOOD),
        PAUSES,
    ),
    Neighbour("ticket_status", ("network_problem", "update_contact", *NOT_UNDERSTOOD), REPORTED),
    Neighbour("ticket_status", ("network_problem", "check_usage"), MY_CASE),
    Neighbour("list_plans", NOT_UNDERSTOOD, OFFERS),
    Neighbour("list_plans", ("change_plan", "check_usage", *NOT_UNDERSTOOD), MORE_THAN_HERS),
    Neighbour("buy_addon", ("change_plan",), NOT_THE_PLAN),
    Neighbour("list_plans", ("change_plan",), ONLY_WEIGHS),
    Neighbour("list_plans", ("check_balance", "payment_failed", "make_payment", "top_up"), OTHER_MODE),
    Neighbour("change_plan", ("network_problem",), BIGGER),
    Neighbour("view_bill", ("top_up", "activate_sim", "check_usage", "list_plans", *NOT_UNDERSTOOD), BY_LINE),
    Neighbour("check_balance", ("make_payment",), WHEN_DUE, HOW_TO_PAY),
    Neighbour(
        "check_balance",
        ("make_payment", "payment_failed", "port_number", "view_bill", *NOT_UNDERSTOOD),
        REST_UNTIL,
        HOW_TO_PAY,
    ),
    Neighbour("thank", ("list_plans", "buy_addon", "view_bill", *NOT_UNDERSTOOD), THANKS),
    Neighbour("cancel_service", ("change_plan",), DROPS_TV),
    Neighbour(
        "cancel_service",
        ("make_payment", "update_contact", "list_plans", *NOT_UNDERSTOOD),
        CLOSES_TV,
        KEEPS_TV,
    ),
    Neighbour(
        "set_up_autopay",
        ("payment_failed", "dispute_charge", "cancel_service", "make_payment", *NOT_UNDERSTOOD),
        ENDS_AUTOPAY,
    ),
    Neighbour(
        "network_problem",
        (
            "payment_failed",
            "cancel_service",
            "ticket_status",
            "check_balance",
            "report_lost_sim",
            "activate_sim",
            *NOT_UNDERSTOOD,
        ),
        LINE_IS_STOPPED,
        HAS_PAID,
    ),
    Neighbour(
        "check_balance",
        ("view_bill", "make_payment", "dispute_charge", "check_usage", "list_plans", *NOT_UNDERSTOOD),
        HOW_MUCH_IS_THE_BILL,
        re.compile(r"\b(?:kyu\w*|kyo\w*|why|[zj]yada|galat|wrong)\b"),
    ),
    Neighbour("make_payment", ("set_up_autopay",), ONLY_NOW),
    Neighbour("make_payment", ("set_up_autopay",), WHAT_IS_OWED, re.compile(r"\bauto")),
    Neighbour("buy_addon", ("change_plan", "list_plans"), TILL_THE_MONTH_ENDS, re.compile(r"\bplan")),
    Neighbour("make_payment", ("make_payment", "payment_failed", "request_refund"), ANOTHER_LINK),
    Neighbour("make_payment", ("make_payment", *NOT_UNDERSTOOD), PAYS_WITH, PAYS_FOR_ELSE),
    Neighbour("make_payment", ("payment_failed",), PAYS_AGAIN, PAYS_ONCE),
    Neighbour("request_refund", ("dispute_charge", "view_bill"), CHARGED_TWICE),
    Neighbour("dispute_charge", ("request_refund", "view_bill", *NOT_UNDERSTOOD), LOOK_AT_IT),
    Neighbour("dispute_charge", ("view_bill", "list_plans", *NOT_UNDERSTOOD), SO_HIGH),
    Neighbour("make_payment", ("payment_failed", "top_up", "check_balance", *NOT_UNDERSTOOD), PAYS_A_PART),
    Neighbour("report_lost_sim", ("activate_sim",), SWAPS_SIM, ACTIVATES),
    Neighbour("report_lost_sim", ("activate_sim", "network_problem", *NOT_UNDERSTOOD), BROKEN_SIM, ACTIVATES),
    Neighbour("request_refund", ("payment_failed", "dispute_charge", "make_payment"), PAID_TWICE, PAYS_ONCE),
)
SMALL_TALK = ("goodbye", "greet", *NOT_UNDERSTOOD)
# Right after a task, what only asks on about what was told; who has too little left may have more.
ASKS_ON = {
    "roaming_info": Neighbour(
        "roaming_info",
        ("check_usage", "check_balance", "list_plans", "port_number", "network_problem"),
        re.compile(r"^(?:e|y|and|what if|how much|quanto|cuanto|a como)\b"),
    ),
    "check_balance": Neighbour(
        "check_balance",
        ("view_bill", "make_payment", "ticket_status", *SMALL_TALK),
        re.compile(
            r"\b(?:until|till|valid|expires?|vence|caduca|vale ate|hasta cuando|ate quando|validade)\b"
        ),
    ),
    "view_bill": Neighbour(
        "dispute_charge",
        ("network_problem", "payment_failed", "check_usage", "report_lost_sim", "change_plan", *SMALL_TALK),
        DISBELIEVES,
    ),
    "port_number": Neighbour(
        "port_number",
        ("list_plans", "check_usage", "ticket_status", "activate_sim", *SMALL_TALK),
        re.compile(
            r"\b(?:how (?:long|many days)|cuant\w+ (?:tiempo|tarda\w*|dias)|quant\w+ (?:tempo|dias))\b"
        ),
    ),
    "check_usage": Neighbour(
        "buy_addon",
        ("dispute_charge", *SMALL_TALK),
        re.compile(
            r"\b(?:nomas|nada mas|solo|only|just|so|tan poco|tao pouco)\b.{0,12}\b(?:eso|that|isso)\b"
        ),
    ),
}
