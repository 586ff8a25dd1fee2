# SPDX-License-Identifier: BSD-3-Clause
"""Random datasets and what h5py reads of them. Usage: random_arrays.py FOLDER; then lines of [seed, datasets].

Answers a line with the reads to make of the files it wrote. What each should give lies in `expected.bin`.
"""

import json
import os
import sys
import zlib

import h5py
import hdf5plugin
import numpy as np
import scipy.sparse

os.chdir(sys.argv[1])

NUMBERS = [order + code for code in ('i2', 'i4', 'i8', 'u2', 'u4', 'u8', 'f2', 'f4', 'f8', 'c8', 'c16') for order in '<>']
NUMBERS += ['i1', 'u1', '?', 'g']
INTEGERS = [code for code in NUMBERS if np.dtype(code).kind in 'iu']
LETTERS = 'abcxyz éß漢😀'
FILTERS = [
    lambda: {},
    lambda: {'compression': 'gzip'},
    lambda: {'compression': 'lzf'},
    lambda: dict(hdf5plugin.Zstd()),
    lambda: dict(hdf5plugin.LZ4()),
    lambda: dict(hdf5plugin.Blosc()),
]
SHUFFLE, DEFLATE = 2, 1
# What the libhdf5 under test can read.
NEW = 'latest' if os.environ.get('ANNDATA_HDF5') == 'source' else ('v110', 'v110')


def yes(random, chance):
    return random.random() < chance


def numbers(random, dtype, shape):
    dtype = np.dtype(dtype)
    if dtype.kind == 'b':
        return random.random(shape) < 0.5
    if dtype.kind in 'iu':
        least, most = np.iinfo(dtype).min, np.iinfo(dtype).max
        if yes(random, 0.7):
            least, most = max(least, -1 if yes(random, 0.2) else 0), min(most, random.choice([100, 40_000, 2**40]))
        return random.integers(least, most, shape, dtype.newbyteorder('='), endpoint=True).astype(dtype)
    values = random.integers(-2000, 2000, shape) / 8
    if dtype.kind == 'c':
        values = values + 1j * random.integers(-2000, 2000, shape)
    values = np.asarray(values, dtype)
    if values.ndim and yes(random, 0.2):
        values[random.random(shape) < 0.1] = random.choice([np.nan, np.inf, -0.0])
    return values


def texts(random, shape, most):
    """As bytes, so that they can be made to fit a width."""
    def one():
        text = ''.join(random.choice(list(LETTERS), random.integers(0, most + 1))).encode()[:most]
        return text.decode(errors='ignore').encode()
    return np.array([one() for _ in range(int(np.prod(shape)))], object).reshape(shape)


def any_type(random, depth=0):
    """A datatype, and a function that makes values of it."""
    pick = random.random()
    if pick < 0.12 and depth == 0:
        fields = []
        for i in range(random.integers(1, 5)):
            dtype, make = any_type(random, 1)
            dims = tuple(int(n) for n in random.integers(1, 4, random.integers(1, 3))) if yes(random, 0.3) else ()
            fields.append((f'f{i}', dtype, dims, make))

        def records(r, shape):
            values = np.zeros(shape, [(name, dtype, dims) for name, dtype, dims, _ in fields])
            for name, _, dims, make in fields:
                values[name] = make(r, (*shape, *dims))
            return values
        return np.dtype([(name, dtype, dims) for name, dtype, dims, _ in fields]), records
    if pick < 0.2:
        width = int(random.integers(1, 12))
        dtype = np.dtype(f'S{width}') if yes(random, 0.5) else h5py.string_dtype('utf-8', width)
        return dtype, lambda r, shape: texts(r, shape, width).astype(dtype)
    if pick < 0.3:
        return h5py.string_dtype(), lambda r, shape: texts(r, shape, int(r.choice([0, 5, 300])))
    dtype = np.dtype(str(random.choice(NUMBERS)))
    return dtype, lambda r, shape: numbers(r, dtype, shape)


