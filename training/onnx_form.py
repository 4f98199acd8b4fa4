"""A `model.json`, of whichever kind, as an ONNX graph that gives the same scores.

One input for each feature that the model reads, named as it: a double where it is numeric, NaN where it is missing; text
where it is not, any category unknown to the model where it is missing. Each is `[rows, 1]`, as is the only output, the
score. Everything is said in doubles, so that scores differ by rounding alone: `TreeEnsemble` of ai.onnx.ml 5 keeps them,
its forerunners gave single floats. See https://onnx.ai/onnx/operators/onnx_aionnxml_TreeEnsemble.html
"""

import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper

from training.onnx_trees import ML, NotInOnnx, leaves

OPSETS = (("", 17), (ML, 5))
IR = 10
"""What onnxruntime reads from 1.20 on, the first that knows this `TreeEnsemble`."""


def onnx_form(model):
    """Bytes of `model.onnx`; the same model gives the same ones. Raises NotInOnnx."""
    graph = Graph(model["features"])
    total = SUMS[model["kind"]](graph, model)
    link = model.get("link", "logistic" if model["kind"] == "gradient-boosted-trees" else "identity")
    graph.node("Sigmoid" if link == "logistic" else "Identity", [total], output=graph.score)
    return graph.encoded()


def missing_category(model):
    """Text that stands for a missing category: empty unless that is one itself."""
    known = {category for feature in model["features"] for category in feature.get("categories", ())}
    text = ""
    while text in known:
        text += "?"
    return text


class Graph:
    """Nodes that are added one by one; a value is named after its number."""

    def __init__(self, features):
        self.features, self.nodes, self.constants = features, [], []
        self.names = {feature["name"] for feature in features}
        if not features or "" in self.names or len(self.names) < len(features):
            raise NotInOnnx("it has no features, or two of one name, or one without a name")
        self.score = self._free("score")
        self.inputs = [self._input(feature) for feature in features]

    def node(self, operator, inputs, output=None, **attributes):
        """The name of what a node gives."""
        output = output or self._free(f"value {len(self.nodes)}")
        self.nodes.append(helper.make_node(operator, inputs, [output], **attributes))
        return output

    def constant(self, values, kind=np.float64):
        name = self._free(f"constant {len(self.constants)}")
        self.constants.append(numpy_helper.from_array(np.asarray(values, dtype=kind), name))
        return name

    def code(self, feature):
        """The number of a category, that of the last and one more where it is none of them."""
        codes = {category: code for code, category in enumerate(feature["categories"])} or {"": 0}
        if not all(isinstance(category, str) for category in codes):
            raise NotInOnnx(f"a category of {feature['name']} is no text")
        told = {"keys_strings": list(codes), "values_int64s": list(codes.values())}
        return self.node(
            "LabelEncoder", [feature["name"]], domain=ML, default_int64=len(feature["categories"]), **told
        )

    def encoded(self):
        output = helper.make_tensor_value_info(self.score, TensorProto.DOUBLE, ["rows", 1])
        graph = helper.make_graph(self.nodes, "driftgate", self.inputs, [output], self.constants)
        opsets = [helper.make_opsetid(domain, version) for domain, version in OPSETS]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=IR, producer_name="driftgate")
        helper.set_model_props(model, {"driftgate.missing": missing_category({"features": self.features})})
        checker.check_model(model, full_check=True)
        return model.SerializeToString(deterministic=True)

    def _input(self, feature):
        kind = TensorProto.STRING if "categories" in feature else TensorProto.DOUBLE
        return helper.make_tensor_value_info(feature["name"], kind, ["rows", 1])

    def _free(self, name):
        while name in self.names:
            name += "_"
        self.names.add(name)
        return name


def _linear(graph, model):
    terms = [graph.constant([[model["intercept"]]])]
    for feature in model["features"]:
        missing = feature.get("missing", 0)
        if "categories" in feature:
            weights = graph.constant([*feature["weights"], missing])
            terms.append(graph.node("Gather", [weights, graph.code(feature)]))
            continue
        low, high, weight = (graph.constant(feature[name]) for name in ("low", "high", "weight"))
        # Of what is missing nothing is taken on.
        known = graph.node("Mul", [graph.node("Clip", [feature["name"], low, high]), weight])
        absent = graph.node("IsNaN", [feature["name"]])
        terms.append(graph.node("Where", [absent, graph.constant(missing), known]))
    return graph.node("Sum", terms)


def _boosted(graph, model):
    return graph.node("Add", [graph.constant([[model["baseline"]]]), leaves(graph, model)])


def _forest(graph, model):
    return graph.node("Div", [leaves(graph, model), graph.constant([[len(model["trees"])]])])


SUMS = {"linear": _linear, "gradient-boosted-trees": _boosted, "forest": _forest}
