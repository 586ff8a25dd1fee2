// SPDX-License-Identifier: BSD-3-Clause

#include "codecs/expected.h"
#include "h5/checked.h"
#include "h5/convert.h"
#include "h5/dataset.h"
#include "h5/error.h"
#include "h5/lock.h"
#include "h5/open_dataset.h"

namespace anndata::h5 {
void WriteNumbers(File& file, const std::string& key, const std::string& field, const Box& box,
                  Span data) {
  LibraryLock lock;
  WithKey(key, [&] {
    const auto dataset = OpenForUse(file, key);
    const Element element = ElementOf(*dataset, field);
    CheckNumeric(element);
    const uint64_t elements = CheckBox(*dataset, box);
    CheckSpan(element, elements, data);
    if (data.bytes == 0) return;
    std::vector<unsigned char> scratch;
    const void* from =
        WritePlace(element.record.dtype, data.data, elements * element.items, scratch);
    const TypeId item = ReadType(element.record, element.stored.get());
    const TypeId type = TransferType(element, field, item.get());
    const Spaces spaces = SpacesOf(*dataset, box, elements);
    const ExpectedChunk expected(dataset->chunkBytes);
    Check(H5Dwrite(dataset->id.get(), type.get(), spaces.memory.get(), spaces.file.get(),
                   H5P_DEFAULT, from),
          "writing the data");
  });
}

}  // namespace anndata::h5
