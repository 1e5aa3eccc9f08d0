"""Money named without its currency: "they took my 20", "ponme 100", "veio 189", "what is this 4.99"."""

import re

from components.finding import any_of
from components.numbers import WORD

# What is done with money, or to it, before the number.
DONE = any_of(
    r"""
    rec[ah]r[eg]g?\w+ recarg\w+ recarreg\w+ recharg\w+ top(?:ped|ping)?_?-?up airtime saldo credito
    load(?:ed)? refund_of devolucion_de devolucao_de reembolso_de estorno_de
    pay(?:ing)? paid spent charged? billed owe deducted debited credit(?:ed)? sent added? put refund(?:ed)?
    reverse grabbed took taken? swallowed costs? under below budget(?:_is)? only total_of debit_of fee_of
    want instead_of is_it now says said promised was usually normally
    pag(?:o|ue|uei|a|ar|ando|amos|ava|aba|ado) cobr\w+ deb[oei]\w* devo transfer\w+ deposit\w+ abon\w+
    pon(?:go|me|le|er|erle|erme|eme|gale|ganle)? puse pus met(?:e|ele|eme|er|erle|erme|i)
    ech(?:a|ame|ale|o|e) carg[auo]\w*
    bot(?:a|ei|o|ar) coloc\w+ coloque\w* poe mand\w+ gast\w+ sac\w+ rebaj\w+ descont\w+ quit\w+
    vei?o vino viene vem sale salio sali lleg[oa] eran? era_de son cuesta costo vale custa
    reintegr\w+ devolv\w+
    llevaron comieron tragaron levaram comeram engoliram sumiram some pasar?_de hasta ate menos_de
    me_sacan decia siempre sempre plano_e plan_es quieren? querem quer agora_e ahora(?:_es|_son)?
    em_vez_de en_vez_de faltam? faltan faltou dar dando pidiendo\w* multa_de cargo_de cobro_de
    """
)
SMALL = any_of(
    """my the me mis los las os as meus uns unos de of with por con com for in a about like only just solo so
    eran them us you guys ya mais more otros mi te le
    dos_veces duas_vezes por_error por_equivocacion sin_querer por_engano sem_querer by_mistake"""
)
# What else a number may count: then it is no money.
COUNTED = any_of(
    r"""
    gb mb gigas? gigs? g\b megas? dias? days? min mins minut\w* h\b hs\b hrs? horas? hours? % / : x\b de_\w+
    am\b pm\b a\.?m p\.?m in_the vec\w* vezes times lin\w* people person\w* pes?soas gente mes\w* months?
    week\w* seman\w* years? ano?s yrs? th\b st\b nd\b rd\b sms chip\w* sim\w* cel\w* phone\w* call\w*
    llamad\w* ligac\w* bar\w* of\b other different diferent\w* digit\w* numero\w* cuotas parcelas
    plan\w* tv aparelhos quadras cuadras metros
    """
)
NO_OTHER = rf"(?! ?(?:{COUNTED}))"
THOUSANDS = r"(?P<mil> ?mil\b|k\b)?"
LARGE = (
    r"(?:\d{1,3}(?= ?mil\b|k\b)|\d{2,5}|\d{1,3}(?:[.,]\d{3})+(?:[.,]\d\d)?|\d+[.,]\d\d)"
    r"(?![\d.,]*\d|[a-jln-z]|m(?!il\b)|-\d)"
)
TENS = any_of(
    """ten twenty thirty forty fifty hundred diez veinte treinta cuarenta cincuenta cien
    dez vinte trinta quarenta cinquenta cem mil"""
)
GONE = any_of(
    """went got was were has had never paid sent loaded put deducted debited credited charged gone vanished
    disappeared just been took taken added"""
)
HER_PHONE = any_of(
    "phone mobile cell number line sim cel celu celular movil chip numero linea linha telemovel"
)
RELOADED = any_of("recharge kar karo kardo karna karwana dal daal dalo lagao laga top plan pack paise")
SPENT = (
    re.compile(
        rf"\b(?:{DONE})(?: (?:{SMALL})){{0,3}} (?P<bare>{LARGE}|{WORD}(?<=\w\w\w)){THOUSANDS}{NO_OTHER}"
    ),
    re.compile(
        rf"\b(?:my|los|os|meus|uns|unos|mis) (?P<bare>\d{{2,5}}(?![\d.,]*\d)"
        rf"|(?:{TENS}))\b{THOUSANDS}{NO_OTHER}"
        r"(?= (?:y|and|e|que|q|i|se|me)\b|[.,!?]|$)"
    ),
    re.compile(
        rf"\b(?:the|that|those) (?P<bare>\d{{2,5}}(?![\d.,]*\d)|(?:{TENS}))\b{THOUSANDS}"
        rf"(?= (?:i|that|which|you|u|it)? ?(?:{GONE})\b)"
    ),
    re.compile(
        rf"(?<![\d.,:/-])\b(?P<bare>\d{{1,5}}){THOUSANDS}"
        rf"(?= (?:(?:de|of|em) (?:recarga|saldo|credit\w*|airtime)"
        rf"|(?:on|to|a|en|al|no|pro|pra|para) (?:my|mi|el|meu|o|a|his|her|this)? ?(?:{HER_PHONE}))\b)"
    ),
    re.compile(r"\bfor (?P<bare>\d{2,4})(?P<mil>k\b)?(?= (?:a|per) month\b)"),
    re.compile(rf"(?P<bare>\b\d{{2,5}})(?P<mil>k\b)? (?:ka|ki|ke|wala|se)\b(?= (?:{RELOADED})|[ .!?]*$)"),
)
CENTS = re.compile(
    r"(?<![\d.,:/-])(?<!\bat )(?<!\blas )(?<!\bversion )"
    rf"\b(?P<bare>\d{{1,5}}[.,]\d\d)\b(?![.,:/-]?\d){THOUSANDS}{NO_OTHER}"
)
RATE = re.compile(  # not "at 4.30", the time
    rf"\bat (?P<bare>\d{{1,5}}[.,]\d\d){THOUSANDS}"
    r"(?= (?:a|per|each|every) (?:day|week|month|year|minute|text)\b)"
)
