# SPDX-License-Identifier: BSD-3-Clause
"""Compares what h5py reads with what was handed to the writer. Usage: written.py FOLDER (cases.json, written.h5, <n>.bin)"""

import json
import os
import sys

import h5py
import hdf5plugin  # noqa: F401  registers zstd, lz4, blosc
import numpy as np

MEMORY = {"bool": "u1", "float16": "f4", "complex64": "c8", "complex128": "c16"}
folder = sys.argv[1]
with open(os.path.join(folder, "cases.json")) as file:
    cases = json.load(file)


def fault(dataset, case):
    raw = np.fromfile(os.path.join(folder, f"{case['id']}.bin"), MEMORY.get(case["dtype"], case["dtype"]))
    expected = raw.astype(case["dtype"]).reshape(case["shape"])
    if dataset.dtype != expected.dtype or dataset.shape != expected.shape:
        return f"{dataset.dtype} {dataset.shape}"
    if list(dataset.chunks) != case["chunks"]:
        return f"chunks {dataset.chunks}"
    created = dataset.id.get_create_plist()
    filters = [created.get_filter(i)[0] for i in range(created.get_nfilters())]
    if filters != case["filters"]:
        return f"filters {filters}"
    found = dataset[...]
    if found.tobytes() != expected.tobytes():
        return f"{np.count_nonzero(found != expected)} values differ"
    return None


masked = 0
faults = []
with h5py.File(os.path.join(folder, "written.h5")) as file:
    for case in cases:
        dataset = file[str(case["id"])]
        what = fault(dataset, case)
        if what is not None:
            faults.append({"case": case, "fault": what})
        chunks = dataset.id.get_num_chunks()
        masked += any(dataset.id.get_chunk_info(i).filter_mask for i in range(chunks))
print(json.dumps({"faults": faults, "masked": int(masked)}))
