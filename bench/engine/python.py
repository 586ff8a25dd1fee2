# SPDX-License-Identifier: BSD-3-Clause
"""The process in which Python's anndata is measured: runs the workload it is asked for, once. See ours.mjs."""

import gc
import importlib
import json
import os
import sys
import time
import warnings

here = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [here, os.path.join(here, "workloads")]

import hdf5plugin  # noqa: E402, F401  registers zstd
from canonical import digest  # noqa: E402

warnings.simplefilter("ignore")


def memory(field):
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith(field))


def measure(work):
    gc.collect()
    if sys.platform == "linux":
        with open("/proc/self/clear_refs", "w") as file:
            file.write("5")
        before = memory("VmRSS")
    cpu, start = time.process_time(), time.perf_counter()
    result = work()
    cost = {"ms": (time.perf_counter() - start) * 1e3, "cpuMs": (time.process_time() - cpu) * 1e3}
    if sys.platform == "linux":
        cost["peak"] = max(0, memory("VmHWM") - before)
    return result, cost


def versions():
    import anndata
    import h5py
    import scipy

    found = {"Python": sys.version.split()[0], "anndata": anndata.__version__, "h5py": h5py.__version__}
    found |= {"HDF5 of h5py": h5py.version.hdf5_version, "scipy": scipy.__version__}
    return found | {"zlib of h5py": loaded_zlib()}


def loaded_zlib():
    """Version and file of the zlib that h5py's libhdf5 calls in this process."""
    import ctypes

    with open("/proc/self/maps") as maps:
        files = {line.split()[-1] for line in maps if "/libz" in line and "libzstd" not in line}
    found = []
    for file in sorted(files):
        library = ctypes.CDLL(file)
        library.zlibVersion.restype = ctypes.c_char_p
        found.append(f"{library.zlibVersion().decode()} ({os.path.basename(os.path.realpath(file))})")
    return ", ".join(found) or "built in"


def answer(question):
    if question["workload"] == "versions":
        return versions()
    module = importlib.import_module(question["workload"].replace("-", "_"))
    request = question["request"]
    with module.prepare(request) as work:
        result, cost = measure(work)
        if "repeat" in request:
            cost |= {key: cost[key] / request["repeat"] for key in ["ms", "cpuMs"]}
        if hasattr(module, "facts"):
            cost |= module.facts(request, result)
        if question["check"] and hasattr(module, "parts"):
            cost["digest"] = digest(module.parts(request, result))
    return cost


for line in sys.stdin:
    try:
        reply = answer(json.loads(line))
    except Exception as error:  # noqa: BLE001  the driver tells
        reply = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(reply), flush=True)
