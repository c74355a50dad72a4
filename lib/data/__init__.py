"""The report's images, sentences, tags and features: one `Dataset` type for every source."""

from lib.data.dataset import Dataset, Split
from lib.data.source import load

__all__ = ["Dataset", "Split", "load"]
