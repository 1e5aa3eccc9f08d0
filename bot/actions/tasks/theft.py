"""Whether a telephone was taken from her, and not lost."""

import re

from actions.plain import plain, words

STOLEN = words(
    "robaron robo robado robada asaltaron asaltado asaltada asalto hurtaron arrebataron ladron stolen stole"
    " robbed theft thief snatched mugged roubaram roubado roubada roubo furtaram furto assaltaram"
    " assaltado assaltada assalto ladrao"
    " robar roban robarme roubar roubam furtar asaltar asaltan nicked pinched"
    " raponearon raponeado arrancharon cogotearon"
    " swiped mugger chorearon choriaron afanaron birlaron birlado grabbed yanked llevaron levaram quitaron"
    " arrancaron arrancaram arranco arrancou tomaram arma armado armados gun gunpoint pulled arrebato"
    " arrebataron jalo jalaron puxou puxaram"
    " chori churaya churayi chura chheen cheen chhin loot pickpocket pickpocketed pickpockets snatcher"
    " snatchers robber robbers"
    " ratero rateros carterista carteristas bolsearon carterearon talonearon furtado furtada trombadinha"
    " pivete pivetes arrastao"
)
# "Someone took it from her bag", "me lo sacaron del bolsillo", "pegaram o celular dentro da minha mochila".
_FROM_WHERE = r"(?:bag|purse|pocket|backpack|hands?|bols[ao]s?|bolsillo|mochila|mano|mao|maos|pantalon|calca)"
_PHONE = (
    r"(?:phone|mobile|cell|iphone|cel|celu|telefono|telefone|movil|aparelho|equipo|it"
    r"|celular(?:es)?|phones|mobiles|cels|telefonos|telefones)"
)
TAKEN = re.compile(
    rf"\b(?:took|taken|takes|taking|lifted|removed)\b(?: \w+){{0,4}} (?:from|out of|off)(?: \w+){{0,2}} "
    rf"(?:{_FROM_WHERE}|me|her|him|us)\b"
    rf"|\b(?:some ?(?:one|body|guy|man|boy|kid)|a guy|a man|thug|they)\b(?: \w+){{0,3}} (?:took|taken)"
    rf"(?: \w+)? {_PHONE}\b"
    r"|\bran (?:off|away) with\b"
    r"|\b(?:me|nos|le|les|se) (?:lo |la )?(?:sac|baj|vol|tumb|pel|agarr)(?:aron|o)\b(?: \w+){0,3} "
    rf"(?:{_FROM_WHERE}|{_PHONE})\b|\b(?:me|nos|le|se) l[oa] (?:sac|vol|tumb|agand|chinga|ching)aron\b"
    rf"|\b(?:pegaram|pegou|tiraram|tirou|meteram|passaram|levou)\b(?: \w+){{0,4}} (?:{_FROM_WHERE}|embora)\b"
)
_NOBODY = r"(?:no|nao|not|nem|ni|wasn t|nobody|no one|nadie|ninguem)"
NO_THEFT = re.compile(
    rf"\b{_NOBODY} (?:(?:me|se|nos) l[oa] |\w+ )?(?:rob\w+|roub\w+|stol\w+|snatched|furt\w+|chori)\b"
    rf"|\b{_NOBODY}(?: \w+){{0,2}} (?:took|taken|sac\w+|pegou|tirou|levou)\b"
    r"|\b(?:stolen|stole|snatched|robbed|chori) (?:nahi|nahin|nhi|no|not)\b"
)


def is_told(text: str) -> bool:
    """Not of one that was none: "não foi roubo"."""
    said = NO_THEFT.sub(" ", plain(text))
    return bool(STOLEN & words(said)) or TAKEN.search(said) is not None
