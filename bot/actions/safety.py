"""Words that need a person's care before anything else, and words said in anger."""

import re
import unicodedata

_HARMS_HERSELF = (
    r"\bsuicid\w*|\bkill(?:ing)? myself\b|\bend(?:ing)? (?:my (?:own )?life|it all)\b|\bself[- ]?harm"
    r"|\b(?:i|me|just|really|rather|to) (?:want to|wanna|would rather|'d rather) (?:die|be dead)\b"
    r"|\b(?:i wish i was|rather be) dead\b|\bi(?: a|')?m (?:going to|gonna) die\b(?! (?:of|from|waiting)\b)"
    r"|\bhurt(?:ing)? myself\b|\b(?:don'?t|do not) want to (?:live|be alive)\b"
    r"|\bcut(?:ting)? myself\b(?! (?:off|short|loose)\b)"
    r"|\bme (?:quiero|voy a|vou|quero) (?:a )?(?:morir|matar)\b(?! (?:esperando|trabaj\w+)"
    r"| de (?:risa|hambre|frio|calor|sueno|viej[oa]|verguenza|aburrimiento|coraje|rabia|raiva|rir|tanto)\b)"
    r"|\b(?:quiero|quisiera) morir(?:me)?\b|\bmatarme\b(?! trabaj)"
    r"|\bquitarme la vida\b|\bno quiero (?:seguir )?vivi(?:r|endo)\b|\bhacerme dano\b"
    r"|\bacabar con mi vida\b|\bcortarme las venas\b"
    r"|\bquero (?:morrer|me m(?:orrer|atar))\b|(?<!\bvai )(?<!\bvao )(?<!\bvem )\bme matar\b(?! trabalh)"
    r"|\btirar (?:a )?minha (?:propria )?vida\b"
    r"|\b(?:don'?t|do not|can'?t|cannot) see (?:the |any |a |much )?(?:point|reason|sense) (?:of|in|to)"
    r" (?:liv(?:e|ing)|being alive|life)\b|\b(?:tired|sick) of (?:living|being alive)\b|\bnot worth living\b"
    r"|\bno (?:aguanto|soporto) (?:mas )?(?:vivir|(?:la|mi|esta) vida)\b|\bcansad[oa] de (?:vivir|la vida)\b"
    r"|\bnao (?:aguento|suporto) (?:mais )?(?:viver|(?:a|a minha|minha|essa) vida)\b"
    r"|\bcansad[oa] (?:da vida|de viver)\b"
    r"|\bno vale la pena (?:seguir )?vivi(?:r|endo)\b|\bnao vale a pena (?:continuar )?viv(?:er|endo)\b"
    r"|\bbetter off dead\b|\bno (?:reason|point) (?:to|in) liv(?:e|ing)\b"
    r"|\btak(?:e|ing) my own life\b|\bdon'?t want to be here any ?more\b"
    r"|\bme mato\b(?!.{0,30}\b(?:trab|laburando|estud))"
    r"|\bno (?:le veo|tiene) sentido (?:a )?(?:vivir|seguir viviendo)"
    r"|\bquiero desaparecer de este mundo\b"
    r"|\b(?:tirar|aventar|lanzar)me (?:de|del|a) (?:un |una |el |la |las )?(?:puente|metro|vias|azotea)"
    r"|\bnao (?:vejo|tem) (?:mais )?(?:sentido|motivo) (?:em|para|pra) (?:viver|continuar viv\w+)"
    r"|\bdar (?:um )?fim (?:n?a|em|na) minha vida\b|\bcortar os pulsos\b"
    r"|\bme jogar d[ae] (?:ponte|predio|janela)"
    r"|\bnao quero mais viver\b|\bacabar com (?:a )?minha vida\b|\bme machucar\b"
)
_THREATENS = (
    r"\b(?:i'?ll|i will|i(?: a|')?m (?:gonna|going to)) (?:kill|shoot|hurt|bomb|burn)"
    r" (?:you|them|him|her|everyone|someone)\b"
    r"|\b(?:los|las|te|lo|la|les) voy a (?:matar|quemar|golpear|reventar)\b"
    r"|\bvoy a (?:poner una bomba|(?:matar|quemar)(?:los|las|les|lo|la|te)\b|matar a\b"
    r"|quemar (?:(?:la|su|esa|esta|tu) )?(?:tienda|oficina|sucursal|local|antena|torre)s?\b)"
    r"|\bvou (?:te matar|matar (?:voces?|vcs?|ele|ela|alguem|todo mundo)|botar fogo|quebrar a cara"
    r"|explodir (?:(?:a|essa|sua|esta) )?(?:loja|agencia|antena|torre))\b"
    r"|\b(?:bomba|bomb)\b.{0,30}\b(?:tienda|store|loja|office)\b"
)
# "The thief" is who took her telephone; "thieves!" is us.
_NOT_THE = r"(?<!\bel )(?<!\blos )(?<!\bal )(?<!\bdel )(?<!\bun )(?<!\bos )(?<!\bdos )(?<!\baos )"
_INSULTS = (
    r"\bf+u+c+k+\w*|\bsh+i+t+\w*\b|\bbitch\w*|\basshole\w*|\bidiots?\b|\bstupid\b|\bmorons?\b|\bscammers?\b"
    r"|\buseless (?:bot|company|people)\b|\bcrooks?\b|\bbastards?\b|\bwtf\b"
    r"|\bputa\w*|\bput[oa]s\b|\bmierda\w*|\bpendej\w+|\bching\w+|\bcabron\w*|\bboludo\w*|\bpelotud\w+"
    r"|\bhuevon\w*|\bgilipoll\w+|\bcsm\b|\bctm\b|\bhdp\b|\bidiotas?\b|\bestupid\w+"
    rf"|\binutil(?:es)?\b|{_NOT_THE}\b(?:ladrones|rateros?)\b|\bmalparid\w+|\bgonorrea\b|\bimbecil(?:es)?\b"
    r"|\bporra\b|\bcaralho\b|\bmerda\b"
    rf"|\bfilh?o da puta\b|\bfdp\b|\bburr[oa]s?\b|\bimbecis\b|{_NOT_THE}\bladroes\b|\bcacete\b"
    r"|\bvai se fod\w+|\bfod\w+|\bvtnc\b|\botari[oa]s?\b"
)
_ORDERS_THE_MACHINE = (
    r"^\W*(?:system|assistant|admin(?:istrator)?|developer|sistema|administrador)\s*[:\]>]"
    r"|\b(?:admin|system|sudo|security) (?:override|prompt)\b|\b(?:developer|debug|god|dan) mode\b"
    r"|\bjailbreak\b(?! (?:my|an?|the|this)\b)"
    r"|\b(?:ignore|disregard|forget) (?:all |any |the |your |of )*(?:previous |prior |earlier )?"
    r"(?:instructions|rules|prompts?)\b"
    r"|\byou are (?:now |the )*(?:an? )?(?:admin\w*|root|developer)\b"
    r"|\b(?:ignor[ae]|olvid[ae](?:te)?|esquec[ea]|desconsider[ae])"
    r" (?:todas |todos |de |las |los |as |os |tus |sus |suas |seus )*"
    r"(?:instruc\w+|reglas|regras|ordenes|ordens)\b"
    r"|\b(?:eres|sos|voce e|tu es) (?:ahora |agora )?(?:el |la |o |a )?(?:administrador|admin|root)\b"
    r"|\b(?:modo|entra como|aja como) (?:administrador|admin|desarrollador|desenvolvedor)\b"
)
HARMS_HERSELF, THREATENS, INSULTS = map(re.compile, (_HARMS_HERSELF, _THREATENS, _INSULTS))
ORDERS_THE_MACHINE = re.compile(_ORDERS_THE_MACHINE)
LONGEST = 4_000


def harms_herself(text: str) -> bool:
    return HARMS_HERSELF.search(_bare(text)) is not None


def threatens(text: str) -> bool:
    return THREATENS.search(_bare(text)) is not None


def orders_the_machine(text: str) -> bool:
    """Whether it is spoken as if the house, and not a customer, gave the bot its orders."""
    return ORDERS_THE_MACHINE.search(_bare(text)) is not None


def insults(text: str) -> bool:
    return INSULTS.search(_bare(text)) is not None


def without_insults(text: str) -> str:
    """The clauses in which nobody is insulted; empty when that is all of them, or none."""
    clauses = [each.strip() for each in re.split(r"[,.;!?\n]+", text[:LONGEST]) if each.strip()]
    calm = [each for each in clauses if not insults(each)]
    return ", ".join(calm) if len(calm) < len(clauses) else ""


def _bare(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text[:LONGEST].lower())
    return "".join(each for each in plain if not unicodedata.combining(each)).replace("’", "'")
