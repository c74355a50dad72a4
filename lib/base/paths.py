"""Where things are, found from this file and never from the working directory."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = ROOT / "notebooks"
LIBRARY = ROOT / "lib"
REQUIREMENTS = ROOT / "requirements.txt"
RESULTS = ROOT / "figures" / "results"
BUILD = ROOT / "build"
DATA = ROOT / "data"
CACHE = BUILD / "cache"


def notebooks() -> list[str]:
    return sorted(path.stem for path in NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))


def resolve(path: str) -> Path:
    """A user's path, absolute: `~` is the home folder, relative means from the project's root."""
    return (ROOT / Path(path).expanduser()).resolve()


def shown(path: Path) -> str:
    """A path for people and for keeping: from the project's root if it lies inside."""
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else str(path)


def scenes_dir(size: str) -> Path:
    return DATA / ("scenes" if size == "full" else f"scenes-{size}")


def build_dir(name: str, size: str = "full") -> Path:
    """Folder of a run's by-products; sizes below full have one of their own."""
    return BUILD / name if size == "full" else BUILD / name / size


def results_dir(name: str, size: str = "full") -> Path:
    """Folder of a run's records; only full runs write where records are committed."""
    return RESULTS / name if size == "full" else build_dir(name, size) / "results"


def figures_dir(name: str, size: str = "full") -> Path:
    return ROOT / "figures" / name if size == "full" else build_dir(name, size) / "figures"


def record_path(name: str, notebook: str, size: str = "full") -> Path:
    return results_dir(name, size) / f"{notebook}.json"


def runs_dir(name: str, size: str = "full") -> Path:
    """Folder of per-query ranks, vectors and query encoders, one file a system."""
    return build_dir(name, size) / "runs"


def executed_path(name: str, notebook: str, size: str = "full") -> Path:
    return build_dir(name, size) / "notebooks" / f"{notebook}.ipynb"
