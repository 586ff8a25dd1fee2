// SPDX-License-Identifier: BSD-3-Clause

#include <cstring>
#include <limits>

#include "codecs/expected.h"
#include "h5/checked.h"
#include "h5/convert.h"
#include "h5/dataset.h"
#include "h5/error.h"
#include "h5/lock.h"
#include "h5/open_dataset.h"

namespace anndata::h5 {
namespace {

constexpr int64_t kMaxExact = int64_t{1} << 53;

// Gives a failure the key it happened at.
template <class F>
auto At(const std::string& key, F&& f) {
  try {
    return f();
  } catch (Failure& failure) {
    failure.SetKey(key);
    throw;
  }
}

void CheckSpan(const Element& element, uint64_t elements, const Span& span) {
  const DTypeInfo& info = InfoOf(element.record.dtype);
  const uint64_t bytes = Multiply(Multiply(elements, element.items), info.memoryBytes);
  if (span.kind != info.array || span.bytes != bytes) {
    throw Failure("ERR_ARGUMENT", std::string(info.name) + " takes a " + NameOf(info.array) +
                                      " of " + std::to_string(bytes) + " bytes here, not a " +
                                      NameOf(span.kind) + " of " + std::to_string(span.bytes));
  }
}

void CheckNumeric(const Element& element) {
  if (element.record.kind == TypeRecord::Kind::kNumeric) return;
  const bool unknown = element.record.kind == TypeRecord::Kind::kUnsupported;
  throw Failure(unknown ? "ERR_UNSUPPORTED_TYPE" : "ERR_INVALID_FILE",
                "numbers were expected, not " + Describe(element.record));
}

bool IsInteger(DType dtype) { return dtype >= DType::kInt8 && dtype <= DType::kUint64; }

// Whether every value of the stored type fits into an int32.
bool Narrow(DType dtype) {
  return dtype != DType::kUint32 && dtype != DType::kUint64 && dtype != DType::kInt64;
}

[[noreturn]] void ThrowIndex(const std::string& value, uint64_t position,
                             const std::string& bounds) {
  throw Failure("ERR_INVALID_FILE", "the value " + value + " at position " +
                                        std::to_string(position) + " is " + bounds);
}

void CheckMinimum(const int32_t* values, uint64_t n, int64_t min, uint64_t base) {
  for (uint64_t i = 0; i < n; i++) {
    if (values[i] < min)
      ThrowIndex(std::to_string(values[i]), base + i, "below " + std::to_string(min));
  }
}

// Wide values into the typed array; false when one is beyond an Int32Array.
template <class Wide>
bool NarrowInto(const std::vector<Wide>& values, int64_t min, uint64_t base, Span dest) {
  const bool floats = dest.kind == ArrayKind::kFloat64;
  for (uint64_t i = 0; i < values.size(); i++) {
    const Wide v = values[i];
    if (std::is_signed<Wide>::value && static_cast<int64_t>(v) < min) {
      ThrowIndex(std::to_string(v), base + i, "below " + std::to_string(min));
    }
    if (v > static_cast<Wide>(kMaxExact)) ThrowIndex(std::to_string(v), base + i, "past 2^53");
    if (floats) {
      const double value = static_cast<double>(v);
      std::memcpy(dest.data + 8 * i, &value, sizeof value);
    } else {
      if (v > static_cast<Wide>(std::numeric_limits<int32_t>::max())) return false;
      const int32_t value = static_cast<int32_t>(v);
      std::memcpy(dest.data + 4 * i, &value, sizeof value);
    }
  }
  return true;
}

template <class Wide>
bool ReadWide(OpenDataset& dataset, const Element& element, const std::string& field,
              const Box& box, uint64_t n, hid_t item, int64_t min, uint64_t base, Span dest) {
  std::vector<Wide> values(n);
  ReadElements(dataset, element, field, box, n, item, values.data());
  return NarrowInto(values, min, base, dest);
}

void CheckIndexSpan(uint64_t elements, const Span& dest) {
  const uint64_t size = dest.kind == ArrayKind::kInt32     ? 4
                        : dest.kind == ArrayKind::kFloat64 ? 8
                                                           : 0;
  if (size == 0 || dest.bytes != Multiply(elements, size)) {
    throw Failure("ERR_ARGUMENT", "indices take an Int32Array or Float64Array of " +
                                      std::to_string(elements) + " elements");
  }
}

}  // namespace

void ReadNumbers(File& file, const std::string& key, const std::string& field, const Box& box,
                 Span dest) {
  LibraryLock lock;
  At(key, [&] {
    const auto dataset = OpenForUse(file, key);
    const Element element = ElementOf(*dataset, field);
    CheckNumeric(element);
    const uint64_t elements = CheckBox(*dataset, box);
    CheckSpan(element, elements, dest);
    if (dest.bytes == 0) return;
    const TypeId item = ReadType(element.record, element.stored.get());
    const uint64_t items = elements * element.items;
    ReadElements(*dataset, element, field, box, elements, item.get(),
                 ReadPlace(element.record.dtype, dest.data, items));
    FinishRead(element.record.dtype, dest.data, items);
  });
}

bool ReadIndices(File& file, const std::string& key, const std::string& field, const Box& box,
                 int64_t min, Span dest) {
  LibraryLock lock;
  return At(key, [&] {
    const auto dataset = OpenForUse(file, key);
    const Element element = ElementOf(*dataset, field);
    CheckNumeric(element);
    const DType dtype = element.record.dtype;
    if (!IsInteger(dtype) || !element.dims.empty()) {
      throw Failure("ERR_INVALID_FILE",
                    std::string("integers were expected, not ") + InfoOf(dtype).name);
    }
    const uint64_t n = CheckBox(*dataset, box);
    CheckIndexSpan(n, dest);
    if (n == 0) return true;
    const uint64_t base = box.start.empty() ? 0 : box.start[0];
    if (Narrow(dtype) && dest.kind == ArrayKind::kInt32) {
      ReadElements(*dataset, element, field, box, n, H5T_NATIVE_INT32, dest.data);
      CheckMinimum(reinterpret_cast<const int32_t*>(dest.data), n, min, base);
      return true;
    }
    const bool isUnsigned = dtype == DType::kUint64;
    return isUnsigned ? ReadWide<uint64_t>(*dataset, element, field, box, n, H5T_NATIVE_UINT64, min,
                                           base, dest)
                      : ReadWide<int64_t>(*dataset, element, field, box, n, H5T_NATIVE_INT64, min,
                                          base, dest);
  });
}

void WriteNumbers(File& file, const std::string& key, const std::string& field, const Box& box,
                  Span data) {
  LibraryLock lock;
  At(key, [&] {
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
