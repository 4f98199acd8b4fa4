"""Categories that a binning does not know: an exact total and the 64 distinct ones of smallest hash.

A bottom-k of distinct values keeps exact counts under any merge, in any order.
"""

KEPT = 64


def category_hash(data):
    """fmix32(FNV-1a 32) of UTF-8 bytes, unsigned (murmur3's finaliser)."""
    state = 2166136261
    for byte in data:
        state = ((state ^ byte) * 16777619) & 0xFFFFFFFF
    state = ((state ^ (state >> 16)) * 0x85EBCA6B) & 0xFFFFFFFF
    state = ((state ^ (state >> 13)) * 0xC2B2AE35) & 0xFFFFFFFF
    return state ^ (state >> 16)


class Unseen:
    """Total and bottom-k counts of unseen categories."""

    def __init__(self):
        self.total = 0
        self.counts = {}

    def add(self, text, count):
        self.total += count
        data = text.encode()
        self._count(data, count)
        self._trim()

    def merge(self, other):
        self.total += other.total
        for data, count in other.counts.items():
            self._count(data, count)
        self._trim()

    def entries(self):
        """(bytes, count) by hash, then bytes."""
        return sorted(self.counts.items(), key=lambda entry: _rank(entry[0]))

    def _count(self, data, count):
        self.counts[data] = self.counts.get(data, 0) + count

    def _trim(self):
        if len(self.counts) > KEPT:
            self.counts = dict(self.entries()[:KEPT])


def _rank(data):
    return category_hash(data), data
