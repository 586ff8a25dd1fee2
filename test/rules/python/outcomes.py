# SPDX-License-Identifier: BSD-3-Clause
"""What Python's anndata makes of small programs: a JSON list of texts on stdin, a JSON list of outcomes on stdout.

Each program sees `a`, a new copy of the object the rules speak of, and gives the value of its last line, if that is an
expression. An error that says no to a value is the outcome "refused"; any other ends the script.
"""

import ast
import json
import math
import sys
import warnings

import anndata as ad
import numpy as np
import pandas as pd
from anndata import AnnData
from scipy import sparse as sp


def fixture():
    return AnnData(
        np.arange(12.0).reshape(4, 3),
        obs=pd.DataFrame({"x": [1, 2, 3, 4], "c": pd.Categorical(list("aabc"))}, index=list("wxyz")),
        var=pd.DataFrame(index=["g1", "g2", "g3"]),
        layers={"l": np.arange(12.0).reshape(4, 3) + 100, "s": sp.csr_matrix(np.arange(12.0).reshape(4, 3))},
        obsm={"m": np.arange(8.0).reshape(4, 2)},
        obsp={"o": np.arange(16.0).reshape(4, 4)},
        uns={"n": {"x": 1}, "c_colors": ["r", "g", "b"]},
    )


def named(names):
    """An object of these observations, X counting from 0."""
    return AnnData(np.arange(len(names) * 2.0).reshape(-1, 2), obs=pd.DataFrame(index=names))


def letters(rows, columns, X=None, /, **parts):
    """An object named by letters."""
    frames = {k: pd.DataFrame(parts.pop(k, {}), index=list(n)) for k, n in (("obs", rows), ("var", columns))}
    return AnnData(X=X, **frames, **parts)


def counted(*shape, dtype="float64"):
    return np.arange(1, np.prod(shape) + 1).reshape(shape).astype(dtype)


def warned(action):
    """The categories of the warnings an action gives, apart from those of pandas about itself."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        action()
    names = [w.category.__name__ for w in caught]
    return [name for name in names if not name.startswith("Pandas")]


def assign(target, name, value):
    """Assignment where only an expression will do."""
    setattr(target, name, value)


def put(target, key, value):
    target[key] = value


def show(value):
    if isinstance(value, AnnData):
        return {"obs": show(value.obs_names), "var": show(value.var_names), "X": show(value.X)}
    if sp.issparse(value):
        return [value.format, str(value.dtype), show(value.toarray().tolist())]
    if isinstance(value, np.ndarray) and value.dtype.kind in "fiub":
        return [str(value.dtype), show(value.tolist())]
    if isinstance(value, pd.Series) and isinstance(value.dtype, pd.CategoricalDtype):
        return [show(value.tolist()), show(value.cat.categories), bool(value.cat.ordered)]
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, dict) or hasattr(value, "items"):
        return {str(k): show(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)) or hasattr(value, "__next__") or type(value).__name__ in ("KeysView", "Keys"):
        return [show(each) for each in value]
    if value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return "missing"
    return value


def outcome(program):
    lines = ast.parse(program)
    scope = {**globals(), "a": fixture()}
    *before, last = lines.body
    try:
        if isinstance(last, ast.Expr):
            exec(compile(ast.Module(before, []), "rule", "exec"), scope)
            return show(eval(compile(ast.Expression(last.value), "rule", "eval"), scope))
        exec(compile(ast.Module(lines.body, []), "rule", "exec"), scope)
        return None
    except (ValueError, KeyError, IndexError, NotImplementedError, BufferError, pd.errors.InvalidIndexError):
        return "refused"


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    print(json.dumps([outcome(program) for program in json.load(sys.stdin)]))
