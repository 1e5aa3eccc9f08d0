"""Countries and ways to pay: what has a name is found by its name."""

import re
from collections.abc import Iterator

from components.finding import Fact

COUNTRIES = {
    "MX": "mexico", "BR": "brazil|brasil", "IN": "india", "AR": "argentina", "CO": "colombia", "PE": "peru",
    "CL": "chile", "UY": "uruguay|uruguai", "PY": "paraguay|paraguai", "BO": "bolivia",
    "EC": "ecuador|equador",
    "VE": "venezuela", "CR": "costa rica", "PA": "panama", "GT": "guatemala", "HN": "honduras",
    "SV": "el salvador", "NI": "nicaragua", "DO": "dominican republic|republica dominicana", "CU": "cuba",
    "US": r"u\.?s\.?a\b\.?|united states|the states|estados unidos|e\.?u\.?a\b\.?|eeuu|ee\.? ?uu\.?",
    "CA": "canada", "GB": r"u\.?k\b\.?|united kingdom|england|inglaterra|reino unido|scotland|escocia",
    "IE": "ireland|irlanda", "ES": "spain|espana|espanha", "PT": "portugal", "FR": "france|francia|franca",
    "DE": "germany|alemania|alemanha", "IT": "italy|italia", "NL": "netherlands|holland|holanda|paises bajos",
    "BE": "belgium|belgica", "CH": "switzerland|suiza|suica", "AT": "austria", "GR": "greece|grecia",
    "TR": "turkey|turquia", "JP": "japan|japon|japao", "CN": "china",
    "KR": "south korea|corea del sur|coreia do sul",
    "TH": "thailand|tailandia", "SG": "singapore|singapur|singapura", "MY": "malaysia|malasia",
    "ID": "indonesia", "PH": "philippines|filipinas", "NP": "nepal", "LK": "sri lanka", "BD": "bangladesh",
    "PK": "pakistan|paquistan|paquistao",
    "AE": r"dubai|u\.?a\.?e\b|emirates|emiratos(?: arabes)?|emirados(?: arabes)?",
    "SA": "saudi(?: arabia)?|arabia saudita", "QA": "qatar|catar", "IL": "israel", "EG": "egypt|egipto|egito",
    "MA": "morocco|marruecos|marrocos", "NG": "nigeria", "KE": "kenya|kenia|quenia", "GH": "ghana|gana",
    "ZA": "south africa|sudafrica|africa do sul", "UG": "uganda", "TZ": "tanzania", "RW": "rwanda|ruanda",
    "AU": "australia", "NZ": "new zealand|nueva zelanda|nova zelandia", "RU": "russia|rusia",
}  # fmt: skip
METHODS = {
    "credit_card": "credit card|tarjeta de credito|cartao de credito|tc de credito",
    "debit_card": "debit card|tarjeta de debito|cartao de debito",
    "card": "tarjeta|cartao|visa|master ?card|amex|(?<!sim )(?<!the sim )card",
    "pix": "pix", "upi": "upi|bhim", "paytm": "paytm", "phonepe": "phone ?pe",
    "google_pay": "g ?pay|google pay",
    "apple_pay": "apple pay", "oxxo": "oxxo", "spei": "spei", "boleto": "boleto",
    "mercado_pago": "mercado ?pago", "paypal": "pay ?pal", "picpay": "pic ?pay", "nequi": "nequi",
    "yape": "yape", "plin": "plin", "pse": "pse", "mpesa": "m-? ?pesa", "mobile_money": "mobile money|momo",
    "venmo": "venmo", "cash": "cash|efectivo|dinheiro vivo|em dinheiro",
    "bank_transfer": "transferencia|bank transfer|net ?banking|wire transfer|ted|deposito bancario",
    "direct_debit": "direct debit|debito automatico|domiciliacion",
}  # fmt: skip
NOT_TO_PAY_WITH = r"(?! (?:sim|chip)\b)(?! que me llego)"


def _named(table: dict[str, str], beyond: str = "") -> dict[str, re.Pattern[str]]:
    return {code: re.compile(rf"(?<![\w@.])(?:{names}){beyond}(?!\w)") for code, names in table.items()}


COUNTRY, METHOD = _named(COUNTRIES), _named(METHODS, NOT_TO_PAY_WITH)


def listed_in(plain: str) -> Iterator[Fact]:
    for kind, table in (("country", COUNTRY), ("payment_method", METHOD)):
        for code, pattern in table.items():
            for match in pattern.finditer(plain):
                yield Fact(kind, code, match.start(), match.end())
