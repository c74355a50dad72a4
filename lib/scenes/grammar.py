"""English for the annotators: articles, plurals, numbers, verbs, lists, and slips of the pen."""

from lib.scenes.rng import Rng

NUMBERS = ("no", "one", "two", "three", "four", "five")
_IRREGULAR = {
    "man": "men", "woman": "women", "child": "children", "person": "people", "sheep": "sheep",
    "knife": "knives", "mouse": "mice", "bookshelf": "bookshelves", "shelf": "shelves",
    "aircraft": "aircraft", "scissors": "scissors", "skis": "skis", "calf": "calves",
    "snowman": "snowmen",
}  # fmt: skip
# Nouns without a singular, and nouns without a number.
PLURALS = frozenset({
    "flowers", "blossoms", "curtains", "drapes", "balloons", "mountains", "spectators", "fans",
    "people", "swings", "skis", "scissors",
})  # fmt: skip
MASSES = frozenset({"luggage", "fruit", "food", "broccoli"})
_TAILS = (" of ", " with ", " in ", " full ", " topped ")
_SIMPLE = {"lying": "lie", "sitting": "sit", "running": "run", "jogging": "jog",
           "cutting": "cut", "petting": "pet", "hugging": "hug", "swinging": "swing",
           "napping": "nap", "sipping": "sip", "batting": "bat", "chatting": "chat",
           "dragging": "drag", "skiing": "ski"}  # fmt: skip
_KEEP_E = ("rid", "tak", "wav", "danc", "mak", "us", "enjoy", "hav", "slic", "typ", "driv", "pos",
           "graz", "cycl", "bik", "skat", "giv", "prepar", "paddl", "cuddl", "leav", "loung",
           "strol")  # fmt: skip


def article(phrase: str) -> str:
    """Return the phrase with "a" or "an" before it."""
    an = phrase[0] in "aeiou" and not phrase.startswith(("uni", "one", "eu"))
    return f"{'an' if an else 'a'} {phrase}"


def plural(noun: str) -> str:
    """Return the plural of a noun; of "pair of skis" or "cake with candles" that of its head."""
    cut = min((noun.find(t) for t in _TAILS if t in noun), default=len(noun))
    first, _, last = noun[:cut].rpartition(" ")
    return f"{first} {_plural_word(last)}".strip() + noun[cut:]


def _plural_word(word: str) -> str:
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word in PLURALS or word in MASSES:
        return word
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return word + "es"
    if word.endswith("y") and word[-2] not in "aeiou":
        return word[:-1] + "ies"
    return word + "s"


def is_plural(phrase: str, count: int) -> bool:
    """Tell whether a noun phrase for `count` things takes "are"."""
    return head(phrase) not in MASSES and (count > 1 or head(phrase) in PLURALS)


def head(noun: str) -> str:
    """Return the word that is counted: "vase" of "red vase of flowers"."""
    cut = min((noun.find(t) for t in _TAILS if t in noun), default=len(noun))
    return noun[:cut].split(" ")[-1]


def listed(parts: list[str]) -> str:
    """Join noun phrases: "a", "a and b", "a, b and c"."""
    if len(parts) < 3:
        return " and ".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def finite(doing: str, plural_subject: bool) -> str | None:
    """Return "rides a horse" for "riding a horse"; None if it does not begin with such a verb."""
    verb, _, rest = doing.partition(" ")
    both = " and " in doing and doing.endswith("ing")  # "standing and waving" has two verbs
    if not verb.endswith("ing") or both:
        return None
    base = _SIMPLE.get(verb) or verb[:-3]
    if base in _KEEP_E:
        base = {"enjoy": "enjoy", "strol": "stroll"}.get(base, base + "e")
    if not plural_subject:
        base = {"have": "has"}.get(base) or _third(base)
    return f"{base} {rest}".strip()


def _third(base: str) -> str:
    if base.endswith("y") and base[-2] not in "aeiou":
        return base[:-1] + "ies"
    return base + ("es" if base.endswith(("ch", "sh", "s", "x")) else "s")


def length(text: str) -> int:
    """Return the number of words."""
    return len(text.split())


def slip(text: str, rng: Rng) -> tuple[str, tuple[str, str] | None]:
    """Misspell one longer word: return the text and (as written, as meant)."""
    pool = [w for w in text.split() if len(w) > 4 and w.isalpha()]
    if not pool:
        return text, None
    word = rng.choice(pool)
    at = 1 + rng.below(len(word) - 2)
    kind = rng.below(3)
    wrong = (word[:at] + word[at + 1:], word[:at] + word[at + 1] + word[at] + word[at + 2:],
             word[:at] + word[at] + word[at:])[kind]  # fmt: skip
    if wrong == word:  # two equal letters swapped
        wrong = word[:at] + word[at + 1 :]
    return text.replace(word, wrong, 1), (wrong, word)
