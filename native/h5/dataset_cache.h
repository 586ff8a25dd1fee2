// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <string>

#include "h5/handle.h"
#include "h5/records.h"

namespace anndata::h5 {

// An open dataset that passed the checks of dataset.h, with what is needed to read and write it.
struct OpenDataset {
  enum class Layout { kContiguous, kChunked, kCompact };

  std::string key;
  DatasetId id;
  TypeId type;
  TypeRecord record;
  bool null = false;  // a null dataspace
  std::vector<hsize_t> shape;
  std::vector<hsize_t> chunks;  // empty unless chunked
  size_t references = 0;        // bytes of a reference to text; 0 when there is no text
  size_t elementBytes = 0;      // as stored, which for text is not what its type says
  size_t chunkBytes = 0;
  std::vector<FilterRecord> filters;
  bool plainEdges = false;  // chunks that reach over the edge are not filtered
  Layout layout = Layout::kContiguous;
  uint64_t address = 0;          // of contiguous data; 0 when nothing was ever written
  bool decodeOurselves = false;  // all filters are known to codecs/pipeline.h
  std::vector<uint8_t> fill;     // a stored element that was never written; empty for zeros
  // … which has texts. Then `fill` only marks what was never written, and is empty for records.
  bool hasTextFill = false;
  std::string textFill;
};

// The last few datasets used. All under the lock.
class DatasetCache {
 public:
  std::shared_ptr<OpenDataset> Find(const std::string& key) {
    for (auto it = entries_.begin(); it != entries_.end(); ++it) {
      if ((*it)->key != key) continue;
      entries_.splice(entries_.begin(), entries_, it);
      return entries_.front();
    }
    return nullptr;
  }

  void Add(std::shared_ptr<OpenDataset> dataset) {
    entries_.push_front(std::move(dataset));
    if (entries_.size() > kCapacity) entries_.pop_back();
  }

  void Drop(const std::string& key) {
    entries_.remove_if(
        [&](const std::shared_ptr<OpenDataset>& entry) { return entry->key == key; });
  }

  void Clear() { entries_.clear(); }

 private:
  static constexpr size_t kCapacity = 32;
  std::list<std::shared_ptr<OpenDataset>> entries_;
};

}  // namespace anndata::h5
