# SPDX-License-Identifier: BSD-3-Clause
"""Answers questions about frames with pandas: JSON cases on stdin, JSON answers on stdout."""

import json
import sys
import warnings

import pandas as pd

warnings.simplefilter("ignore")


def column(spec):
    values, kind = spec["values"], spec["kind"]
    if kind == "categorical":
        return pd.Categorical(values, categories=spec["categories"], ordered=spec["ordered"])
    dtype = {"text": "str", "int": "int64", "nullable": "Int64", "float": "float64", "bool": "bool"}[kind]
    return pd.array(values, dtype=dtype) if kind == "nullable" else pd.Series(values, dtype=dtype)


def plain(value):
    if isinstance(value, tuple):
        return [plain(v) for v in value]
    if pd.isna(value):
        return None
    return value.item() if hasattr(value, "item") else value


def answer(case):
    df = pd.DataFrame({name: column(spec) for name, spec in case["columns"]})
    options = case["options"]
    match case["question"]:
        case "sort":
            ordered = df.reset_index(drop=True).sort_values(
                case["by"],
                ascending=[not d for d in options["descending"]],
                na_position=options["missing"],
                kind="stable",
            )
            return ordered.index.tolist()
        case "valueCounts":
            counts = df[case["by"]].value_counts(sort=options["sort"], dropna=options["dropMissing"])
            return [[plain(k), int(n)] for k, n in counts.items()]
        case "groupBy":
            groups = df.groupby(
                case["by"], observed=options["observed"], dropna=options["dropMissing"], sort=options["sort"]
            )
            return [[plain(k), rows.tolist()] for k, rows in groups.indices.items()]
        case "where":
            return df.index[df[case["by"]].isin(options["values"])].tolist()


print(json.dumps([answer(case) for case in json.load(sys.stdin)]))
