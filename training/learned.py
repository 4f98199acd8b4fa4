"""A trainer that learns from the plain features only: what is derived of a raw value is watched, and no more.

A model server is given the features of a record as they are, and could not derive the same. Nor does it learn from a
feature of which the configuration says so, as of a protected one: that is counted, and held against what was answered.
"""


class PlainOnly:
    def __init__(self, trainer, features, seed):
        self.places = [index for index, feature in enumerate(features) if is_learned(feature)]
        self.inner = trainer([features[index] for index in self.places], seed)

    def fit(self, rows, labels):
        self.inner.fit(self._plain(rows), labels)

    def score(self, rows):
        return self.inner.score(self._plain(rows))

    def export(self):
        return self.inner.export()

    def _plain(self, rows):
        return [[row[place] for place in self.places] for row in rows]


def is_learned(feature):
    return "from" not in feature and feature.get("learned", True)
