# SPDX-License-Identifier: BSD-3-Clause
from contextlib import contextmanager

import h5py
from anndata.io import read_elem
from canonical import categorical_parts, text_parts


@contextmanager
def prepare(request):
    with h5py.File(request["file"]) as file:
        yield lambda: read_elem(file[request["key"]])


def parts(request, result):
    return text_parts(result) if request["key"] == "obs/_index" else categorical_parts(result)
