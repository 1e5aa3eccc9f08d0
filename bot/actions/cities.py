"""Towns that people travel to, and in which country they lie: "mi hija vive en Sevilla"."""

import re

from actions.plain import plain

_TOWNS = {
    "US": "new york|nyc|nueva york|nova york|nova iorque|miami|orlando|los angeles|las vegas|houston|dallas"
    "|chicago|san francisco|boston|washington|san antonio|atlanta|disney|california|florida|texas",
    "ES": "madrid|barcelona|sevilla|seville|valencia|malaga|bilbao|granada|ibiza|mallorca",
    "PT": "lisboa|lisbon|oporto|porto|algarve|coimbra|braga",
    "FR": "paris|lyon|marsella|marselha|marseille|niza",
    "GB": "london|londres|manchester|liverpool|edinburgh|edimburgo",
    "IT": "roma|rome|milan|milao|venecia|veneza|venice|florencia|florence|napoles|naples",
    "DE": "berlin|berlim|munich|munique|frankfurt|hamburgo?",
    "NL": "amsterdam",
    "CH": "zurich|zurique|ginebra|genebra|geneva",
    "IE": "dublin",
    "AE": "dubai|dxb|abu dhabi|sharjah",
    "SG": "singapore|singapur|singapura",
    "QA": "doha",
    "GR": "atenas|athens",
    "TR": "estambul|istambul|istanbul",
    "CA": "toronto|vancouver|montreal",
    "AR": "buenos aires|bariloche|mendoza",
    "CL": "santiago de chile",
    "PE": "lima|cusco|cuzco",
    "CO": "bogota|medellin|cartagena",
    "UY": "montevideo|punta del este",
    "DO": "punta cana",
    "CU": "la habana|havana|varadero",
    "MX": "cancun|ciudad de mexico|mexico city|cidade do mexico|guadalajara|monterrey",
    "BR": "rio de janeiro|sao paulo|florianopolis",
    "IN": "mumbai|delhi|bengaluru|bangalore|chennai|kolkata|goa",
    "JP": "tokyo|tokio|toquio|kyoto|osaka",
    "TH": "bangkok|bkk|phuket",
    "ID": "bali",
    "EG": "el cairo|cairo",
    "SA": "riyadh|jeddah|mecca|makkah|la meca",
    "AU": "sydney|sidney|melbourne",
    "KE": "nairobi|mombasa",
    "ZA": "cape town|johannesburg",
}
TOWNS = {code: re.compile(rf"\b(?:{names})\b") for code, names in _TOWNS.items()}


def country_in(text: str) -> str | None:
    """That of the only town she names; None when she names several countries' or none."""
    said = plain(text)
    found = [code for code, towns in TOWNS.items() if towns.search(said)]
    return found[0] if len(found) == 1 else None
