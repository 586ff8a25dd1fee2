# SPDX-License-Identifier: BSD-3-Clause
"""Answers questions of the benchmark: does a task, says how long it took, what memory, and what came out."""

import concurrent.futures
import hashlib
import importlib.metadata
import json
import os
import platform
import re
import sys
import time

import numpy as np

STATUS = "/proc/self/status"


def load(folder, name, dtype="int32"):
    return np.fromfile(os.path.join(folder, name), dtype)


def kilobytes(field):
    with open(STATUS) as file:
        return int(re.search(rf"{field}:\s+(\d+)", file.read())[1])


def watch_memory():
    if not os.path.exists(STATUS):
        return lambda: None
    with open("/proc/self/clear_refs", "w") as file:
        file.write("5")
    before = kilobytes("VmRSS")
    return lambda: (kilobytes("VmHWM") - before) * 1024


def copy(source, count):
    """As many bytes copied into fresh pages by two threads; NumPy asks for huge pages and lets others run."""
    part = source[:count]
    start = time.perf_counter()
    target = np.empty(count, "uint8")
    half = count // 2
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(np.copyto, target[s], part[s]) for s in (np.s_[:half], np.s_[half:])]:
            done.result()
    return (time.perf_counter() - start) * 1000


def versions():
    names = ["anndata", "scipy", "numpy", "pandas"]
    return ", ".join([f"Python {platform.python_version()}"] + [f"{n} {importlib.metadata.version(n)}" for n in names])


def hash_of(arrays):
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


def serve(tasks, arrays_of):
    """`tasks`: name → (what is made before the time counts, or None; the work). `arrays_of`: result → what is hashed."""
    source = np.ones(0, "uint8")
    for line in sys.stdin:
        question = json.loads(line)
        op = question["op"]
        if op == "versions":
            answer = versions()
        elif op == "copy":
            if len(source) < question["bytes"]:
                source = np.ones(question["bytes"], "uint8")
            answer = {"ms": copy(source, question["bytes"])}
        else:
            prepare, work = tasks[op]
            argument = None if prepare is None else prepare()
            peak = watch_memory()
            start = time.perf_counter()
            result = work(argument)
            answer = {"ms": (time.perf_counter() - start) * 1000, "peak": peak()}
            if question["hash"]:
                answer["hash"] = hash_of(arrays_of(result))
            del result, argument
        print(json.dumps(answer), flush=True)
