"""Trees of libraries as lists of nodes: `[value]`, or `[feature, threshold or left categories, missing left, left, right]`."""

import numpy as np


def grown_leaf_by_leaf(root, split_of):
    """A tree of LightGBM, as `dump_model` tells it; `split_of(node)` gives the first three parts of a node."""
    nodes, waiting = [None], [(0, root)]
    for place, node in waiting:
        if "leaf_value" in node:
            nodes[place] = [float(node["leaf_value"])]
            continue
        left, right = len(nodes), len(nodes) + 1
        nodes += [None, None]
        nodes[place] = [*split_of(node), left, right]
        waiting += [(left, node["left_child"]), (right, node["right_child"])]
    return nodes


def forest_model(encoding, estimators):
    """`model.json` of trees of scikit-learn, fitted on the columns of an encoding."""
    return {
        "schema": "driftgate-model/1",
        "kind": "forest",
        # The library compares single floats with its thresholds.
        "precision": "single",
        "features": encoding.named_features(),
        "trees": [_grown(estimator.tree_, encoding) for estimator in estimators],
    }


def forest_scores(estimators, matrix):
    """
    Mean over the trees of the rate of class 1, or of the number foretold. The library's own depends on how many rows are
    asked for at once.
    """
    single = matrix.astype(np.float32)
    total = np.zeros(len(single))
    for estimator in estimators:
        if hasattr(estimator, "predict_proba"):
            total += estimator.predict_proba(single, check_input=False)[:, 1]
        else:
            total += estimator.predict(single, check_input=False)
    return (total / len(estimators)).tolist()


def _grown(tree, encoding):
    nodes = []
    for node in range(tree.node_count):
        left, right = int(tree.children_left[node]), int(tree.children_right[node])
        if left < 0:
            # Of a classifier the counts of both classes, of a regressor the mean.
            told = tree.value[node][0]
            nodes.append([float(told[1] / told.sum() if len(told) == 2 else told[0])])
        else:
            split = encoding.split_of(int(tree.feature[node]), tree.threshold[node], np.float32)
            nodes.append([*split, left, right])
    return nodes
