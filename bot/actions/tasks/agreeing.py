"""A yes that something may be done upon. The model's word alone is not enough: it takes "the customer
said yes" for one, and much that it cannot read."""

import re
from collections.abc import Sequence
from itertools import takewhile

from actions import holding_back
from actions.amounts import folded
from actions.plain import plain
from actions.tasks.choosing import joined
from actions.tasks.how_much import in_figures
from actions.turn import Turn

SURE = 0.6
LONGEST = 12  # words; nobody agrees in more
AT_ONCE = 3  # a yes comes among the first words
SAYS_YES = (
    "yes yep yeah yup yea yess yas ya y sure ok okay okey oki k go proceed confirm confirmed confirming "
    "do please absolutely definitely course correct right exactly fine sounds great good perfect "
    "alright agreed accept agree affirmative deal kk aye haan ji theek bilkul opo sige sawa ndiyo poa "
    "indeed mhm yh true bet yebo carry works like si sip sii simon dale claro va vale listo hazlo "
    "hagalo hacelo hagale adelante confirmo confirmado acepto correcto acuerdo supuesto perfecto bueno "
    "obvio seguro procede proceda andale orale sale eso exacto exactamente aja metele mandale "
    "afirmativo bien arre sisi sep efectivamente quiero asi sim simm isso pode podes certeza confirma "
    "beleza blz fechado bora manda mandar faz faca fazer aceito certo aham uhum positivo ss s tranquilo "
    "combinado perfeito ta tudo segue prossiga correto exato exatamente vamos vamo acordo concordo "
    "pede pedir "
    "certinho una fechou show top quero mesmo continua autorizo demorou okas okis okey okidoki yass siip yup "
    "venga hecho jalo jala dele delen ponle ponlo sipo aight alrighty huevo fierro aceptado aprobado apruebo "
    "conforme cobrale cobrame charge debita atualiza atualize update send activate activa activar ativa"
    " ativar pasamelo damelo"
)
# A "no" that hinders nothing.
NO_BUT = re.compile(
    r"\b(?:(?:no|sin|sem|nao (?:tem|ha)|no hay) (?:problem\w*|worries)|como no|why not)\b|\bnada mas$"
)
CLAUSES = re.compile(r"[.…,;!\n]+")
PLAINLY = "yes yeah yep yup si sip sisi simon sim isso haan"
DOES_IT = (
    "yes yeah yep do proceed si dale hazlo hagale hacelo hazle adelante confirmo sim faz faca fazer confirma"
    " atualiza atualize update send activate activa ativa pasamelo damelo"
)
BESIDE_IT = (
    "it that this now then lo la eso ya ahora entonces pues porfa isso ai logo agora entao please pls"
    " i said told you te dije que ja falei disse ser pode thanks thank thx gracias obrigado obrigada brigada"
    " brigado valeu por favor nomas nada mas just only so very muy muito ah oh ay xfa porfis pfv"
)
# "Págalo", "mándamela": each an order to do it.
ORDERS = re.compile(
    r"\b(?:mand|activ|pag|cobr|recarg|actualiz|envi|compr|pon|ech|met|haz|hag|pid)\w{0,3}?(?:me|nos|le|se)?l[oa]s?\b"
)
# "Cámbiamelo", "kmbialo", "cámbiame al de 20": an order where a change was proposed, else another wish.
CHANGES = re.compile(
    r"\b(?:[ck][aá]?mbi\w{0,3}?(?:me|nos|le|se|(?:me|nos|le|se)?l[oa]s?)|mud(?:a|e|ar)|troc(?:a|ar)|troque)\b",
    re.IGNORECASE,
)
LENGTHENED = re.compile(r"(.)\1+")
GOES_AHEAD = re.compile(
    r"(?:(?:ok|okay|yes|sure|fine) )*(?:go ahead|do it|proceed|let s do it)\b"
    r"|(?:(?:ok|sim|isso|ta|blz|beleza|entao) )*pode (?!cancelar|deixar|esquecer|esperar|parar)\w+[aei]r\b"
)
# As the last word of somebody who hesitated; "não sei, pode ser" is none.
DOES_THEN = re.compile(
    r"(?:(?:ok|okay|sim|isso|ta|entao|just|then|so) )*"
    r"(?:go ahead|do it|pode (?!cancelar|deixar|esquecer|esperar|parar|ser)\w+[aei]r(?: sim)?)"
)
RATHER = re.compile(r"\b(?:mejor|melhor|better|rather|prefiero|prefiro)\b(?! (?:no|nao|not)\b)")
AROUND_IT = (
    "the a an one el la los las un una o os as um uma with con com for para pra to of de al del ao do pro pra"
    " em en in on na by"
)
# What she has until then is no other amount: "still got 20 mins, go ahead".
TIME_LEFT = re.compile(r"\b\d+ (?:mins?|minut\w+|h|hrs?|hours?|horas?)\b")
THOUSANDS = re.compile(r"(?<=\d)[.,](?=\d{3}(?!\d))")
THUMBS = ("👍", "👌", "✅", "✔", "🆗")
NOT_SPOKEN = set("?¿<>{}[]")


