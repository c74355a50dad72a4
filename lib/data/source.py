"""From a run's settings to its data set."""

from lib.base import paths
from lib.base.errors import InputError
from lib.base.settings import SIZES, Settings
from lib.data import course
from lib.data.dataset import Dataset


def load(settings: Settings, fingerprint: str) -> Dataset:
    """The checked data, cut to its size, or InputError; fingerprint: `inputs.fingerprint`'s."""
    drawn = settings.data == "scenes"
    folder = paths.scenes_dir(settings.size) if drawn else paths.resolve(settings.data_dir)
    try:
        train, test = (course.read_split(folder, split) for split in ("train", "test"))
        course.check_widths(train.feature_files, test.feature_files)
    except InputError as error:
        if not drawn:
            raise
        size = "" if settings.size == "full" else f" SIZE={settings.size}"
        remedy = f"run make data{size}, which draws again what is damaged"
        raise InputError(error.path, error.fault, error.expected, remedy, error.line) from None
    whole = Dataset(settings.name, fingerprint, train, test, settings.seed, is_drawn=drawn)
    return whole.subset(*SIZES[settings.size])
