"""The truth checker's dictionary: its tables unfolded into plurals and verb forms."""

from functools import cache

from lib.scenes.truth_words import (
    ADJECTIVES,
    COLOURS,
    FILL,
    GARMENTS,
    IRREGULAR,
    LOOSE,
    NO_NUMBER,
    NUMBERS,
    PEOPLE,
    PLACES,
    POSTS,
    SPOTS,
    STRICT,
    THINGS,
    TIMES,
    VERB_STEMS,
    VERBS,
    WEATHERS,
    WORN,
)  # fmt: skip


def _rows(text: str):
    """Yield (left, right) of the rows of a table, parted by line ends or '|'."""
    for row in text.replace("\n", "|").split("|"):
        if ":" in row:
            left, right = row.split(":")
            yield left.strip(), right.strip()


def several(noun: str) -> str:
    """Return the plural of a noun."""
    head, _, tail = noun.partition(" of ")
    head, joint, full = (head, " of ", tail) if tail else (head, "", "")
    if " full" in head:
        return head.replace("shelf", "shelves") + joint + full
    first, _, last = head.rpartition(" ")
    if last in IRREGULAR:
        last = IRREGULAR[last]
    elif last.endswith(("ss", "x", "ch", "sh", "us")):
        last += "es"
    elif last.endswith("y") and last[-2] not in "aeiou":
        last = last[:-1] + "ies"
    elif not last.endswith("s"):
        last += "s"
    return f"{first} {last}".strip() + joint + full


def _finite(phrase: str) -> tuple[str, ...]:
    """Return "rides" and "ride" for "riding"."""
    first, _, rest = phrase.partition(" ")
    if not first.endswith("ing"):
        return ()
    stem = VERB_STEMS.get(first, first[:-3])
    silent = ("rid", "tak", "wav", "danc", "mak", "us", "hav", "slic", "typ", "pos", "graz",
              "cycl", "bik", "skat", "giv", "prepar", "paddl", "cuddl")  # fmt: skip
    stem += "e" if stem in silent else ""
    third = stem[:-1] + "ies" if stem.endswith("y") and stem[-2] not in "aeiou" else stem + (
        "es" if stem.endswith(("ch", "sh", "ss", "x")) else "s")  # fmt: skip
    third = {"haves": "has"}.get(third, third)
    return tuple(f"{form} {rest}".strip() for form in (stem, third))


@cache
def verb_forms() -> frozenset[str]:
    """Return the one-word verb forms that are also nouns: "skis", "bikes", "cooks"."""
    stems = ("ski", "snowboard", "skateboard", "bike", "bat", "cook", "surf", "swing", "drink")
    return frozenset(stems) | {f"{s}s" for s in stems}


def _add(table: dict, phrase: str, kind: str, value) -> None:
    """Enter a phrase; what two rows say of one noun is joined."""
    words = tuple(phrase.split())
    old = table.get(words)
    if old and old[0] == kind == "noun":
        value = {k: old[1][k] | value[k] for k in value}
    table[words] = (kind, value)


def _noun(cats=(), who=(), actions=(), places=(), need="", plural=False) -> dict:
    return {"cats": frozenset(cats), "who": frozenset(who), "actions": frozenset(actions),
            "places": frozenset(places), "need": frozenset([need] if need else []),
            "plural": frozenset([plural])}  # fmt: skip


@cache
def dictionary() -> dict[tuple[str, ...], tuple[str, object]]:
    """Return phrase (as a tuple of words) -> (kind, value)."""
    table: dict = {}
    for text, kind in ((TIMES, "time"), (WEATHERS, "weather")):
        for name, phrases in _rows(text):
            for phrase in phrases.split(","):
                old = table.get(tuple(phrase.split()))
                claim = (old[1] if old else {}) | {kind: name}
                table[tuple(phrase.split())] = ("sky", claim)
    for phrases, claims in _rows(VERBS):
        for phrase in (p.strip() for p in phrases.split(",")):
            for form in (phrase, *_finite(phrase)):
                _add(table, form, "verb", frozenset(c.strip() for c in claims.split(";")))
    _add_nouns(table)
    for text, kind in ((NUMBERS, "number"), (ADJECTIVES, "adjective"), (POSTS, "post"),
                       (GARMENTS, "garment"), (WORN, "worn"), (STRICT, "strict"),
                       (SPOTS, "spot")):  # fmt: skip
        for phrase, value in text.items():
            _add(table, phrase, kind, value)
    _add_small(table)
    return table


def _add_nouns(table: dict) -> None:
    """Enter things, people and places, in both numbers."""
    for nouns, cats in _rows(THINGS):
        cats, _, need = cats.partition("+")
        for noun in (n.replace("_", " ") for n in nouns.split()):
            named = [c.strip() for c in cats.split(",")]
            _add(table, several(noun), "noun", _noun(named, need=need, plural=True))
            _add(table, noun, "noun", _noun(named, need=need, plural=noun in NO_NUMBER))
    for nouns, claim in _rows(PEOPLE):
        who = set(claim.split()) & {"man", "woman", "boy", "girl", "people", "children"}
        doing = () if who else [c.strip() for c in claim.split(",")]
        for noun in (n.replace("_", " ") for n in nouns.split()):
            _add(table, several(noun), "noun", _noun(["person"], who, doing, plural=True))
            _add(table, noun, "noun", _noun(["person"], who, doing))
    for place, phrases in _rows(PLACES):
        for phrase in (p.strip() for p in phrases.split(",")):
            _add(table, phrase, "noun", _noun(places=[place], plural=False))


def _add_small(table: dict) -> None:
    """Enter articles, colours, sides, pronouns, loose prepositions and empty words."""
    for colour in COLOURS:
        _add(table, colour, "colour", colour)
    _add(table, "grey", "colour", "gray")
    for word in ("a", "an", "the", "some", "another"):
        _add(table, word, "article", word)
    for phrase in LOOSE:
        _add(table, phrase, "loose", phrase)
    for phrase in FILL:
        _add(table, phrase, "fill", "")
    _add(table, "a close up of", "close", "")
    for side in ("left", "right"):
        for pattern in ("on the *", "on the * side", "to the *"):
            _add(table, pattern.replace("*", side), "spot", side)
    for how, relation in (("next to", "next to"), ("beside", "next to"), ("behind", "behind"),
                          ("on", "on"), ("in", "in"), ("under", "under")):  # fmt: skip
        for pronoun in ("it", "him", "her", "them"):
            _add(table, f"{how} {pronoun}", "back to", relation)
            _add(table, f"{how} one of {pronoun}", "back to", relation)
    _add(table, ",", "loose", ",")
