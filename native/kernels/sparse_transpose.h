// SPDX-License-Identifier: BSD-3-Clause
#pragma once

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

// `cursors`: where the next entry of each minor position goes, in [0, room). One entry at a time:
// the processor keeps enough writes under way by itself; prefetching and batches were measured
// slower.
template <class Index, class Count, class Out, class Element>
void Scatter(const Rows<Index>& rows, const Element* data, Count* cursors, size_t minor,
             Out* outIndices, Element* outData, size_t room) {
  for (size_t i = 0; i < rows.count; ++i) {
    const Span span = SpanOf(rows, i);
    const auto row = static_cast<Out>(rows.first + static_cast<double>(i));
    for (size_t k = span.from; k < span.to; ++k) {
      const size_t at = Position(rows.indices + k, minor);
      if (at == kNowhere) BadIndex(rows, i, rows.indices[k], minor);
      const size_t to = Slot(cursors[at], room);
      if (to == kNowhere) NoRoom();
      cursors[at] += 1;
      outIndices[to] = row;
      outData[to] = data[k];
    }
  }
}

}  // namespace anndata::sparse
