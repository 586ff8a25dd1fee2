// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/control.h"
#include "engine/numbers.h"
#include "h5/dataset.h"

namespace anndata::engine {

// Texts as they were read: parts one after the other, so that threads can read and copy them side
// by side.
class Texts {
 public:
  struct Part {
    std::vector<char> bytes;
    std::vector<int64_t> ends;  // relative to the part's first byte
  };

  Texts() = default;
  explicit Texts(std::vector<Part> parts);

  size_t count() const { return count_; }
  size_t bytes() const { return bytes_; }

  // Copies them as Arrow has text, by all threads: count() + 1 offsets (int32_t or int64_t) and
  // bytes() bytes. Done once, as each part is given up on the way.
  template <class Offset>
  void MoveTo(Offset* offsets, char* bytes);

 private:
  std::vector<Part> parts_;
  size_t count_ = 0;
  size_t bytes_ = 0;
};

// Reads text, of any kind of storage; refuses more than `maxBytes` and invalid UTF-8. Takes the
// lock for moments. Throws what h5/dataset.h lists, and ERR_ABORTED.
Texts ReadTexts(h5::File& file, const std::string& key, const std::string& field,
                const Picks& picks, uint64_t maxBytes, const Control& control);

}  // namespace anndata::engine
