"""A bottom-k sample of rows by hash of their ids: the bytes and the order of `profiles/sample.ts`."""

import hashlib
import math

from training.ecmascript import canonical_json, code_units, well_formed
from training.values import SPELLED, spelled_number

SIZE = 1000


class Sample:
    """The rows whose ids have the smallest hash. Merging is exact: any order, any grouping, the same rows."""

    def __init__(self, size=SIZE):
        self.size = size
        self.entries = []

    def add(self, ids, rows):
        for row_id, values in zip(map(well_formed, ids), rows, strict=True):
            self.entries.append((_order(row_id), _line(row_id, values)))
        if len(self.entries) > 4 * self.size:
            self._settle()

    def merge(self, other):
        self.entries += other.entries
        self._settle()

    def encode(self):
        self._settle()
        return "\n".join(line for _, line in self.entries).encode()

    def _settle(self):
        """Of one id only one row stays, chosen by its text, so that the order of arrival never shows."""
        kept = {}
        for order, line in sorted(self.entries, key=lambda entry: (entry[0], code_units(entry[1]))):
            kept.setdefault(order, line)
            if len(kept) == self.size:
                break
        self.entries = list(kept.items())


def _order(row_id):
    """First 8 bytes of SHA-256 of the id, and among equal ones the id itself."""
    return hashlib.sha256(row_id.encode()).hexdigest()[:16], code_units(row_id)


def _line(row_id, values):
    return canonical_json([row_id, *(_spelled(value) for value in values)])


def _spelled(value):
    """JSON has no NaN and no infinities: they are spelled, as in a record."""
    return spelled_number(value) if isinstance(value, float) and not math.isfinite(value) else value
