# SPDX-License-Identifier: BSD-3-Clause
"""Trains the model of examples/onnx anew and prints the probabilities of the cells that were held out."""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3] / "examples" / "onnx"))
from make_model import train  # noqa: E402

model, _, genes, _ = train(sys.argv[1])
print(json.dumps(model.predict_proba(genes).tolist()))
