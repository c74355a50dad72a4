"""What chapter 04 shows of its networks: tables, sentences, and the rival that it looks up."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from lib.chapters.session import Session
from lib.methods.deep import faults
from lib.methods.deep.deep import NETWORKS, SETUPS, DeepRegression
from lib.methods.deep.inquest import Finding
from lib.record import records
from lib.search.evaluation import Evaluation

SetUps = Mapping[str, DeepRegression]  # one of SETUPS → its system, fitted


def tried_table(setups: SetUps) -> list[dict]:
    """Dev score of every network in every set-up; the chosen one of each is marked."""
    table = []
    for name, network in NETWORKS.items():
        scores = {SETUPS[setup]: f"{one.tried[name]:.4f}{' ←' if name == one.chosen else ''}"
                  for setup, one in setups.items()}  # fmt: skip
        table.append({"network": name, "hidden": " + ".join(map(str, network.hidden)), **scores})
    return table


def curves(setups: SetUps) -> dict[str, dict]:
    """Loss and score of fit and dev after each epoch, first seed, by set-up; "kept": the epoch."""
    panels = {}
    for setup, one in setups.items():
        history = {name: seeds[0] for name, seeds in one.outcome.history.items()}
        panels[SETUPS[setup]] = {**history, "kept": int(one.outcome.best[0]) + 1}
    return panels


def lowest_text(rows: Sequence[dict], chance: float) -> str:
    """How far the weakest of these rows stands from chance, as a sentence."""
    lowest = min(rows, key=lambda row: row["map_at_20"])
    times = lowest["map_at_20"] / chance
    verdict = "Nothing here is nearly 0." if times > 3 else "That is nearly 0, as in the paper."
    return (
        f"The weakest of them, `{lowest['system']}`, scores {lowest['map_at_20']:.4f}, which is "
        f"{times:.1f} times chance. {verdict}"
    )


def words(slips: Iterable[str]) -> str:
    """Names of faults for a sentence."""
    return ", ".join(slips).replace("_", " ") or "none"


def meaning_table() -> list[dict]:
    """What each fault is, in words."""
    return [{"fault": words([slip]), "what is wrong": fault.__doc__}
            for slip, fault in faults.FAULTS.items()]  # fmt: skip


def fingerprint_table(fingerprints: Mapping[str, dict[str, float]]) -> list[dict]:
    """One row a fault: what a person would see, and which of the paper's symptoms it shows."""
    return [
        {
            "fault": words([slip]),
            "training loss": f"{seen['fit_loss']:.3g}",
            "R² on dev": f"{seen['r2']:.2f}" if seen["r2"] > -10 else "below −10",
            "map_at_20": f"{seen['score']:.4f}",
            "times chance": f"{seen['by_chance']:.1f}",
            "different first images": f"{seen['distinct']:.0f}",
            "skew": f"{seen['skew']:.1f}",
            "mean rank": f"{seen['mean_rank']:.0f}",
            "loss near 0": "yes" if faults.loss_near_zero(seen) else "no",
            "score near 0": "yes" if faults.score_near_zero(seen) else "no",
        }
        for slip, seen in fingerprints.items()
    ]


def everywhere_table(wide: Mapping[str, list[dict]]) -> list[dict]:
    """Each fault over all combinations that `faults.everywhere` tried."""
    table = []
    for slip, cells in wide.items():
        losses, times = ([cell[name] for cell in cells] for name in ("fit_loss", "by_chance"))
        alike = sum(cell["alike"] for cell in cells)
        table.append(
            {
                "fault": words([slip]),
                "as the paper says": f"{alike} of {len(cells)} combinations",
                "training loss": f"{min(losses):.2g} to {max(losses):.2g}",
                "times chance": f"{min(times):.1f} to {max(times):.1f}",
            }
        )
    return table


def inquest_table(findings: Sequence[Finding]) -> list[dict]:
    """The findings in words."""
    return [{"suspect": one.suspect, "what would acquit it": one.test, "measured": one.measured,
             "verdict": one.verdict} for one in findings]  # fmt: skip


def reduction_table(
    reductions: Mapping[str, Sequence[Evaluation]], r2: Mapping[str, float], split: str
) -> list[dict]:
    """Reductions beside each other: what can be read back, and the networks' scores.

    reductions: set-up → its evaluations by Euclid and by cosine. r2: as `parts.read_back` says.
    """
    return [
        {
            "reduced to": f"{euclidean.gallery[split].shape[1]} numbers, {SETUPS[setup]}",
            "read back, R² on dev": f"{r2[setup]:.3f}",
            f"map_at_20 on {split}, Euclid": f"{euclidean.map_at_20(split):.4f}",
            "cosine": f"{cosine.map_at_20(split):.4f}",
        }
        for setup, (euclidean, cosine) in reductions.items()
    ]


def shares_table(rows: Sequence[dict]) -> list[dict]:
    """`repair.shares` in words."""
    return [
        {
            "repair": row["step"],
            "map_at_20 on dev": f"{row['score']:.4f}",
            "gain over the row above": gain(row["gain"], row["low"], row["high"]),
            "worth where all others are made": gain(
                row["missing"], row["missing_low"], row["missing_high"]
            ),
        }
        for row in rows
    ]


def compared_table(rows: Sequence[dict]) -> list[dict]:
    """`repair.compared` in words."""
    return [{"against": row["system"], "its map_at_20": f"{row['map_at_20']:.4f}",
             "deep.fixed is better by": gain(row["difference"], row["low"], row["high"])}
            for row in rows]  # fmt: skip


def gain(value: float, low: float, high: float) -> str:
    """A difference with its interval."""
    return "—" if np.isnan(value) else f"{value:+.4f} [{low:+.4f}, {high:+.4f}]"


def seconds_table(systems: Iterable[Evaluation]) -> list[dict]:
    """What fitting each system cost, with all networks that were tried for it."""
    return [
        {"system": one.id, "seconds": f"{one.seconds['dev']:.1f}",
         "size": f"{one.model_bytes / 1e6:.1f} MB"}
        for one in systems
        if one.id.startswith("deep.") and "cosine" not in one.id
    ]  # fmt: skip


def best_rival(session: Session) -> str:
    """The text → image system without a network that did best on dev in earlier notebooks.

    Systems that map images to text, read human tags or learned from shuffled pairs are no rivals.
    """
    apart = ("image_to_text", "tags", "shuffled", "chance")
    known = {
        row["system"]: row["map_at_20"]
        for record in records.read_all(session.settings.name, session.settings.size)
        if record["data"]["fingerprint"] == session.data.fingerprint
        for row in record["rows"]
        if row["split"] == "dev"
        and row["status"] == "measured"
        and row["system"].split(".")[0] in ("baseline", "tuning", "boosting", "classic")
        and not any(word in row["system"] for word in apart)
    }
    return max(known, key=known.get)