def any_shape(random):
    if yes(random, 0.02):  # several blocks of contiguous data
        return tuple(int(n) for n in random.permutation([200_000, *random.integers(1, 3, random.integers(0, 3))]))
    rank = int(random.choice(5, p=[0.05, 0.4, 0.3, 0.15, 0.1]))
    most = (0, 900, 40, 12, 7)[rank]
    return tuple(int(n) for n in random.integers(1 if yes(random, 0.95) else 0, most + 1, rank))


def direct_chunk(random, data, at, values, fill):
    """Writes a chunk with some of its filters left out, as the library does when one cannot do its work."""
    plist = data.id.get_create_plist()
    filters = [plist.get_filter(i)[0] for i in range(plist.get_nfilters())]
    chunk = np.full(data.chunks, fill, data.dtype) if fill is not None else np.zeros(data.chunks, data.dtype)
    part = tuple(slice(a, a + c) for a, c in zip(at, data.chunks))
    inside = values[part]
    chunk[tuple(slice(0, n) for n in inside.shape)] = inside
    raw = chunk.tobytes()
    mask = 0
    for i, id in enumerate(filters):
        if id == SHUFFLE and yes(random, 0.5):
            raw = np.frombuffer(raw, 'u1').reshape(-1, data.dtype.itemsize).T.tobytes()
        elif id == DEFLATE and yes(random, 0.5):
            raw = zlib.compress(raw)
        else:
            mask |= 1 << i
    data.id.write_direct_chunk(at, raw, mask)


