// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/control.h"
#include "engine/element_copy.h"
#include "engine/open_array.h"
#include "engine/selection.h"

namespace anndata::engine {

// What is asked for: some runs of entries of a compressed sparse matrix (rows of a csr, columns of
// a csc), and of these the entries at wanted minor positions.
struct GatherSpec {
  std::string indices;  // keys
  std::string data;
  std::vector<uint64_t> starts;  // ascending, not overlapping
  std::vector<uint64_t> counts;
  // Minor position → position in the result, or -1. Memory of the caller's.
  const int32_t* map = nullptr;
  size_t minor = 0;
};

// Two passes, since only the first tells how much there is. All chunks of `indices` that hold a run
// are decoded; a chunk of `data` only when it has an entry that is wanted. Positions found are kept
// up to a budget; past it the chunks of `indices` are decoded a second time.
class Gather {
 public:
  // Null when the arrays are stored in a way that only the library reads. Takes the lock.
  static std::unique_ptr<Gather> Of(h5::File& file, const GatherSpec& spec);

  // The first pass. Throws ERR_INVALID_FILE for an index outside the matrix, ERR_ABORTED.
  void Scan(const Control& control);

  uint64_t found() const { return found_; }
  // Entries found in each run.
  const std::vector<int32_t>& counts() const { return counts_; }
  // What values go into: an array of that kind, so many bytes each.
  h5::ArrayKind data_kind() const;
  size_t data_bytes() const { return data_copy_.to_bytes(); }

  // The second pass: the entries in their order in the file.
  void Fill(int32_t* indices, uint8_t* data, const Control& control);

 private:
  struct Hit {
    uint32_t at;  // in the chunk
    int32_t to;
  };
  using Hits = std::vector<Hit>;
  struct Scanned {
    Hits hits;
    uint64_t found = 0;
    uint64_t first = 0;  // of them in the result
    bool kept = false;
    std::vector<uint32_t> counts;  // by piece
  };

  Gather() = default;
  void ScanChunk(size_t i, Hits& hits, std::vector<uint32_t>* counts) const;
  void Collect(const int32_t* values, uint32_t from, uint32_t n, Hits& hits) const;
  void CollectOnly(const int32_t* values, uint32_t from, uint32_t n, Hits& hits) const;
  // `index` as it is stored.
  [[noreturn]] void ThrowIndex(const uint8_t* index, uint64_t position) const;
  void FillChunk(uint64_t start, int32_t* indices, uint8_t* data) const;
  std::vector<uint64_t> DataChunks() const;

  GatherSpec spec_;
  OpenArray indices_;
  OpenArray data_;
  AxisRuns runs_;
  std::unique_ptr<AxisChunks> chunks_;  // of indices
  ElementCopy index_copy_;
  ElementCopy data_copy_;
  int32_t only_ = -1;  // the one minor position that is wanted, if it is one
  std::vector<Scanned> scanned_;
  std::vector<int32_t> counts_;
  uint64_t found_ = 0;
};

}  // namespace anndata::engine
