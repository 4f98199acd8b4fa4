"""The trees of a `model.json` as one `TreeEnsemble` of ONNX.

Its splits by a set of categories are not used: runtimes have been wrong there, or fell over. A category becomes its
number, and the number, by a table, a 0 or a 1 for each different set that some tree asks for: left or right.
"""

import numpy as np
from onnx import TensorProto, helper

ML = "ai.onnx.ml"
SUM = 1
"""Of `aggregate_function`."""
LESS_OR_EQUAL = 0
"""Of `nodes_modes`: true, which is left, where the value is not above the split."""


class NotInOnnx(Exception):
    """The model cannot be said; the sentence says why."""


def leaves(graph, model):
    """The sum of the leaves that a row comes to."""
    columns, ensemble = Columns(model["features"]), Ensemble()
    for tree in model["trees"]:
        ensemble.add(tree, columns)
    if not ensemble.roots:
        raise NotInOnnx("no tree asks for anything")
    matrix = columns.matrix(graph, model.get("precision") == "single")
    total = graph.node("TreeEnsemble", [matrix], domain=ML, **ensemble.attributes(columns.positions()))
    return graph.node("Add", [total, graph.constant([[ensemble.constant]])]) if ensemble.constant else total


class Columns:
    """What the trees compare: a column for each number, and one for each set of categories that goes left."""

    def __init__(self, features):
        self.features = features
        self.numeric = [place for place, feature in enumerate(features) if "categories" not in feature]
        self.sets = {place: {} for place, feature in enumerate(features) if "categories" in feature}

    def split(self, feature, split, missing_left):
        """(column, threshold, whether NaN goes left): left where the column is not above the threshold."""
        if feature in self.sets:
            known = self.sets[feature]
            column = known.setdefault((frozenset(split), bool(missing_left)), len(known))
            return (feature, column), 0.5, False
        return (feature, 0), float(split), bool(missing_left)

    def positions(self):
        """Position in the matrix of every column that `split` gives."""
        told = [(place, 0) for place in self.numeric]
        told += [(place, column) for place, known in self.sets.items() for column in range(len(known))]
        return {column: position for position, column in enumerate(told)}

    def matrix(self, graph, single):
        """The name of the columns side by side."""
        told = [self._number(graph, place, single) for place in self.numeric]
        told += [self._sides(graph, place) for place, known in self.sets.items() if known]
        return graph.node("Concat", told, axis=1)

    def _number(self, graph, place, single):
        name = self.features[place]["name"]
        if not single:
            return name
        rounded = graph.node("Cast", [name], to=TensorProto.FLOAT)
        return graph.node("Cast", [rounded], to=TensorProto.DOUBLE)

    def _sides(self, graph, place):
        """Of each category, and last of a missing one, the side of every set: 0 is left."""
        count = len(self.features[place]["categories"])
        table = np.ones((count + 1, len(self.sets[place])), dtype=np.uint8)
        for column, (left, missing_left) in enumerate(self.sets[place]):
            table[[code for code in left if 0 <= code < count], column] = 0
            table[count, column] = 0 if missing_left else 1
        sides = graph.node("Gather", [graph.constant(table, np.uint8), graph.code(self.features[place])])
        flat = graph.node("Flatten", [sides], axis=1)
        return graph.node("Cast", [flat], to=TensorProto.DOUBLE)


class Ensemble:
    """Trees as the parallel lists of `TreeEnsemble`."""

    def __init__(self):
        self.roots, self.nodes, self.weights = [], [], []
        self.constant = 0.0
        """What trees add that ask for nothing."""

    def add(self, tree, columns):
        if len(tree[0]) == 1:
            self.constant += tree[0][0]
            return
        first = len(self.nodes)
        self.roots.append(first)
        self.nodes.append(None)
        # onnxruntime up to 1.22 reads a root as a leaf whose two sides, a leaf and a node, have one number.
        if len(self.weights) == len(self.nodes):
            self.weights.append(0.0)
        waiting = [(first, tree[0])]
        while waiting:
            place, (feature, split, missing_left, left, right) = waiting.pop()
            sides = [self._side(tree[child], waiting) for child in (left, right)]
            self.nodes[place] = (*columns.split(feature, split, missing_left), *sides)
            if len(self.nodes) - first > len(tree):
                raise NotInOnnx("branches of a tree meet again, too often to be copied")

    def _side(self, node, waiting):
        """(its number, whether it is a leaf)"""
        if len(node) == 1:
            self.weights.append(node[0])
            return len(self.weights) - 1, 1
        self.nodes.append(None)
        waiting.append((len(self.nodes) - 1, node))
        return len(self.nodes) - 1, 0

    def attributes(self, positions):
        columns, thresholds, missing, left, right = zip(*self.nodes, strict=True)
        count = len(self.nodes)
        return {
            "n_targets": 1,
            "aggregate_function": SUM,
            "tree_roots": self.roots,
            "nodes_featureids": [positions[column] for column in columns],
            "nodes_modes": helper.make_tensor("modes", TensorProto.UINT8, [count], [LESS_OR_EQUAL] * count),
            "nodes_splits": helper.make_tensor("splits", TensorProto.DOUBLE, [count], thresholds),
            "nodes_missing_value_tracks_true": [int(goes_left) for goes_left in missing],
            "nodes_truenodeids": [number for number, _ in left],
            "nodes_trueleafs": [is_leaf for _, is_leaf in left],
            "nodes_falsenodeids": [number for number, _ in right],
            "nodes_falseleafs": [is_leaf for _, is_leaf in right],
            "leaf_targetids": [0] * len(self.weights),
            "leaf_weights": helper.make_tensor("weights", TensorProto.DOUBLE, [len(self.weights)], self.weights),
        }
