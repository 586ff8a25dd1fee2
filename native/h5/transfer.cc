// SPDX-License-Identifier: BSD-3-Clause

#include <cstdlib>

#include "codecs/expected.h"
#include "h5/error.h"
#include "h5/open_dataset.h"

namespace anndata::h5 {
namespace {

void* Take(size_t bytes, void*) { return std::malloc(bytes); }
void Leave(void*, void*) {}

}  // namespace

hid_t TextTransfer() {
  static hid_t shared = -1;
  if (shared >= 0) return shared;
  PropsId list(Check(H5Pcreate(H5P_DATASET_XFER), "preparing to transfer text"));
  Check(H5Pset_vlen_mem_manager(list.get(), Take, nullptr, Leave, nullptr),
        "preparing to transfer text");
  shared = list.Release();
  return shared;
}

void ReadByLibrary(const OpenDataset& dataset, const Element& element, const std::string& field,
                   const Box& box, uint64_t n, hid_t item, void* to) {
  const TypeId type = TransferType(element, field, item);
  const Spaces spaces = SpacesOf(dataset, box, n);
  const ExpectedChunk expected(dataset.chunkBytes);
  Check(H5Dread(dataset.id.get(), type.get(), spaces.memory.get(), spaces.file.get(),
                dataset.references > 0 ? TextTransfer() : H5P_DEFAULT, to),
        "reading the data");
}

void ConvertItems(const Element& element, uint64_t items, hid_t item, void* data) {
  if (Check(H5Tequal(element.stored.get(), item), "comparing datatypes") > 0) return;
  std::vector<unsigned char> background;
  if (H5Tget_class(item) == H5T_COMPOUND) background.resize(items * H5Tget_size(item));
  Check(H5Tconvert(element.stored.get(), item, items, data,
                   background.empty() ? nullptr : background.data(), H5P_DEFAULT),
        "converting the data");
}

}  // namespace anndata::h5
