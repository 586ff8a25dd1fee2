// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "kernels/sparse_rows.h"

namespace anndata::sparse {

// Sorts the entries of each row by index, in place; equal ones keep their order. The memory must be
// ours alone. NaN among the indices is refused, as it has no order.
template <class Index, class Element>
void SortRows(const Rows<Index>& rows, Index* indices, Element* data) {
  std::vector<std::pair<Index, Element>> entries;
  for (size_t i = 0; i < rows.count; ++i) {
    const Span span = SpanOf(rows, i);
    if constexpr (!std::is_integral_v<Index>) {
      for (size_t k = span.from; k < span.to; ++k) {
        if (std::isnan(indices[k])) BadIndex(rows, i, indices[k], 0);
      }
    }
    if (std::is_sorted(indices + span.from, indices + span.to)) continue;
    entries.resize(span.to - span.from);
    for (size_t k = span.from; k < span.to; ++k) entries[k - span.from] = {indices[k], data[k]};
    std::stable_sort(entries.begin(), entries.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    for (size_t k = span.from; k < span.to; ++k) {
      indices[k] = entries[k - span.from].first;
      data[k] = entries[k - span.from].second;
    }
  }
}

}  // namespace anndata::sparse
