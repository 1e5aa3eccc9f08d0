"""Who wants the one that costs least."""

import re

# "The cheapest", and not "a cheaper one".
CHEAPEST = re.compile(
    r"\b(?:cheapest|lowest|least expensive|sabse sasta"
    r"|(?:the|d|da) cheap (?:one|1|plan|wala)|de menor (?:costo|precio|preco|valor|custo)"
    r"|(?:el|la|o|a) (?:barat\w+|economic\w+)$"
    r"|(?:el|la|al|o|ao|pro|no|na) (?:(?:plan|plano|tarifa|tarifario) )?(?:mas|mais)"
    r" (?:barat\w*|economic\w*|em conta)"
    r"|(?:mas|mais) (?:barat\w*|economic\w*|em conta)"
    r" (?:de todos|que (?:teng\w*|tenh\w*|tiver\w*|haya|houver)))\b"
)
