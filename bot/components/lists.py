"""Countries and ways to pay: what has a name is found by its name."""

import re
from collections.abc import Iterator

from components.finding import Fact

COUNTRIES = {
    "MX": "(?<!ciudad de )(?<!new )(?<!cidade do )mexico(?! city)", "BR": "(?<!banco do )(?:brazil|brasil)",
    "IN": "india", "AR": "argentina", "CO": "colombia", "PE": "peru", "CL": "chile", "UY": "uruguay|uruguai",
    "PY": "paraguay|paraguai", "BO": "bolivia", "EC": "ecuador|equador", "VE": "venezuela",
    "CR": "costa rica", "PA": "panama", "GT": "guatemala", "HN": "honduras", "SV": "el salvador",
    "NI": "nicaragua", "DO": "(?:the )?dominican republic|republica dominicana", "CU": "cuba", "HT": "haiti",
    "JM": "jamaica", "TT": "trinidad(?: (?:and|y|e|&) tobago)?", "PR": "puerto rico|porto rico",
    "BS": "bahamas", "BB": "barbados", "BZ": "belice|belize", "SR": "surinam|suriname",
    "GY": "guyana|(?<!a )guiana(?! francesa)", "GF": "french guiana|guayana francesa|guiana francesa",
    "US": r"u\.s\.a?\.?|(?<=the )usa?|(?<=\bin )usa|(?<=\bto )usa|(?<=\bfrom )usa|(?<=\ben )usa"
    r"|(?<=\blos )usa"
    r"|united states|the states|estados unidos|\beua|e\.u\.a\.?|eeuu|ee\.? ?uu\.?|ee\. uu\.",
    "CA": "canada",
    "GB": r"u\.?k\b\.?|united kingdom|(?:great )?britain|england|inglaterra|reino unido|scotland"
    "|escocia|gales|wales|gran bretana|gra bretanha",
    "IE": "ireland|irlanda", "ES": "spain|espana|espanha", "PT": "portugal", "FR": "france|francia|franca",
    "DE": "germany|alemania|alemanha", "IT": "italy|italia",
    "NL": "(?:the )?netherlands|holland|holanda|paises bajos|paises baixos",
    "BE": "belgium|belgica", "CH": "switzerland|suiza|suica", "AT": "austria", "GR": "greece|grecia",
    "TR": "turkey|turquia", "PL": "poland|polonia", "SE": "sweden|suecia", "NO": "norway|noruega",
    "DK": "denmark|dinamarca", "FI": "finland|finlandia", "IS": "iceland|islandia",
    "CZ": "czech republic|czechia|republica checa|chequia|republica tcheca|tchequia",
    "HU": "hungary|hungria", "RO": "romania|rumania|romenia", "BG": "bulgaria", "HR": "croatia|croacia",
    "RS": "serbia|servia", "UA": "ukraine|ucrania", "CY": "cyprus|chipre", "LU": "luxembourg|luxemburgo",
    "AD": "andorra", "RU": "russia|rusia",
    "JP": "japan|japon|japao", "CN": "china", "HK": "hong kong", "TW": "taiwan", "VN": "vietnam|vietna",
    "KR": "south korea|corea del sur|coreia do sul|korea", "KH": "cambodia|camboya|camboja",
    "TH": "thailand|tailandia", "SG": "singapore|singapur|singapura", "MY": "malaysia|malasia",
    "ID": "indonesia", "PH": "(?:the )?philippines|filipinas", "NP": "nepal", "LK": "sri lanka",
    "BD": "bangladesh", "PK": "pakistan|paquistan|paquistao", "BT": "bhutan|butan|butao",
    "MV": "maldives|maldivas", "AF": "afghanistan|afganistan|afeganistao",
    "AE": r"dubai|u\.?a\.?e\b|abu dhabi|(?:united arab )?emirates|emiratos(?: arabes)?(?: unidos)?"
    "|emirados(?: arabes)?(?: unidos)?",
    "SA": "saudi(?: arabia)?|arabia saudita", "QA": "qatar|catar", "KW": "kuwait", "OM": "oman",
    "BH": "bahrain|barein", "IL": "israel", "JO": r"(?<=\bin )jordan|(?<=\bto )jordan|jordania",
    "LB": "lebanon|libano", "IQ": "iraq|iraque", "IR": "iran",
    "EG": "egypt|egipto|egito", "MA": "morocco|marruecos|marrocos", "TN": "tunisia|tunez",
    "DZ": "algeria|argelia", "NG": "nigeria", "KE": "kenya|kenia|quenia", "GH": r"ghana|(?<=\bem )gana",
    "ZA": "south africa|sudafrica|africa do sul", "UG": "uganda", "TZ": "tanzania", "RW": "rwanda|ruanda",
    "ZW": "zimbabwe|zimbabue", "BW": "botswana|botsuana", "ZM": "zambia", "MZ": "mozambique|mocambique",
    "AO": "angola", "NA": "namibia", "MW": "malawi", "MU": "mauritius", "ET": "ethiopia|etiopia",
    "SN": "senegal", "CM": "cameroon|camerun|camaroes",
    "CI": "ivory coast|cote d.ivoire|costa de marfil|costa do marfim",
    "TG": r"(?<=\bin )togo|(?<=\bto )togo", "BJ": "benin|benim", "CV": "cape verde|cabo verde",
    "LS": "lesotho", "SZ": "eswatini|swaziland", "SL": "sierra leone", "LR": "liberia", "GM": "gambia",
    "MT": "malta", "AL": "albania", "EE": "estonia", "LV": "latvia|letonia", "LT": "lithuania|lituania",
    "SK": "slovakia|eslovaquia", "SI": "slovenia|eslovenia", "BA": "bosnia", "ME": "montenegro",
    "MC": "monaco", "AW": "aruba", "CW": "curacao|curazao", "MO": "macau|macao", "LA": "laos",
    "MM": "myanmar|birmania", "MN": "mongolia", "KZ": "kazakhstan|kazajistan|cazaquistao",
    "SY": "syria|siria", "YE": "yemen|iemen", "MG": "madagascar", "SC": "seychelles|seicheles",
    "LY": "libya|libia",
    "CD": "congo", "SD": "sudan|sudao", "ST": "sao tome",
    "AU": "australia", "NZ": "new zealand|nueva zelanda|nueva zelandia|nova zelandia", "FJ": "fiji",
}  # fmt: skip
# Words before a card or an account which say that it is one to pay with, not a SIM card.
OF_HERS = (
    r"my|our|his|her|saved|another|new|by|with|with a|(?:to|from|on|charge|against) (?:the|a)"
    r"|mi|mis|tu|su|otra|con|con una|por|de|(?:a|de|con|en|desde|cobr\w+|carg\w+|dej\w+|cambiar) (?:la|una)"
    r"|meu|minha|no|do|pelo|com|num|(?:com|us(?:ar|ei)|cadastr\w+|pass(?:ar|ei|o|a)) o"
)
# Or what is done with it does, after it.
PAYS = (
    r"payment|declined|rejected|expired|ending|on file|vencid[ao]|venci[oa]|rechazad[ao]|terminad[ao]|termina"
    r"|que termina|final|recusad[ao]|expir\w+|registrad[ao]|guardad[ao]|cadastrad[ao]|que tengo|que tienen"
    r"|do debito|del debito|got declined|was declined|got rejected|was charged|got charged|salio|de siempre"
)
NO_MEANS = r"machine|reader|sim|chip|grandao|que vinha|de memoria|in the|came|arrived|got|(?:de )?presente|sd"
OWN = r"(?:checking|savings|current|bank)"
METHODS = {
    "credit_card": "credit card|tarjeta de credito|cartao de credito|tc de credito|(?:no|en el|na|a|al"
    r"|con|tarjeta) credito(?= (?:por|please|mesmo|como|parcelado|em \w+ (?:vezes|x)\b)|[,.!?]|$)",
    "debit_card": "debit card|bank card|atm card|tarjeta (?:de|d) (?:debito|nomina)|cartao de debito"
    "|(?:no|na|con|a|al|tarjeta) debito(?! (?:automatico|em conta))",
    "card": r"visa(?! (?:para|application|appointment|interview|office|fee|de (?:trabajo|turis"
    r"|estudia)))|master ?card"
    rf"|amex|american express|rupay|hipercard|(?:(?:{OF_HERS}) |(?<=\bon ))(?P<only>card|tarjetita|tarjeta"
    rf"|cartao)(?! (?:{NO_MEANS}))|(?<!sim )(?:card|tarjeta|cartao)(?= (?:{PAYS})\b)",
    "elo": r"(?<=\bdo )elo|(?<=\bno )elo|(?<=\bcartao )elo|(?<=\bmeu )elo",
    "pix": "pix automatico|pix", "upi": "upi|bhim", "paytm": "paytm", "phonepe": "phone ?pe",
    "google_pay": "g ?pay|google pay", "apple_pay": "apple pay", "samsung_pay": "samsung pay",
    "bizum": "bizum", "mb_way": "mb ?way", "multibanco": "multibanco", "revolut": "revolut",
    "bre_b": "bre-?b", "transfiya": "transfiya", "cuenta_dni": "cuenta dni", "naranja_x": "naranja x",
    "khipu": "khipu", "tenpo": "tenpo", "pagseguro": "pag ?(?:seguro|bank)", "caixa_tem": "caixa tem",
    "ecocash": "eco ?cash", "klarna": "klarna", "sepa": "sepa", "snapscan": "snap ?scan",
    "chipper": "chipper cash",
    "oxxo": "oxxo", "spei": "spei", "codi": "codi", "boleto": "boletos?(?! (?:de avion|de camion|de metro))",
    "mercado_pago": "mercado ?pago", "paypal": "pay ?pal", "picpay": "pic ?pay", "nubank": "nubank",
    "nequi": "nequi", "daviplata": "daviplata", "bancolombia": "bancolombia", "efecty": "efecty",
    "yape": "yape", "plin": "plin", "pse": "pse", "pagoefectivo": "pago ?efectivo", "webpay": "web ?pay",
    "servipag": "servipag", "mach": r"(?<=\bcon )mach", "rapipago": "rapi ?pago", "pago_facil": "pago ?facil",
    "modo": r"(?<=\bcon )modo", "uala": "uala", "mpesa": "m-? ?pesa",
    "mobile_money": "mobile money|momo|airtel money|mtn momo|orange money",
    "gcash": "g-?cash", "paymaya": "pay ?maya|(?<=with )maya", "venmo": "venmo", "zelle": "zelle",
    "cash_app": "cash ?app",
    "opay": "opay", "palmpay": "palm ?pay",
    "cash": r"in cash|with cash|pay(?:ing)? cash|paid cash|by cash|cash payment|efectivo|dinheiro vivo"
    r"|em dinheiro"
    r"|(?:pag\w+|quero|posso) (?:em )?dinheiro",
    "bank_transfer": "transferencia|bank transfer|net ?banking|wire transfer|ted|deposito bancario|eft"
    "|neft|imps|rtgs|instant eft",
    "bank_account": rf"{OWN} account|cuenta (?:corriente|de ahorros?|rut|bancaria|de banco|vista|sueldo"
    rf"|nomina)|caja de ahorros?"
    "|conta(?:[ -]corrente| bancaria| poupanca| salario| do banco)|[a-z]*bank? account"
    "|(?<=\\bmy )\\w+ account(?= (?:please|every|each))",
    "direct_debit": "direct debit|debit order|standing order|e-?nach|e-?mandate"
    "|debito (?:automatico|direc?to|em conta)|domiciliacion(?: bancaria)?",
    "cheque": "cheques?|(?<=by )check",
}  # fmt: skip
NOT_TO_PAY_WITH = r"(?! (?:sim|chip)\b)(?! que me llego)"


def _named(table: dict[str, str], beyond: str = "") -> dict[str, re.Pattern[str]]:
    return {code: re.compile(rf"(?<![\w@.])(?:{names}){beyond}(?!\w)") for code, names in table.items()}


COUNTRY, METHOD = _named(COUNTRIES), _named(METHODS, NOT_TO_PAY_WITH)


def listed_in(plain: str, written: str) -> Iterator[Fact]:
    for kind, table in (("country", COUNTRY), ("payment_method", METHOD)):
        for code, pattern in table.items():
            for match in pattern.finditer(plain):
                only = "only" if match.re.groupindex and match["only"] else 0
                yield Fact(kind, code, match.start(only), match.end(only))
    if not written.isupper():  # "us" is a pronoun in English, "usa" a verb in the others
        for match in re.finditer(r"\bUSA?\b", written[: len(plain)]):
            yield Fact("country", "US", match.start(), match.end())
