# SPDX-License-Identifier: BSD-3-Clause
"""Compares pairs of .h5ad files strictly and prints every difference as a JSON line.

usage: compare.py [--objects-only] [--strict-warnings] LEFT RIGHT [LEFT RIGHT …]
       compare.py [options] --list FILE     one tab-separated pair per line

Exit code 0: all equal; 1: differences; 2: a file could not be compared.
"""

from __future__ import annotations

import argparse
import json
import sys
import traceback
import warnings
from concurrent.futures import ProcessPoolExecutor

import anndata
import h5py
from storage_walk import walk
from strict import Differences, compare


def differences(left: str, right: str, *, objects_only: bool = False, strict_warnings: bool = False) -> Differences:
    """All differences between two files; with `strict_warnings`, a warning while reading `right` is one too."""
    out = Differences()
    out.modernised = objects_only
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        a = anndata.read_h5ad(left)
    with warnings.catch_warnings(record=strict_warnings) as caught:
        warnings.simplefilter("always" if strict_warnings else "ignore")
        # anndata's own use of pandas, whatever the file
        warnings.filterwarnings("ignore", message="The 'future.infer_string' option is deprecated")
        b = anndata.read_h5ad(right)
    for warning in caught or []:
        out.add("", f"warning while reading: {warning.category.__name__}", "", str(warning.message))
    compare(a, b, "", out)
    if not objects_only:
        with h5py.File(left, "r") as file_a, h5py.File(right, "r") as file_b:
            walk(file_a, file_b, out)
    return out


def report(job: tuple[str, str, dict]) -> tuple[list[str], int]:
    left, right, options = job
    try:
        found = differences(left, right, **options)
    except Exception as error:  # an unreadable file is reported like a difference, the rest still runs
        text = "".join(traceback.format_exception_only(error)).strip()
        notes = " ".join(getattr(error, "__notes__", []))
        line = {"left": left, "right": right, "key": "", "what": "not comparable", "error": f"{text} {notes}"[:2000]}
        return [json.dumps(line)], 2
    lines = [json.dumps({"file": left, "other": right, **each}, ensure_ascii=True) for each in found]
    return lines, 1 if lines else 0


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("files", nargs="*")
    parser.add_argument("--list")
    parser.add_argument("--objects-only", action="store_true")
    parser.add_argument("--strict-warnings", action="store_true")
    parser.add_argument("--jobs", type=int, default=1)
    args = parser.parse_args()
    pairs = list(zip(args.files[::2], args.files[1::2], strict=True))
    if args.list:
        with open(args.list, encoding="utf-8") as lines:
            pairs += [tuple(line.rstrip("\n").split("\t")) for line in lines]
    options = {"objects_only": args.objects_only, "strict_warnings": args.strict_warnings}
    jobs = [(left, right, options) for left, right in pairs]
    worst = 0
    with ProcessPoolExecutor(args.jobs) as pool:
        for lines, code in (pool.map if args.jobs > 1 else map)(report, jobs):
            worst = max(worst, code)
            for line in lines:
                print(line)
    print(json.dumps({"compared": len(jobs)}), file=sys.stderr)
    return worst


if __name__ == "__main__":
    sys.exit(main())