def create(random, file, key, dtype, make, shape):
    """Writes a dataset; whether the engine should read it."""
    layout = random.choice(['contiguous', 'chunked', 'compact'], p=[0.25, 0.7, 0.05])
    has_text = any(h5py.check_string_dtype(dtype[name].base if dtype[name].subdtype else dtype[name]) for name in dtype.names) \
        if dtype.names else h5py.check_string_dtype(dtype) is not None and dtype.kind == 'O'
    fill = None
    if yes(random, 0.3) and not dtype.names:
        fill = b'fill'[: dtype.itemsize] if dtype.kind in 'SO' else numbers(random, dtype, ())
    options = {}
    if not shape or layout == 'compact':
        if layout == 'compact' and 2 * np.prod(shape) * dtype.itemsize < 60_000:
            space = h5py.h5s.create_simple(shape) if shape else h5py.h5s.create(h5py.h5s.SCALAR)
            plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
            plist.set_layout(h5py.h5d.COMPACT)
            id = h5py.h5d.create(file.id, key.encode(), h5py.h5t.py_create(dtype, logical=True), space, plist)
            h5py.Dataset(id)[()] = make(random, shape)
            return False
        layout = 'contiguous'
    if layout == 'chunked':
        options['chunks'] = tuple(int(random.integers(max(1, n // 30), max(2, n + 2))) for n in shape)
        if yes(random, 0.5):
            options['maxshape'] = tuple(None if yes(random, 0.4) else n + int(random.integers(0, 9)) for n in shape)
        else:
            options['chunks'] = tuple(min(max(n, 1), c) for n, c in zip(shape, options['chunks']))
        options['chunks'] = tuple(
            c if m is None else max(1, min(c, m)) for c, m in zip(options['chunks'], options.get('maxshape', shape)))
        if min(options.get('maxshape', shape), key=lambda n: 1 if n is None else n) == 0:
            options = {}
        else:
            # hdf5plugin's Blosc, the last of them, divides by zero for text of any length.
            options |= FILTERS[random.integers(len(FILTERS) - (dtype.kind == 'O'))]()
            options['shuffle'] = yes(random, 0.4) and not (dtype.kind == 'O')
            options['fletcher32'] = yes(random, 0.3)
    if yes(random, 0.15):
        plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        plist.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
        options['dcpl'] = plist
    try:
        data = file.create_dataset(key, shape, dtype, fillvalue=fill, **options)
    except ValueError:  # not for every filter
        for name in ('compression', 'compression_opts', 'shuffle', 'fletcher32', 'dcpl'):
            options.pop(name, None)
        data = file.create_dataset(key, shape, dtype, fillvalue=fill, **options)
    values = make(random, shape)
    part = random.random()
    if data.chunks and data.size and not has_text and yes(random, 0.3):
        # Each chunk once: written again in the same size, the library keeps the old mask.
        for at in {tuple(int(random.integers(0, -(-n // c)) * c) for n, c in zip(shape, data.chunks)) for _ in range(3)}:
            direct_chunk(random, data, at, values, fill)
        return True
    if part < 0.7 or not shape:
        data[()] = values
    elif part < 0.9:
        for _ in range(2):
            start = [int(random.integers(0, n + 1)) for n in shape]
            box = tuple(slice(a, int(random.integers(a, n + 1))) for a, n in zip(start, shape))
            data[box] = values[box]
    if data.chunks and 'maxshape' in options and yes(random, 0.4):
        for axis, most in enumerate(data.maxshape):
            data.resize(int(random.integers(0 if yes(random, 0.1) else 1, (most or shape[axis] + 20) + 1)), axis)
    return True


def any_picks(random, shape):
    def one(n):
        if yes(random, 0.4) or n == 0:
            a, b = sorted(int(k) for k in random.integers(0, n + 1, 2))
            return (0, n) if yes(random, 0.3) else (a, b - a)
        count = int(random.choice([0, 1, 3, min(n, 60)], p=[0.05, 0.25, 0.35, 0.35]))
        picks = random.integers(0, n, count)
        if yes(random, 0.3):
            picks.sort()
        if yes(random, 0.3):  # runs
            picks = np.concatenate([np.arange(k, min(n, k + int(random.integers(1, 9)))) for k in picks[:20]] or [picks])
        return picks
    return [one(n) for n in shape]


def positions(pick):
    return np.arange(pick[0], pick[0] + pick[1]) if isinstance(pick, tuple) else pick


class Expected:
    def __init__(self):
        self.out = open('expected.bin', 'wb')

    def put(self, data):
        at = self.out.tell()
        self.out.write(data)
        return [at, len(data)]

    def numbers(self, values):
        """In the form of our typed arrays."""
        wide = {'f2': 'f4', 'f16': 'f8', 'b1': 'u1'}
        dtype = values.dtype.newbyteorder('<')
        with np.errstate(all='ignore'):
            return self.put(np.ascontiguousarray(values, wide.get(f'{dtype.kind}{dtype.itemsize}', dtype)).tobytes())

    def texts(self, values):
        flat = [bytes(text).rstrip(b'\0') for text in values.reshape(-1)]
        try:  # space that was allocated and never written holds what was there before
            b'\n'.join(flat).decode()
        except UnicodeDecodeError:
            return None
        offsets = np.cumsum([0, *map(len, flat)]).astype('<i4')
        return [self.put(offsets.tobytes()), self.put(b''.join(flat))]


def reads_of(random, full, file, key, engine, expected):
    def request(picks, field, values):
        read = {'file': file, 'key': key, 'field': field, 'engine': engine,
                'picks': [list(p) if isinstance(p, tuple) else {'at': p.tolist()} for p in picks]}
        if values.dtype.kind in 'SO':
            return read | {'op': 'text', 'expect': expected.texts(values)}
        return read | {'op': 'numbers', 'dtype': str(values.dtype), 'expect': expected.numbers(values)}

    for turn in range(3):
        picks = [(0, n) for n in full.shape] if turn == 0 else any_picks(random, full.shape)
        taken = full[np.ix_(*map(positions, picks))] if full.shape else full
        if taken.size > 300_000:
            continue
        for field in taken.dtype.names or [None]:
            yield request(picks, field, taken if field is None else taken[field])
        if taken.dtype.kind in 'iu':
            least, below = int(random.choice([0, -1])), int(random.choice([2**53, 101, 50_000]))
            values = taken.astype(object)
            bad = values.size and (values.min() < least or values.max() >= below)
            wide = values.size and values.max() >= 2**31
            yield request(picks, None, taken) | {
                'op': 'indices', 'min': least, 'below': below,
                'expect': None if bad else expected.put(taken.astype('<f8' if wide else '<i4').tobytes())}


def gather(random, file, key, expected):
    rows, columns = (int(n) for n in random.integers(1, 60, 2))
    counts = random.integers(0, columns + 1, rows) if yes(random, 0.8) else np.zeros(rows, int)
    indices = np.concatenate([random.permutation(columns)[:n] for n in counts]).astype(str(random.choice(INTEGERS)))
    dtype = str(random.choice(NUMBERS))
    data = numbers(random, dtype, indices.shape)
    for name, values in [('indices', indices), ('data', data)]:
        options = {}
        if yes(random, 0.8) and len(values):
            options = {'chunks': (int(random.integers(1, len(values) + 1)),), **FILTERS[random.integers(len(FILTERS))]()}
        file.create_dataset(f'{key}/{name}', data=values, **options)
    indptr = np.concatenate([[0], np.cumsum(counts)])
    minor = np.full(columns, -1, '<i4')
    wanted = random.permutation(columns)[: random.integers(0, columns + 1) if yes(random, 0.7) else 1]
    minor[wanted] = np.arange(len(wanted))
    chosen = random.integers(0, rows, random.integers(0, 2 * rows)) if yes(random, 0.5) else np.arange(rows)
    found = [np.flatnonzero(minor[indices[indptr[r]: indptr[r + 1]].astype(int)] >= 0) + indptr[r] for r in chosen]
    at = np.concatenate([*found, []]).astype(int)
    ends = np.cumsum([0, *map(len, found)])
    if np.dtype(dtype).kind in 'iufc' and dtype[-2:] != 'f2' and dtype != 'g':
        native = data.astype(data.dtype.newbyteorder('='))
        whole = scipy.sparse.csr_matrix((native, indices.astype('i8'), indptr), (rows, columns))
        ours = scipy.sparse.csr_matrix((native[at], minor[indices[at].astype(int)], ends), (len(chosen), len(wanted)))
        np.testing.assert_array_equal(ours.toarray(), whole[chosen][:, wanted].toarray())
    return {
        'op': 'gather', 'engine': dtype != 'g' and np.dtype(dtype).kind != 'c' or dtype[0] == '<',
        'file': file.filename, 'key': key, 'dtype': dtype,
        'starts': indptr[chosen].tolist(), 'counts': counts[chosen].tolist(), 'minor': minor.tolist(),
        'expect': [expected.put(np.diff(ends).astype('<i4').tobytes()),
                   expected.put(minor[indices[at].astype(int)].tobytes()), expected.numbers(data[at])]}


def batch(seed, count):
    random = np.random.default_rng(seed)
    expected = Expected()
    reads = []
    for number in range(4):
        name = f'{number}.h5'
        with h5py.File(name, 'w', libver=NEW if number % 2 else ('earliest', 'v108'),
                       userblock_size=int(random.choice([0, 512, 4096]))) as file:
            for i in range(number, count, 4):
                if yes(random, 0.1):
                    reads.append(gather(random, file, f'g{i}', expected))
                    continue
                dtype, make = any_type(random)
                shape = any_shape(random)
                if np.prod(shape) > 100_000 and (dtype.names or dtype.kind in 'SO'):
                    shape = shape[:0]
                engine = create(random, file, f'a{i}', dtype, make, shape)
                full = np.asarray(file[f'a{i}'][()])
                reads += reads_of(random, full, name, f'a{i}', engine, expected)
    expected.out.close()
    return reads


for line in sys.stdin:
    print(json.dumps(batch(*json.loads(line))))
