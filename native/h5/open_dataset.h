// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <string>

#include "h5/dataset.h"

namespace anndata::h5 {

// Opening datasets with every check that must come before data are touched. All under the lock.

std::shared_ptr<OpenDataset> OpenForUse(File& file, const std::string& key);

// What is transferred: the whole element or one field of a compound.
struct Element {
  TypeRecord record;
  TypeId stored;              // of the field, or of an item of its sub-array
  std::vector<hsize_t> dims;  // of the sub-array
  uint64_t items = 1;         // product of dims
  size_t offset = 0;          // of the field in a stored element
  size_t item_bytes = 0;      // of an item as it is stored
};
Element ElementOf(const OpenDataset& dataset, const std::string& field);

// The type to transfer with when an item is `item` in memory: that, as an array or as the only
// member of a compound.
TypeId TransferType(const Element& element, const std::string& field, hid_t item);

// How data with texts are transferred: the library must not free texts, which our conversion keeps
// in memory of its own. It would where a text fills the gaps of chunks. Never closed.
hid_t TextTransfer();

// Reads a box of `n` elements through the library, each of them items that are `item` in memory.
void ReadByLibrary(const OpenDataset& dataset, const Element& element, const std::string& field,
                   const Box& box, uint64_t n, hid_t item, void* to);

// Numbers or fixed-length texts from their stored type to `item`, in place; `data` has room for the
// wider of both.
void ConvertItems(const Element& element, uint64_t items, hid_t item, void* data);

// Throws unless the element is a number.
void CheckNumeric(const Element& element);

// Throws unless the array is of the kind and size for so many elements.
void CheckSpan(const Element& element, uint64_t elements, const Span& span);

// Checks a box against the shape and returns its number of elements.
uint64_t CheckBox(const OpenDataset& dataset, const Box& box);

// Both spaces of a transfer: the box in the file, a row of its elements in memory.
struct Spaces {
  SpaceId file;
  SpaceId memory;
};
Spaces SpacesOf(const OpenDataset& dataset, const Box& box, uint64_t elements);

}  // namespace anndata::h5
