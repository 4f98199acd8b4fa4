"""What some rows look like under a binning: exact counts that merge exactly, in the byte layout of `profiles/`."""

import math
import struct

import numpy as np

from training.binning import binning_digest
from training.unseen import Unseen

MAGIC = b"DGPF"
LAYOUT = 1
NUMERIC, CATEGORICAL = 1, 2
LARGEST_SUMMED = 2.0**32
"""A scaled value beyond this is counted, not summed."""


class Profile:
    """One numeric or categorical counter per feature of the binning."""

    def __init__(self, binning):
        self.digest = binning_digest(binning)
        self.rows = 0
        kinds = {"numeric": NumericCounts, "categorical": CategoricalCounts}
        self.features = [kinds[feature["kind"]](feature) for feature in binning["features"]]

    def add(self, columns):
        """`columns`: one list of values per feature, already checked by `values.feature_value`."""
        self.rows += len(columns[0])
        for feature, column in zip(self.features, columns, strict=True):
            feature.add(column)

    def merge(self, other):
        if self.digest != other.digest:
            raise ValueError("profiles under different binnings cannot be merged")
        self.rows += other.rows
        for feature, addition in zip(self.features, other.features, strict=True):
            feature.merge(addition)

    def encode(self):
        head = MAGIC + struct.pack("<HH", LAYOUT, 0) + self.digest
        head += uvarint(self.rows) + uvarint(len(self.features))
        return head + b"".join(feature.encode() for feature in self.features)


class NumericCounts:
    def __init__(self, feature):
        self.edges = np.array(feature["edges"], dtype=np.float64)
        self.range = (feature["minimum"], feature["maximum"])
        self.factor = 2.0 ** feature["scale"]
        self.missing = self.nan = self.positive = self.negative = 0
        self.below = self.above = self.beyond = 0
        self.least, self.greatest = math.inf, -math.inf
        self.sum = self.square_sum = 0
        self.cells = np.zeros(len(self.edges) + 1, dtype=np.int64)

    def add(self, column):
        present = np.array([value for value in column if value is not None], dtype=np.float64)
        self.missing += len(column) - len(present)
        self.nan += int(np.isnan(present).sum())
        self.positive += int(np.isposinf(present).sum())
        self.negative += int(np.isneginf(present).sum())
        finite = present[np.isfinite(present)] + 0.0
        if len(finite) == 0:
            return
        self.below += int((finite < self.range[0]).sum())
        self.above += int((finite > self.range[1]).sum())
        self.least = min(self.least, float(finite.min()))
        self.greatest = max(self.greatest, float(finite.max()))
        cell = np.searchsorted(self.edges, finite, side="right")
        self.cells += np.bincount(cell, minlength=len(self.cells))
        self._sum(finite)

    def _sum(self, finite):
        with np.errstate(over="ignore"):
            scaled = finite * self.factor
        summed = scaled[np.abs(scaled) <= LARGEST_SUMMED]
        self.beyond += len(scaled) - len(summed)
        quanta = np.floor(summed + 0.5).astype(np.int64)
        # q = high * 2^16 + low keeps every partial sum within 64 bits.
        high, low = quanta >> 16, quanta & 0xFFFF
        self.sum += int(quanta.sum())
        products = int((high * high).sum()), int((high * low).sum()), int((low * low).sum())
        self.square_sum += (products[0] << 32) + (products[1] << 17) + products[2]

    def merge(self, other):
        for name in ("missing", "nan", "positive", "negative", "below", "above", "beyond", "sum", "square_sum"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.least, self.greatest = min(self.least, other.least), max(self.greatest, other.greatest)
        self.cells += other.cells

    def encode(self):
        counts = (self.missing, self.nan, self.positive, self.negative, self.below, self.above, self.beyond)
        return b"".join(
            [
                bytes([NUMERIC]),
                *map(uvarint, counts),
                struct.pack("<dd", self.least, self.greatest),
                self.sum.to_bytes(16, "little", signed=True),
                self.square_sum.to_bytes(16, "little"),
                uvarint(len(self.cells)),
                *map(uvarint, self.cells.tolist()),
            ]
        )


class CategoricalCounts:
    def __init__(self, feature):
        self.known = {category: 0 for category in feature["categories"]}
        self.missing = 0
        self.unseen = Unseen()

    def add(self, column):
        counts = {}
        for value in column:
            counts[value] = counts.get(value, 0) + 1
        self.missing += counts.pop(None, 0)
        for value, count in counts.items():
            if value in self.known:
                self.known[value] += count
            else:
                self.unseen.add(value, count)

    def merge(self, other):
        self.missing += other.missing
        for category, count in other.known.items():
            self.known[category] += count
        self.unseen.merge(other.unseen)

    def encode(self):
        entries = self.unseen.entries()
        parts = [bytes([CATEGORICAL]), uvarint(self.missing), uvarint(len(self.known))]
        parts += map(uvarint, self.known.values())
        parts += [uvarint(self.unseen.total), uvarint(len(entries))]
        for data, count in entries:
            parts += [uvarint(len(data)), data, uvarint(count)]
        return b"".join(parts)


def uvarint(value):
    """Unsigned LEB128 of minimal length."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
