"""The model as a graph of operations, made from the published weights; needs no other framework.

all-MiniLM-L6-v2 is a BERT of six layers whose token states are averaged and scaled to length one.
The table of words is no part of it: who asks brings the rows of a text's words (`word_vectors`).
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from onnx import ModelProto, NodeProto, TensorProto, checker, helper, numpy_helper

from problems.likeness.vectors import SIZE

LAYERS = 6
HEADS = 12
EPSILON = 1e-12
OPERATIONS_OF = 17
FORMAT_OF = 8
# What is added to the attention of padding, so that nothing is heard of it.
SILENCE = -10_000.0

Weights = Mapping[str, np.ndarray[Any, Any]]


class GraphBuilder:
    """Collects nodes and constants; each method returns the name of what it made."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self.nodes: list[NodeProto] = []
        self.constants: list[TensorProto] = []

    def constant(self, value: object, kind: type[np.generic]) -> str:
        """Add a constant."""
        name = f"constant_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.array(value, kind, order="C"), name))
        return name

    def weight(self, name: str) -> str:
        """Add one of the published tensors as it is."""
        return self.constant(self.weights[name], np.float32)

    def node(self, operation: str, *inputs: str, **settings: Any) -> str:
        """Add an operation."""
        name = f"{operation.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(operation, list(inputs), [name], name=name, **settings))
        return name

    def linear(self, states: str, layer: str) -> str:
        """Multiply by a layer's weights and add its bias."""
        turned = self.constant(self.weights[f"{layer}.weight"].T, np.float32)
        return self.node("Add", self.node("MatMul", states, turned), self.weight(f"{layer}.bias"))

    def normalised(self, states: str, layer: str) -> str:
        """Scale each state to mean 0 and spread 1, then as the layer says."""
        scale, shift = self.weight(f"{layer}.weight"), self.weight(f"{layer}.bias")
        return self.node("LayerNormalization", states, scale, shift, axis=-1, epsilon=EPSILON)

    def placed_words(self) -> str:
        """Add to each word where it stands."""
        length = self.node("Gather", self.node("Shape", "words"), self.constant(1, np.int64))
        places = self.node("Range", self.constant(0, np.int64), length, self.constant(1, np.int64))
        placed = self.node("Gather", self.weight("embeddings.position_embeddings.weight"), places)
        sentence = self.constant(
            self.weights["embeddings.token_type_embeddings.weight"][0], np.float32
        )
        states = self.node("Add", self.node("Add", "words", placed), sentence)
        return self.normalised(states, "embeddings.LayerNorm")

    def layer(self, states: str, number: int, *, silence: str) -> str:
        """Let the tokens hear one another, then think."""
        name = f"encoder.layer.{number}"
        heard = self.linear(
            self._attention(states, f"{name}.attention.self", silence=silence),
            f"{name}.attention.output.dense",
        )
        states = self.normalised(
            self.node("Add", heard, states), f"{name}.attention.output.LayerNorm"
        )
        thought = self._gelu(self.linear(states, f"{name}.intermediate.dense"))
        said = self.linear(thought, f"{name}.output.dense")
        return self.normalised(self.node("Add", said, states), f"{name}.output.LayerNorm")

    def average(self, states: str, mask: str) -> str:
        """Average the states of what is not padding, and scale the result to length one."""
        weighted = self.node("Mul", states, self.node("Unsqueeze", mask, self._axes(2)))
        total = self.node("ReduceSum", weighted, self._axes(1), keepdims=0)
        count = self.node("ReduceSum", mask, self._axes(1), keepdims=1)
        mean = self.node("Div", total, count)
        return self.node("LpNormalization", mean, axis=-1, p=2)

    def _attention(self, states: str, layer: str, *, silence: str) -> str:
        per_head = SIZE // HEADS
        shape = self.constant([0, 0, HEADS, per_head], np.int64)

        def split(kind: str, order: list[int]) -> str:
            parts = self.node("Reshape", self.linear(states, f"{layer}.{kind}"), shape)
            return self.node("Transpose", parts, perm=order)

        asked, offered = split("query", [0, 2, 1, 3]), split("key", [0, 2, 3, 1])
        scale = self.constant(per_head**-0.5, np.float32)
        fit = self.node("Mul", self.node("MatMul", asked, offered), scale)
        shares = self.node("Softmax", self.node("Add", fit, silence), axis=-1)
        heard = self.node("MatMul", shares, split("value", [0, 2, 1, 3]))
        whole = self.constant([0, 0, SIZE], np.int64)
        return self.node("Reshape", self.node("Transpose", heard, perm=[0, 2, 1, 3]), whole)

    def _gelu(self, states: str) -> str:
        root = self.constant(2.0**0.5, np.float32)
        error = self.node("Erf", self.node("Div", states, root))
        half = self.node("Mul", states, self.constant(0.5, np.float32))
        return self.node("Mul", half, self.node("Add", error, self.constant(1.0, np.float32)))

    def _axes(self, *axes: int) -> str:
        return self.constant(axes, np.int64)

    def silence(self, mask: str) -> str:
        """Return what padding adds to attention."""
        absent = self.node("Sub", self.constant(1.0, np.float32), mask)
        cost = self.node("Mul", absent, self.constant(SILENCE, np.float32))
        return self.node("Unsqueeze", cost, self._axes(1, 2))


def build_graph(weights: Weights) -> ModelProto:
    """Return the model: `words` (texts by tokens by numbers) and `attention_mask` to `embedding`."""
    builder = GraphBuilder(weights)
    mask = builder.node("Cast", "attention_mask", to=TensorProto.FLOAT)
    silence = builder.silence(mask)
    states = builder.placed_words()
    for number in range(LAYERS):
        states = builder.layer(states, number, silence=silence)
    embedding = builder.average(states, mask)
    builder.nodes.append(helper.make_node("Identity", [embedding], ["embedding"]))
    tokens = ["texts", "tokens"]
    graph = helper.make_graph(
        builder.nodes,
        "all-MiniLM-L6-v2",
        [
            helper.make_tensor_value_info("words", TensorProto.FLOAT, [*tokens, SIZE]),
            helper.make_tensor_value_info("attention_mask", TensorProto.INT64, tokens),
        ],
        [helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["texts", SIZE])],
        builder.constants,
    )
    model = helper.make_model(
        graph,
        opset_imports=[helper.make_opsetid("", OPERATIONS_OF)],
        producer_name="servicedesk",
        ir_version=FORMAT_OF,
    )
    checker.check_model(model)
    return model
