"""From a run's settings to its data set."""

from lib import paths
from lib.data import course
from lib.data.dataset import Dataset
from lib.scenes import built
from lib.settings import SIZES, Settings


def load(settings: Settings, fingerprint: str) -> Dataset:
    """The checked data set that the settings name, cut to their size.

    fingerprint: of the data, as `inputs.fingerprint` tells it.
    Raises InputError that names file, line, expectation and remedy.
    """
    embedded = settings.data == "scenes"
    folder = built.folder(settings.size) if embedded else paths.resolve(settings.data_dir)
    return Dataset(
        name=settings.name,
        fingerprint=fingerprint,
        train=course.read_split(folder, "train"),
        test=course.read_split(folder, "test"),
        seed=settings.seed,
        is_embedded=embedded,
    ).subset(*SIZES[settings.size])
