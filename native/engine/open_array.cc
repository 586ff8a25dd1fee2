// SPDX-License-Identifier: BSD-3-Clause

#include "engine/open_array.h"

#include "engine/read.h"
#include "failure.h"
#include "h5/checked.h"
#include "h5/lock.h"

namespace anndata::engine {

OpenArray::~OpenArray() {
  if (!dataset) return;
  const h5::LibraryLock lock;
  source.reset();
  element = {};
  dataset.reset();
}

OpenArray OpenFor(h5::File& file, const std::string& key, const std::string& field,
                  const Picks& picks) {
  OpenArray array;
  const h5::LibraryLock lock;
  array.dataset = h5::OpenForUse(file, key);
  array.element = h5::ElementOf(*array.dataset, field);
  const std::vector<hsize_t>& shape = array.dataset->shape;
  if (array.dataset->null)
    throw Failure("ERR_INVALID_FILE", "there are no data here (a null dataspace)");
  if (picks.starts.size() != shape.size() || picks.counts.size() != shape.size()) {
    throw Failure("ERR_ARGUMENT", "a selection of rank " + std::to_string(picks.starts.size()) +
                                      " for an array of rank " + std::to_string(shape.size()));
  }
  for (size_t axis = 0; axis < shape.size(); axis++)
    array.selection.emplace_back(picks.starts[axis], picks.counts[axis], shape[axis]);
  array.elements = SizeOf(array.selection);
  array.source = Source::Of(file, array.dataset);
  return array;
}

void ReadStored(const OpenArray& array, uint8_t* to, const Control& control) {
  const h5::Element& element = array.element;
  const auto copy = ElementCopy::Same(array.dataset->elementBytes, element.offset,
                                      element.item_bytes * element.items);
  Read(*array.source, array.selection, copy, to, control);
}

}  // namespace anndata::engine
