# SPDX-License-Identifier: BSD-3-Clause
"""Comparison of two HDF5 files node by node: kinds, types, shapes, attributes and stored values.

What may differ, and why:
- byte order: values are written in the machine's order, the numbers are the same;
- chunk shape, filters, contiguous or chunked layout: a choice of the writer, invisible to readers (whether an axis
  can grow is compared);
- offsets inside a compound: packing, invisible to readers;
- NaN payloads.
"""

from __future__ import annotations

import h5py
import numpy as np
from h5py import h5t
from strict import Differences, compare_array, join


def walk(a: h5py.File, b: h5py.File, out: Differences) -> None:
    versions = [file.id.get_create_plist().get_version()[0] for file in (a, b)]
    out.same("", "superblock", *versions)
    compare_nodes(a["/"], b["/"], "", out)


def compare_nodes(a, b, key: str, out: Differences) -> None:
    if not out.same(key, "node", type(a).__name__, type(b).__name__):
        return
    compare_attrs(a, b, key, out)
    if isinstance(a, h5py.Dataset):
        compare_datasets(a, b, key, out)
        return
    out.same(key, "children", sorted(a), sorted(b))
    for name in sorted(set(a) & set(b)):
        left, right = a.get(name, getlink=True), b.get(name, getlink=True)
        out.same(join(key, name), "link", type(left).__name__, type(right).__name__)
        compare_nodes(a[name], b[name], join(key, name), out)


def compare_attrs(a, b, key: str, out: Differences) -> None:
    out.same(key, "attributes", sorted(a.attrs), sorted(b.attrs))
    for name in sorted(set(a.attrs) & set(b.attrs)):
        where = f"{key}@{name}"
        left, right = (h5py.h5a.open(x.id, name.encode()) for x in (a, b))
        same = out.same(where, "type", describe(left.get_type()), describe(right.get_type()))
        if same and out.same(where, "shape", shape_of(left), shape_of(right)):
            compare_values(a.attrs[name], b.attrs[name], where, out)


def compare_datasets(a: h5py.Dataset, b: h5py.Dataset, key: str, out: Differences) -> None:
    same = out.same(key, "type", describe(a.id.get_type()), describe(b.id.get_type()))
    same &= out.same(key, "shape", shape_of(a.id), shape_of(b.id))
    out.same(key, "growing axes", growing(a), growing(b))
    if same:
        compare_values(a[()], b[()], key, out)


def growing(dataset: h5py.Dataset) -> list[bool]:
    return [n is None for n in dataset.maxshape or ()]


def shape_of(thing) -> str:
    """The dataspace: `null`, `()` for a scalar, else its extent."""
    space = thing.get_space()
    return "null" if space.get_simple_extent_type() == h5py.h5s.NULL else str(space.get_simple_extent_dims())


def compare_values(a, b, key: str, out: Differences) -> None:
    if isinstance(a, h5py.Empty):
        return
    compare_array(np.asarray(a), np.asarray(b), f"{key} stored", out)


def describe(t: h5t.TypeID) -> str:
    """An HDF5 datatype as text, without byte order."""
    if isinstance(t, h5t.TypeStringID):
        size = "variable" if t.is_variable_str() else t.get_size()
        return f"string({size}, cset {t.get_cset()}, pad {t.get_strpad()})"
    if isinstance(t, h5t.TypeEnumID):
        members = {t.get_member_name(i).decode(): t.get_member_value(i) for i in range(t.get_nmembers())}
        return f"enum({describe(t.get_super())}, {members})"
    if isinstance(t, h5t.TypeCompoundID):
        fields = [(t.get_member_name(i).decode(), describe(t.get_member_type(i))) for i in range(t.get_nmembers())]
        return f"compound({fields})"
    if isinstance(t, h5t.TypeArrayID):
        return f"array({t.get_array_dims()}, {describe(t.get_super())})"
    if isinstance(t, h5t.TypeVlenID):
        return f"vlen({describe(t.get_super())})"
    if isinstance(t, h5t.TypeIntegerID):
        return f"int({t.get_size()}, {'signed' if t.get_sign() else 'unsigned'})"
    if isinstance(t, h5t.TypeFloatID):
        return f"float({t.get_size()}, {t.get_fields()[1:]})"
    return f"{type(t).__name__}({t.get_size()})"
