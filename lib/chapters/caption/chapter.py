"""Chapter 05's own steps: which captioners this data has, and the picture of two cats."""

from lib.chapters.session import Session
from lib.data.dataset import Split
from lib.features import pictures
from lib.features.text import tokenize
from lib.methods.caption import systems
from lib.methods.caption.recipe import QUICK
from lib.methods.caption.systems import FINETUNED, PRETRAINED, ZERO_SHOT, CaptionerSource


def captioners(session: Session) -> dict[str, CaptionerSource]:
    """Each captioner that this data has, by the id of its search; others are left out.

    On photographs without downloaded weights the notebook ends here.
    """
    if session.data.is_drawn:
        from lib.methods.caption.train import CaptionTraining

        training = CaptionTraining(session.data, QUICK)
        sources = {ZERO_SHOT: training.captioner(is_trained=False), FINETUNED: training.captioner()}
        reasons = {PRETRAINED: "captions photographs; drawings have their own captioner"}
    else:
        lacking = {name: [part for part in parts if part.files() is None]
                   for name, parts in systems.DOWNLOADS.items()}  # fmt: skip
        reasons = {name: parts[0].missing() for name, parts in lacking.items() if parts}
        if reasons.keys() == systems.DOWNLOADS.keys():
            session.stop_without(systems.ids(*systems.CAPTIONERS), reasons[ZERO_SHOT])
        reasons[FINETUNED] = (
            "fine-tuning at this size wants a graphics card: make caption-long measures how long"
        )
        sources = {name: systems.download(*parts) for name, parts in systems.DOWNLOADS.items()
                   if name not in reasons}  # fmt: skip
    for name, reason in reasons.items():
        session.leave_out(systems.ids(name), reason)
    return sources


def two_cats(split: Split) -> int:
    """The first image whose sentences speak of two cats; without one, of a cat; else the first."""
    tokens = [[set(tokenize(text)) for text in texts]
              for texts in pictures.sentences_by_image(split)]  # fmt: skip
    for wanted in ({"two", "cats"}, {"cats"}, {"cat"}):
        for image, sentences in enumerate(tokens):
            if sum(wanted <= words for words in sentences) >= 2:
                return image
    return 0
