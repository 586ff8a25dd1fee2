// SPDX-License-Identifier: BSD-3-Clause

#include <cstring>

#include "codecs/expected.h"
#include "h5/chunks.h"
#include "h5/error.h"
#include "h5/open_dataset.h"
#include "h5/vlen.h"

namespace anndata::h5 {
namespace {

void ReadByLibrary(const OpenDataset& dataset, const Element& element, const std::string& field,
                   const Box& box, uint64_t n, hid_t item, void* to) {
  const TypeId type = TransferType(element, field, item);
  const Spaces spaces = SpacesOf(dataset, box, n);
  const ExpectedChunk expected(dataset.chunkBytes);
  Check(H5Dread(dataset.id.get(), type.get(), spaces.memory.get(), spaces.file.get(), H5P_DEFAULT,
                to),
        "reading the data");
}

// `items` numbers or fixed-length texts, in place.
void ConvertItems(const Element& element, uint64_t items, hid_t item, void* data) {
  if (Check(H5Tequal(element.stored.get(), item), "comparing datatypes") > 0) return;
  std::vector<unsigned char> background;
  if (H5Tget_class(item) == H5T_COMPOUND) background.resize(items * H5Tget_size(item));
  Check(H5Tconvert(element.stored.get(), item, items, data,
                   background.empty() ? nullptr : background.data(), H5P_DEFAULT),
        "converting the data");
}

void ReadNumbersOurselves(OpenDataset& dataset, const Element& element, const Box& box,
                          uint64_t items, hid_t item, void* to) {
  const size_t stored = element.item_bytes * element.items;
  const size_t bytes = H5Tget_size(item);
  if (element.item_bytes <= bytes) {
    ReadStored(dataset, box, element.offset, stored, static_cast<unsigned char*>(to));
    ConvertItems(element, items, item, to);
    return;
  }
  std::vector<unsigned char> wide(items * element.item_bytes);
  ReadStored(dataset, box, element.offset, stored, wide.data());
  ConvertItems(element, items, item, wide.data());
  std::memcpy(to, wide.data(), items * bytes);
}

void ReadTextsOurselves(OpenDataset& dataset, const Element& element, const Box& box,
                        uint64_t items, void* to) {
  const size_t size = element.item_bytes;
  std::vector<unsigned char> references(items * size);
  ReadStored(dataset, box, element.offset, size * element.items, references.data());
  VlenReading* reading = VlenReading::current();
  if (reading == nullptr ||
      !reading->Convert(references.data(), size, size, static_cast<unsigned char*>(to),
                        sizeof(char*), items))
    throw Failure("ERR_INVALID_FILE", "the text cannot be read");
}

}  // namespace

void ReadElements(OpenDataset& dataset, const Element& element, const std::string& field,
                  const Box& box, uint64_t n, hid_t item, void* to) {
  const uint64_t items = n * element.items;
  if (!dataset.decodeOurselves) {
    ReadByLibrary(dataset, element, field, box, n, item, to);
  } else if (element.record.kind == TypeRecord::Kind::kString && element.record.variable) {
    ReadTextsOurselves(dataset, element, box, items, to);
  } else {
    ReadNumbersOurselves(dataset, element, box, items, item, to);
  }
}

}  // namespace anndata::h5
