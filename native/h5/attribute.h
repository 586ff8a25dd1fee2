// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "h5/file.h"
#include "h5/records.h"

namespace anndata::h5 {

// Turns the address an object reference points to into a key, or '' when nothing known is there.
using ReferenceResolver = std::function<std::string(haddr_t)>;

// Ordered by their bytes. Throws ERR_LIMIT when there are very many. Under the lock.
std::vector<std::string> AttrNames(hid_t object);

// All attributes of an object, ordered by the bytes of their names. `budget`: bytes of values that
// may still be taken; values past it come as unsupported. Under the lock.
std::vector<AttrRecord> ReadAttrs(hid_t object, uint64_t& budget, const ReferenceResolver& resolve);

// Values for an attribute; `texts` for text, `bytes` (as the typed array of the dtype lies in
// memory) for numbers.
struct AttrData {
  bool text = false;
  DType dtype = DType::kInt8;
  std::vector<hsize_t> shape;  // empty: a scalar
  std::vector<std::string> texts;
  std::vector<unsigned char> bytes;
};

// Writes an attribute of the object at `key`, replacing one of that name. Takes the lock.
void WriteAttr(File& file, const std::string& key, const std::string& name, const AttrData& data);

}  // namespace anndata::h5
