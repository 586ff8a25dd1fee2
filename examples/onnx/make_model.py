# SPDX-License-Identifier: BSD-3-Clause
"""Makes bulk_labels.onnx: a logistic regression of the type of a cell, trained by scikit-learn and stored as an ONNX graph.

    python examples/onnx/make_model.py FILE.h5ad bulk_labels.onnx

needs anndata, scikit-learn and onnx (1.23.2). `probabilities` alone needs no onnx.
"""

import sys

import anndata
import numpy as np
from sklearn.linear_model import LogisticRegression

LABEL = "bulk_labels"


def train(path):
    """Trains on four cells of five. Returns the model, the names of the types, and the other cells with their types."""
    cells = anndata.read_h5ad(path)
    genes, labels = np.asarray(cells.X), cells.obs[LABEL].cat
    held_out = np.arange(cells.n_obs) % 5 == 0
    model = LogisticRegression(max_iter=1000).fit(genes[~held_out], labels.codes[~held_out])
    return model, list(labels.categories), genes[held_out], labels.codes[held_out].to_numpy()


def graph(model, classes):
    """genes → Gemm → softmax → probabilities, label; the names of the types are in the metadata."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    weights = [
        numpy_helper.from_array(model.coef_.T.astype("float32"), "weights"),
        numpy_helper.from_array(model.intercept_.astype("float32"), "bias"),
    ]
    nodes = [
        helper.make_node("Gemm", ["genes", "weights", "bias"], ["scores"]),
        helper.make_node("Softmax", ["scores"], ["probabilities"], axis=1),
        helper.make_node("ArgMax", ["scores"], ["label"], axis=1, keepdims=0),
    ]
    n_genes = model.coef_.shape[1]
    inputs = [helper.make_tensor_value_info("genes", TensorProto.FLOAT, ["cells", n_genes])]
    outputs = [
        helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["cells", len(classes)]),
        helper.make_tensor_value_info("label", TensorProto.INT64, ["cells"]),
    ]
    made = helper.make_model(
        helper.make_graph(nodes, LABEL, inputs, outputs, weights),
        opset_imports=[helper.make_opsetid("", 17)],
        ir_version=8,
    )
    onnx.checker.check_model(made, full_check=True)
    return made


if __name__ == "__main__":
    source, target = sys.argv[1:]
    model, classes, genes, labels = train(source)
    with open(target, "wb") as file:
        file.write(graph(model, classes).SerializeToString(deterministic=True))
    print(f"held-out accuracy: {model.score(genes, labels):.3f} ({len(labels)} cells)")
