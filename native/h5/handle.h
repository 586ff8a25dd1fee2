// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <hdf5.h>

#include <utility>

namespace anndata::h5 {

// Owns one library id; closes it when it goes, which must be under the lock.
template <herr_t (*Close)(hid_t)>
class Handle {
 public:
  Handle() = default;
  explicit Handle(hid_t id) : id_(id) {}
  Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, -1)) {}
  Handle& operator=(Handle&& other) noexcept {
    if (this != &other) {
      Reset();
      id_ = std::exchange(other.id_, -1);
    }
    return *this;
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() { Reset(); }

  hid_t get() const { return id_; }
  bool valid() const { return id_ >= 0; }
  hid_t Release() { return std::exchange(id_, -1); }
  void Reset() {
    if (id_ >= 0) Close(std::exchange(id_, -1));
  }

 private:
  hid_t id_ = -1;
};

using TypeId = Handle<H5Tclose>;
using SpaceId = Handle<H5Sclose>;
using PropsId = Handle<H5Pclose>;
using GroupId = Handle<H5Gclose>;
using DatasetId = Handle<H5Dclose>;
using AttrId = Handle<H5Aclose>;
using ObjectId = Handle<H5Oclose>;

}  // namespace anndata::h5
