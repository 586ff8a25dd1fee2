# SPDX-License-Identifier: BSD-3-Clause
"""Rows that pandas chooses: conditions.py make FILE, or conditions.py names FILE (JSON: condition -> names)"""

import json
import sys

import anndata as ad
import numpy as np
import pandas as pd

command, path = sys.argv[1:]


def make() -> None:
    obs = pd.DataFrame(
        {
            "kind": pd.Categorical(["a", "b", None, "a"]),
            "text": ["x=y", "x", "y", "z"],
            "a=b": np.array([1, 2, 1, 3], dtype="int8"),
            "f32": np.array([0.1, 0.2, np.nan, -1], dtype="float32"),
            "i64": np.array([2**53, 2**53 + 1, 2, 3]),
            "flag": np.array([True, False, True, False]),
            "nullable": pd.array([1, None, 3, 2], dtype="Int64"),
            "number": pd.Categorical([1, 2, 3, None]),
        },
        index=["c0", "c1", "c2", "c3"],
    )
    ad.AnnData(np.eye(4, dtype="float32"), obs=obs).write_h5ad(path)


def names() -> None:
    obs = ad.read_h5ad(path).obs
    numbers = obs["number"].astype("float64")
    masks = {
        "kind=a": obs["kind"] == "a",
        "kind!=a": obs["kind"] != "a",
        "text=x=y": obs["text"] == "x=y",
        "a=b=1": obs["a=b"] == 1,
        "f32=0.1": obs["f32"] == 0.1,
        "f32!=0.1": obs["f32"] != 0.1,
        "f32<0.1": obs["f32"] < 0.1,
        "f32<=0.1": obs["f32"] <= 0.1,
        "f32=nan": obs["f32"].isna(),
        "i64=9007199254740993": obs["i64"] == 2**53 + 1,
        "i64>9007199254740992": obs["i64"] > 2**53,
        "i64>2.5": obs["i64"] > 2.5,
        "flag=True": obs["flag"],
        "flag!=true": ~obs["flag"],
        "nullable<3": (obs["nullable"] < 3).fillna(False),
        "number>=2": numbers >= 2,
        "number!=2": obs["number"] != 2,
    }
    print(json.dumps({condition: list(obs.index[mask.to_numpy(bool)]) for condition, mask in masks.items()}))


{"make": make, "names": names}[command]()