def _said(text: str) -> list[str]:
    """Its words, with letters once that are drawn out: "siii" and "yess" are what they are."""
    return LENGTHENED.sub(r"\1", ORDERS.sub("hazlo", NO_BUT.sub(" ", plain(text)))).split()


YES, PLAIN_YES, BUT, HINDERS, DOES, AND_NO_MORE, WITH_IT = (
    frozenset(_said(each))
    for each in (
        SAYS_YES,
        PLAINLY,
        " ".join(holding_back.ANYTHING),
        " ".join(holding_back.NO | holding_back.WAIT),
        DOES_IT,
        BESIDE_IT,
        AROUND_IT,
    )
)


def is_clear_yes(turn: Turn, proposal_id: str) -> bool:
    """The button of this very proposal, or a short and plain yes: older buttons can still be pressed."""
    if turn.pressed_a_button:
        return turn.entity("proposal") == proposal_id
    if comes_round(turn):
        return True
    words = _said(turn.said)
    if turn.confidence < SURE or len(words) > LONGEST or NOT_SPOKEN & set(turn.said):
        return False
    if not words:
        return turn.said.strip().startswith(THUMBS)
    hindered = (BUT | holding_back.OTHERWISE) & set(words)
    return not hindered and bool(YES & set(words[:AT_ONCE]))


def orders_it(turn: Turn) -> bool:
    """ "Go ahead with the plan", "sí, cámbialo", "o esim então, pode fazer", "ya 200 do it": what was
    proposed is named with the yes; another figure has corrected it before. "Si me lo cambian" may ask."""
    said, clauses = plain(turn.said), CLAUSES.split(turn.said.strip())
    said_first = [[word for word in _said(each) if not word.isdigit()] for each in clauses]
    agreed = list(takewhile(lambda clause: set(clause) <= YES | AND_NO_MORE, said_first))
    last = plain(clauses[-1])
    if BUT & set(_said(said)) or NOT_SPOKEN & set(turn.said) or len(said.split()) > LONGEST:
        return False
    says_yes = bool(DOES & {word for clause in agreed for word in clause})
    return says_yes or any(GOES_AHEAD.match(each) for each in (said, last))


def begins_with_a_yes(turn: Turn) -> bool:
    """Whether a word that agrees, and none that refuses, is among its first, whatever else it says."""
    first = set(_said(turn.said)[:AT_ONCE])
    return bool(YES & first) and not BUT & first


def says_only_yes(text: str) -> bool:
    """ "Ok, mándalo", whatever intent it was taken for: not a word of it says anything else."""
    said = _said(text)
    orders = len(said) <= LONGEST and bool(DOES & set(said)) and not NOT_SPOKEN & set(text)
    return orders and set(said) <= YES | AND_NO_MORE


def repeats_it(text: str, proposed: str) -> bool:
    """ "Very good, yes please, three hundred with that card": a yes, and besides not a word that is not among
    those `proposed`; or one such clause after all doubts."""
    *before, last = [each for each in CLAUSES.split(text) if plain(each)] or [""]
    names_it = not set(_said(last)) <= YES | AND_NO_MORE | WITH_IT and _wants_no_other(before)
    return not NOT_SPOKEN & set(text) and (
        _repeats(text, proposed) or (names_it and _repeats(last, proposed))
    )


def _wants_no_other(clauses: Sequence[str]) -> bool:
    """Whether they say nothing that would change what is proposed: "no, a la otra tarjeta. dale"."""
    said = " ".join(map(plain, clauses))
    amends = holding_back.OTHERWISE & set(said.split()) or RATHER.search(said)
    return not amends and not any(map(str.isdigit, in_figures(said)))


