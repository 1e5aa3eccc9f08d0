"""Whether a password is one that everybody thinks of. Pure."""

import unicodedata
from pathlib import Path

from zxcvbn import zxcvbn

# Words of our languages that English lists of passwords lack, without accents.
_WORDS = Path(__file__).with_name("common_words.txt").read_text().split()
# Of its scores, the first that takes more than ten thousand million guesses.
_SAFE = 4
_READ = 72  # letters; what is common is so from its beginning


def is_common(password: str) -> bool:
    decomposed = unicodedata.normalize("NFKD", password.casefold())
    plain = "".join(each for each in decomposed if not unicodedata.combining(each))
    return bool(zxcvbn(plain[:_READ], user_inputs=_WORDS)["score"] < _SAFE)
