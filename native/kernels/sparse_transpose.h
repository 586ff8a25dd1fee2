// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>

#include "kernels/sparse_rows.h"

// csr ↔ csc: count the entries of each minor position, then scatter them. Runs over different rows
// may go in parallel, each with counts and cursors of its own.
namespace anndata::sparse {

template <class Index, class Count>
void CountMinor(const Rows<Index>& rows, Count* counts, size_t minor) {
  for (size_t i = 0; i < rows.count; ++i) {
    const Span span = SpanOf(rows, i);
    for (size_t k = span.from; k < span.to; ++k) {
      const size_t at = Position(rows.indices + k, minor);
      if (at == kNowhere) BadIndex(rows, i, rows.indices[k], minor);
      counts[at] += 1;
    }
  }
}

inline void PrefetchForWrite(const void* at) {
#if defined(__GNUC__) || defined(__clang__)
  __builtin_prefetch(at, 1, 1);
#else
  (void)at;
#endif
}

// `cursors`: where the next entry of each minor position goes, in [0, room).
template <class Index, class Count, class Out, class Element>
void Scatter(const Rows<Index>& rows, const Element* data, Count* cursors, size_t minor,
             Out* outIndices, Element* outData, size_t room) {
  constexpr size_t kBlock = 32;
  size_t to[kBlock];
  for (size_t i = 0; i < rows.count; ++i) {
    const Span span = SpanOf(rows, i);
    const auto row = static_cast<Out>(rows.first + static_cast<double>(i));
    // Places first, with their memory on its way, then the writes: the caches miss many at once.
    for (size_t from = span.from; from < span.to; from += kBlock) {
      const size_t n = std::min(kBlock, span.to - from);
      for (size_t b = 0; b < n; ++b) {
        const size_t at = Position(rows.indices + from + b, minor);
        if (at == kNowhere) BadIndex(rows, i, rows.indices[from + b], minor);
        to[b] = Slot(cursors[at], room);
        if (to[b] == kNowhere) NoRoom();
        cursors[at] += 1;
        PrefetchForWrite(outIndices + to[b]);
        PrefetchForWrite(outData + to[b]);
      }
      for (size_t b = 0; b < n; ++b) {
        outIndices[to[b]] = row;
        outData[to[b]] = data[from + b];
      }
    }
  }
}

}  // namespace anndata::sparse
