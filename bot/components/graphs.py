"""Nets and big tables, as ONNX Runtime works them out: on one core, with weights of eight bits.

A table of numbers in eight bits is a quarter as long as usual, and a processor multiplies four times as
many of them at once; what comes out differs in the third decimal place.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from onnx import TensorProto, helper, numpy_helper
from onnxruntime import InferenceSession, SessionOptions

FUSED = "com.microsoft"  # where ONNX Runtime keeps what it does in one step
OPERATORS = [helper.make_opsetid("", 18), helper.make_opsetid(FUSED, 1)]
FORMAT = 9  # of the file, known to ONNX Runtime 1.16 and later
TOGETHER = 128  # numbers of a row that share a scale
ZERO = 128  # as a byte; processors without VNNI would cut off sums of signed ones
EIGHT_BITS = {"bits": 8, "block_size": TOGETHER, "accuracy_level": 4}  # of both factors


class Graph:
    """Written step by step, then made to work. Everything goes by names."""

    def __init__(self, given: list[Any], told: list[Any]) -> None:
        """Shapes of what is given (`given`) and told: numbers, and words for what is known only then."""
        self._given = helper.make_tensor_value_info("given", TensorProto.FLOAT, given)
        self._told = helper.make_tensor_value_info("told", TensorProto.FLOAT, told)
        self._steps: list[Any] = []
        self._tables: list[Any] = []

    def table(self, numbers: np.ndarray) -> str:
        name = f"table_{len(self._tables)}"
        self._tables.append(numpy_helper.from_array(np.ascontiguousarray(numbers), name))
        return name

    def step(self, operator: str, *inputs: str, outputs: int = 1, **details: Any) -> list[str]:
        names = [f"step_{len(self._steps)}_{number}" for number in range(outputs)]
        self._steps.append(helper.make_node(operator, inputs, names, **details))
        return names

    def ready(self, last: str) -> Callable[[np.ndarray], np.ndarray]:
        """A function of what is given; any number of threads may call it."""
        self._steps.append(helper.make_node("Identity", [last], ["told"]))
        graph = helper.make_graph(self._steps, "graph", [self._given], [self._told], self._tables)
        model = helper.make_model(graph, opset_imports=OPERATORS, ir_version=FORMAT)
        options = SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        session = InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
        return lambda numbers: session.run(["told"], {"given": numbers})[0]


def products(table: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    """A function that multiplies vectors by every row of a table."""
    lacking = [(0, 0), (0, -table.shape[1] % TOGETHER)]  # there are whole blocks only
    wide = np.pad(table, lacking)
    rows, width = wide.shape
    numbers, scales = in_bytes(wide.reshape(rows, -1, TOGETHER))
    graph = Graph(["vectors", width], ["vectors", rows])
    tables = graph.table(numbers), graph.table(scales.ravel())
    (told,) = graph.step("MatMulNBits", "given", *tables, domain=FUSED, N=rows, K=width, **EIGHT_BITS)
    work = graph.ready(told)
    return work if wide.shape == table.shape else lambda vectors: work(np.pad(vectors, lacking))


def in_bytes(numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Bytes around ZERO, and the scale of those that stand together in the last axis."""
    scales = np.abs(numbers).max(-1) / (ZERO - 1) + 1e-12
    return (np.rint(numbers / scales[..., None]) + ZERO).astype(np.uint8), scales.astype(np.float32)