def _repeats(text: str, proposed: str) -> bool:
    says_yes = bool((PLAIN_YES | DOES) & set(_said(joined(in_figures(text)))))
    return says_yes and only_names(text, proposed)


def only_names(text: str, proposed: str) -> bool:
    """ "Esim, eso": not a word that is not among those `proposed`, or that would agree to them."""
    said = set(_said(joined(in_figures(text))))
    known = YES | AND_NO_MORE | WITH_IT | set(_said(joined(folded(THOUSANDS.sub("", proposed)))))
    return len(text.split()) <= LONGEST and not BUT & said and said <= known


def hinders_nothing(turn: Turn) -> bool:
    """Whether no word of it asks, forbids or puts off."""
    return not BUT & set(_said(turn.said)) and not NOT_SPOKEN & set(turn.said)


def begins_plainly(turn: Turn) -> bool:
    """ "Si porfavor, los 100"."""
    said = _said(turn.said)
    return len(said) <= LONGEST and bool(PLAIN_YES & set(said[:1]))


def praises(turn: Turn) -> bool:
    """ "Perfect 👍", once it is done: pleased, and no second order."""
    return not turn.pressed_a_button and not (PLAIN_YES | DOES) & set(_said(turn.said))


def is_nothing_but_yes(turn: Turn) -> bool:
    """ "Sim", "ok dale": it agrees, and corrects nothing."""
    said = _said(turn.said)
    return bool(said) and turn.intent == "affirm" and set(said) <= YES | AND_NO_MORE


def comes_round(turn: Turn) -> bool:
    """ "Better not… ok do it": what stands last counts, when it is a yes that nobody says for politeness."""
    if turn.pressed_a_button or NOT_SPOKEN & set(turn.said):
        return False
    *before, last = [each for each in CLAUSES.split(turn.said) if plain(each)] or [""]
    if not BUT & {word for clause in before for word in _said(clause)}:
        return False
    return _is_an_order(last) and _wants_no_other(before)


def _is_an_order(clause: str) -> bool:
    """A yes that nobody says for politeness, and not a word besides."""
    orders = bool(DOES & set(_said(clause))) and set(_said(clause)) <= YES | AND_NO_MORE
    return orders or DOES_THEN.fullmatch(plain(clause)) is not None


def ends_in_an_order(turn: Turn) -> bool:
    """ "Tengo media hora todavía. dale", "still got 20 mins, go ahead": the last clause orders it, and none
    before wants another thing."""
    *before, last = [each for each in CLAUSES.split(turn.said) if plain(each)] or [""]
    short = bool(before) and len(plain(turn.said).split()) <= LONGEST and not NOT_SPOKEN & set(turn.said)
    told = [TIME_LEFT.sub(" ", plain(each)) for each in before]
    return short and _is_an_order(last) and _wants_no_other(told)


def begins_with_yes(turn: Turn, deeds: frozenset[str]) -> bool:
    """ "Yeah stop it before some idiot uses it": a yes, and then the deed, though it is long."""
    words = plain(turn.said).split()
    begins = bool(PLAIN_YES & set(_said(turn.said)[:1]))
    fits = len(words) <= LONGEST and begins and not NOT_SPOKEN & set(turn.said)
    return fits and not BUT & set(words) and bool(deeds & set(words))


def names_the_deed(turn: Turn, deeds: frozenset[str], longest: int = LONGEST // 2) -> bool:
    """A short message that orders what was just proposed, whatever intent it was taken for: "block it"."""
    words = plain(turn.said).split()
    short = 0 < len(words) <= longest and not NOT_SPOKEN & set(turn.said)
    return short and not BUT & set(words) and bool(deeds & set(words))


def begins_with_order(turn: Turn, deeds: frozenset[str]) -> bool:
    """ "Si quitenlo. Luego yo pago por aquí, verdad?": a sentence that is a yes and names the deed, and no
    word after it that holds back."""
    first = re.split(r"[.!\n]+", turn.said.strip())[0]
    said = plain(first).split()
    begins = bool(PLAIN_YES & set(said[:1])) and len(said) <= LONGEST // 2 and not NOT_SPOKEN & set(first)
    hinders = HINDERS if turn.said.rstrip().endswith("?") else BUT  # "luego yo pago, verdad?" only asks
    return begins and bool(deeds & set(said)) and not hinders & set(_said(turn.said))
