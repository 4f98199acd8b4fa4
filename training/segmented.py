"""The profile of some rows, and one of each of their segments."""

from training.profile import Profile
from training.segments import segment_names


class Segmented:
    """The profile of all rows, and one per segment."""

    def __init__(self, binning):
        self.binning = binning
        self.whole = Profile(binning)
        self.segments = {}

    def add(self, columns):
        self.whole.add(columns)
        if "segments" not in self.binning:
            return
        names = segment_names(self.binning)
        members = {}
        for index, values in enumerate(zip(*columns, strict=True)):
            for name in names(values):
                members.setdefault(name, []).append(index)
        for name, indices in members.items():
            self._segment(name).add([[column[index] for index in indices] for column in columns])

    def merge(self, other):
        self.whole.merge(other.whole)
        for name, profile in other.segments.items():
            self._segment(name).merge(profile)

    def _segment(self, name):
        return self.segments.setdefault(name, Profile(self.binning))
