"""From a run's settings to its data set."""

from pathlib import Path

from lib.base import paths
from lib.base.errors import InputError
from lib.base.settings import SIZES, Settings
from lib.data import course
from lib.data.dataset import Dataset, Split


def load(settings: Settings, fingerprint: str) -> Dataset:
    """The checked data, cut to its size, or InputError; fingerprint: `inputs.fingerprint`'s."""
    drawn = settings.data == "scenes"
    folder = paths.scenes_dir(settings.size) if drawn else paths.resolve(settings.data_dir)
    try:
        train, test = (course.read_split(folder, split) for split in ("train", "test"))
        check_features(folder, train, test)
    except InputError as error:
        if not drawn:
            raise
        size = "" if settings.size == "full" else f" SIZE={settings.size}"
        remedy = f"run make data{size}, which draws again what is damaged"
        raise InputError(error.path, error.fault, error.expected, remedy, error.line) from None
    whole = Dataset(settings.name, fingerprint, train, test, settings.seed, is_drawn=drawn)
    return whole.subset(*SIZES[settings.size])


def check_features(folder: Path, train: Split, test: Split) -> None:
    """Raise InputError for feature files of other widths, or of one split alone."""
    if train.feature_files and test.feature_files:
        course.check_widths(train.feature_files, test.feature_files)
    elif train.feature_files or test.feature_files:
        have, lack = ("train", "test") if train.feature_files else ("test", "train")
        expected = f"features of both splits, or of neither, and features_{have}/ is there"
        remedy = f"restore it, or remove features_{have}/ and have both computed"
        raise InputError(folder / f"features_{lack}", "there is no such folder", expected, remedy)
