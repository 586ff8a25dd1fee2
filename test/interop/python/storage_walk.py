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
from h5py import h5a, h5t
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
        left, right = (x.id.links.get_info(name.encode()).type for x in (a, b))
        out.same(join(key, name), "link", left, right)
        compare_nodes(a[name], b[name], join(key, name), out)


def compare_attrs(a, b, key: str, out: Differences) -> None:
    left, right = attributes(a), attributes(b)
    out.same(key, "attributes", sorted(left), sorted(right))
    for name in sorted(set(left) & set(right)):
        where = f"{key}@{name}"
        same = out.same(where, "type", *(describe(attr.get_type()) for attr in (left[name], right[name])))
        if same and out.same(where, "shape", shape_of(left[name]), shape_of(right[name])):
            compare_values(value_of(left[name]), value_of(right[name]), where, out)


def attributes(node) -> dict[str, h5a.AttrID]:
    opened = [h5a.open(node.id, index=i) for i in range(h5a.get_num_attrs(node.id))]
    return {attr.name.decode(): attr for attr in opened}


def value_of(attr: h5a.AttrID):
    """An attribute's value; reading it through h5py's mapping of attributes takes several times as long."""
    if attr.get_space().get_simple_extent_type() == h5py.h5s.NULL:
        return h5py.Empty(attr.dtype)
    value = np.empty(attr.shape, attr.dtype)
    attr.read(value)
    return value


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
