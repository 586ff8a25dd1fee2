# SPDX-License-Identifier: BSD-3-Clause
from contextlib import contextmanager

import h5py
from anndata.io import read_elem
from canonical import sparse_parts


@contextmanager
def prepare(request):
    def work():
        with h5py.File(request["file"]) as file:
            return read_elem(file["X"])

    yield work


def parts(request, result):
    if request.get("sorted"):
        result.sort_indices()
    return sparse_parts(result)
