"""Random forest: scikit-learn's RandomForestClassifier, fitted on the driver.

The mean of many trees, each of other rows and columns: hard to spoil by a wrong setting, and less sure of itself than
boosted trees. Not where the file must be small, or for more rows than the driver's memory holds.
See https://scikit-learn.org/stable/modules/ensemble.html#random-forests
"""

import numpy as np
from sklearn.ensemble import RandomForestClassifier

from training.encoding import Encoding

TREES = 100
DEEPEST = 12
SMALLEST_LEAF = 20
"""So that a leaf is a rate of several rows, and a model file some megabytes at most."""


class RandomForest:
    def __init__(self, features, seed):
        self.features, self.seed = features, seed
        self.encoding, self.model = None, None

    def fit(self, rows, labels):
        self.encoding = Encoding(self.features, rows)
        self.model = RandomForestClassifier(
            n_estimators=TREES,
            max_depth=DEEPEST,
            min_samples_leaf=min(SMALLEST_LEAF, max(1, len(rows) // 20)),
            random_state=self.seed,
        )
        self.model.fit(self.encoding.matrix(rows), np.asarray(labels))

    def score(self, rows):
        if not rows:
            return []
        # The library's own sum over trees depends on how many rows are asked for at once.
        matrix = self.encoding.matrix(rows).astype(np.float32)
        total = np.zeros(len(rows))
        for estimator in self.model.estimators_:
            total += estimator.predict_proba(matrix, check_input=False)[:, 1]
        return (total / len(self.model.estimators_)).tolist()

    def export(self):
        return {
            "schema": "driftgate-model/1",
            "kind": "forest",
            # The library compares single floats with its thresholds.
            "precision": "single",
            "features": self.encoding.named_features(),
            "trees": [self._tree(estimator.tree_) for estimator in self.model.estimators_],
        }

    def _tree(self, tree):
        """Nodes as `[value]`, or `[feature, threshold or left categories, missing left, left, right]`."""
        nodes = []
        for node in range(tree.node_count):
            left, right = int(tree.children_left[node]), int(tree.children_right[node])
            if left < 0:
                counts = tree.value[node][0]
                nodes.append([float(counts[1] / counts.sum())])
            else:
                split = self.encoding.split_of(int(tree.feature[node]), tree.threshold[node], np.float32)
                nodes.append([*split, left, right])
        return nodes
