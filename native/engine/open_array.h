// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <string>

#include "engine/numbers.h"
#include "engine/selection.h"
#include "engine/source.h"
#include "h5/open_dataset.h"

namespace anndata::engine {

// A dataset with what a request wants of it. Its ids are closed under the lock, by OpenArray's end.
struct OpenArray {
  std::shared_ptr<h5::OpenDataset> dataset;
  h5::Element element;
  Selection selection;
  uint64_t elements = 0;           // in the selection
  std::unique_ptr<Source> source;  // null when only the library reads it

  OpenArray() = default;
  OpenArray(OpenArray&&) = default;
  OpenArray& operator=(OpenArray&&) = default;
  ~OpenArray();
};

// Opens a dataset and checks it, the field and the picks. Takes the lock.
OpenArray OpenFor(h5::File& file, const std::string& key, const std::string& field,
                  const Picks& picks);

// Reads the stored bytes of what is selected: `element.items` of `element.item_bytes` for each
// element.
void ReadStored(const OpenArray& array, uint8_t* to, const Control& control);

}  // namespace anndata::engine
