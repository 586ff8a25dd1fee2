// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <list>
#include <memory>
#include <string>

#include "h5/datatype.h"
#include "h5/handle.h"

namespace anndata::h5 {

// An open dataset that passed the checks of dataset.h, with what is needed to read and write it.
struct OpenDataset {
  std::string key;
  DatasetId id;
  TypeId type;
  TypeRecord record;
  bool null = false;  // a null dataspace
  std::vector<hsize_t> shape;
  std::vector<hsize_t> chunks;  // empty unless chunked
  size_t chunkBytes = 0;
  bool filtered = false;
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

  void Clear() { entries_.clear(); }

 private:
  static constexpr size_t kCapacity = 4;
  std::list<std::shared_ptr<OpenDataset>> entries_;
};

}  // namespace anndata::h5
