// SPDX-License-Identifier: BSD-3-Clause

#include "engine/write_numbers.h"

#include <optional>
#include <utility>
#include <vector>

#include "codecs/expected.h"
#include "engine/chunk_writer.h"
#include "h5/convert.h"
#include "h5/error.h"
#include "h5/lock.h"
#include "h5/open_dataset.h"

namespace anndata::engine {
namespace {

void WriteByLibrary(const h5::OpenDataset& dataset, const h5::Element& element,
                    const std::string& field, const h5::Box& box, uint64_t elements,
                    h5::Span data) {
  std::vector<unsigned char> scratch;
  const void* from =
      h5::WritePlace(element.record.dtype, data.data, elements * element.items, scratch);
  const h5::TypeId item = h5::ReadType(element.record, element.stored.get());
  const h5::TypeId type = h5::TransferType(element, field, item.get());
  const h5::Spaces spaces = h5::SpacesOf(dataset, box, elements);
  const ExpectedChunk expected(dataset.chunkBytes);
  h5::Check(H5Dwrite(dataset.id.get(), type.get(), spaces.memory.get(), spaces.file.get(),
                     H5P_DEFAULT, from),
            "writing the data");
}

}  // namespace

void WriteNumbers(h5::File& file, const std::string& key, const std::string& field,
                  const h5::Box& box, h5::Span data) {
  std::optional<WholeChunks> chunks;
  WithKey(key, [&] {
    const h5::LibraryLock lock;
    const auto dataset = h5::OpenForUse(file, key);
    const h5::Element element = h5::ElementOf(*dataset, field);
    h5::CheckNumeric(element);
    const uint64_t elements = h5::CheckBox(*dataset, box);
    h5::CheckSpan(element, elements, data);
    if (data.bytes == 0) return;
    chunks = AsWholeChunks(file, *dataset, element, field, box);
    if (!chunks) WriteByLibrary(*dataset, element, field, box, elements, data);
  });
  if (!chunks) return;
  // The file keeps the dataset open, as no other call on it runs meanwhile.
  WithKey(key, [&] { WriteChunks(*chunks, data.data); });
  // libhdf5 (1.10 to 2.0 at least) remembers of a chunk written this way that all filters were
  // applied. Only an object that is opened anew finds its mask.
  const h5::LibraryLock lock;
  file.datasets().Drop(key);
}

void Resize(h5::File& file, const std::string& key, hsize_t length) {
  const h5::LibraryLock lock;
  WithKey(key, [&] {
    const auto dataset = h5::OpenForUse(file, key);
    if (dataset->shape.empty()) throw Failure("ERR_ARGUMENT", "there is no axis to resize");
    std::vector<hsize_t> shape = dataset->shape;
    shape[0] = length;
    h5::Check(H5Dset_extent(dataset->id.get(), shape.data()), "resizing the array");
    dataset->shape = std::move(shape);
  });
}

}  // namespace anndata::engine
