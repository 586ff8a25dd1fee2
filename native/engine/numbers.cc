// SPDX-License-Identifier: BSD-3-Clause

#include "engine/numbers.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <optional>

#include "engine/by_library.h"
#include "engine/conversions.h"
#include "engine/counters.h"
#include "engine/open_array.h"
#include "engine/read.h"
#include "h5/checked.h"
#include "h5/convert.h"
#include "h5/error.h"
#include "h5/lock.h"

namespace anndata::engine {
namespace {

using h5::DType;

// Numbers converted by the library in one hold of the lock.
constexpr uint64_t kConvertAtOnce = 65536;

// Types that only the library converts: what is stored first, then piece by piece.
void ReadOddNumbers(const OpenArray& array, h5::Span dest, const Control& control) {
  const size_t stored = array.element.item_bytes;
  const uint64_t items = array.elements * array.element.items;
  std::vector<uint8_t> raw(static_cast<size_t>(h5::Multiply(items, stored)));
  ReadStored(array, raw.data(), control);
  const size_t memory = h5::InfoOf(array.element.record.dtype).memoryBytes;
  std::vector<uint8_t> piece(kConvertAtOnce * std::max(stored, memory));
  for (uint64_t from = 0; from < items; from += kConvertAtOnce) {
    control.Check();
    const uint64_t n = std::min(kConvertAtOnce, items - from);
    std::memcpy(piece.data(), raw.data() + from * stored, n * stored);
    const h5::LibraryLock lock;
    const h5::TypeId item = h5::ReadType(array.element.record, array.element.stored.get());
    h5::ConvertItems(array.element, n, item.get(), piece.data());
    std::memcpy(dest.data + from * memory, piece.data(), n * memory);
  }
}

void ReadByLibrary(const OpenArray& array, const std::string& field, h5::Span dest,
                   const Control& control) {
  const DType dtype = array.element.record.dtype;
  const size_t bytes = h5::InfoOf(dtype).memoryBytes * static_cast<size_t>(array.element.items);
  ForEachBox(
      array, bytes, control,
      [&](const h5::Box& box, uint64_t n, uint8_t* to) {
        const uint64_t items = n * array.element.items;
        {
          const h5::LibraryLock lock;
          const h5::TypeId item = h5::ReadType(array.element.record, array.element.stored.get());
          h5::ReadByLibrary(*array.dataset, array.element, field, box, n, item.get(),
                            h5::ReadPlace(dtype, to, items));
        }
        h5::FinishRead(dtype, to, items);
      },
      dest.data);
}

// Whether all fitted.
bool Settle(const IndexFault& fault, ElementCopy::Bounds bounds) {
  if (fault.kind == ElementCopy::Fault::kNone) return true;
  if (fault.kind == ElementCopy::Fault::kNarrow) return false;
  throw Failure("ERR_INVALID_FILE", "the value " + fault.value + " at position " +
                                        std::to_string(fault.position) + " is outside " +
                                        std::to_string(bounds.min) + " … " +
                                        std::to_string(bounds.below - 1));
}

bool IsWide(const h5::Span& dest, uint64_t elements) {
  const bool wide = dest.kind == h5::ArrayKind::kFloat64;
  const bool narrow = dest.kind == h5::ArrayKind::kInt32;
  if ((!wide && !narrow) || dest.bytes != h5::Multiply(elements, wide ? 8 : 4)) {
    throw Failure("ERR_ARGUMENT", "indices take an Int32Array or Float64Array of " +
                                      std::to_string(elements) + " elements");
  }
  return wide;
}

// Integers that only the library gets at: in their own width first, then as indices.
bool ReadIndicesByLibrary(const OpenArray& array, const std::string& field, bool wide,
                          ElementCopy::Bounds bounds, h5::Span dest, const Control& control) {
  const DType dtype = array.element.record.dtype;
  const size_t memory = h5::InfoOf(dtype).memoryBytes;
  std::vector<uint8_t> values(static_cast<size_t>(h5::Multiply(array.elements, memory)));
  ReadByLibrary(array, field, {h5::InfoOf(dtype).array, values.data(), values.size()}, control);
  const ElementCopy copy = ElementCopy::Index(
      {static_cast<uint8_t>(memory), dtype <= DType::kInt64, false}, wide, bounds);
  size_t n = static_cast<size_t>(array.elements);
  IndexFault fault;
  fault.kind = copy.Copy(values.data(), n, dest.data);
  if (fault.kind != ElementCopy::Fault::kNone) {
    fault.value = copy.IndexAt(values.data() + n * memory);
    fault.position = n;
  }
  return Settle(fault, bounds);
}

// An array that is to be read, and how its elements become what they are in memory; without a copy
// only the library can tell.
struct Opened {
  OpenArray array;
  std::optional<ElementCopy> copy;
};

Opened OpenNumbers(h5::File& file, const std::string& key, const std::string& field,
                   const Picks& picks, h5::Span dest) {
  Opened opened{OpenFor(file, key, field, picks), {}};
  const OpenArray& array = opened.array;
  h5::CheckNumeric(array.element);
  h5::CheckSpan(array.element, array.elements, dest);
  if (array.source) {
    const h5::LibraryLock lock;
    opened.copy = CopyOf(array);
  }
  return opened;
}

void ReadOpenNumbers(const Opened& opened, const std::string& field, h5::Span dest,
                     const Control& control) {
  const OpenArray& array = opened.array;
  if (dest.bytes == 0) return;
  if (opened.copy) {
    Read(*array.source, array.selection, *opened.copy, dest.data, control);
  } else if (array.source) {
    ReadOddNumbers(array, dest, control);
  } else {
    ReadByLibrary(array, field, dest, control);
  }
}

Opened OpenIndices(h5::File& file, const std::string& key, const std::string& field,
                   const Picks& picks, ElementCopy::Bounds bounds, h5::Span dest) {
  Opened opened{OpenFor(file, key, field, picks), {}};
  const OpenArray& array = opened.array;
  h5::CheckNumeric(array.element);
  const DType dtype = array.element.record.dtype;
  if (!IsInteger(dtype) || !array.element.dims.empty()) {
    throw Failure("ERR_INVALID_FILE",
                  std::string("integers were expected, not ") + h5::InfoOf(dtype).name);
  }
  const bool wide = IsWide(dest, array.elements);
  if (array.source && field.empty()) {
    const h5::LibraryLock lock;
    if (CopyOf(array)) opened.copy = ElementCopy::Index(IntegerOf(array.element), wide, bounds);
  }
  return opened;
}

bool ReadOpenIndices(const Opened& opened, const std::string& field, ElementCopy::Bounds bounds,
                     h5::Span dest, const Control& control) {
  const OpenArray& array = opened.array;
  if (array.elements == 0) return true;
  if (!opened.copy) {
    const bool wide = IsWide(dest, array.elements);
    return ReadIndicesByLibrary(array, field, wide, bounds, dest, control);
  }
  return Settle(Read(*array.source, array.selection, *opened.copy, dest.data, control), bounds);
}

}  // namespace

void ReadNumbers(h5::File& file, const std::string& key, const std::string& field,
                 const Picks& picks, h5::Span dest, const Control& control) {
  WithKey(key, [&] {
    ReadOpenNumbers(OpenNumbers(file, key, field, picks, dest), field, dest, control);
  });
}

bool ReadIndices(h5::File& file, const std::string& key, const std::string& field,
                 const Picks& picks, ElementCopy::Bounds bounds, h5::Span dest,
                 const Control& control) {
  return WithKey(key, [&] {
    const Opened opened = OpenIndices(file, key, field, picks, bounds, dest);
    return ReadOpenIndices(opened, field, bounds, dest, control);
  });
}

sparse::Extremes ReadCodes(h5::File& file, const std::string& key, const Picks& picks,
                           h5::Span dest, const Control& control) {
  ReadNumbers(file, key, "", picks, dest, control);
  const auto extremes = [&](auto zero) {
    using T = decltype(zero);
    return sparse::ExtremesOf(reinterpret_cast<const T*>(dest.data), dest.bytes / sizeof(T));
  };
  switch (dest.kind) {
    case h5::ArrayKind::kInt8:
      return extremes(int8_t{});
    case h5::ArrayKind::kInt16:
      return extremes(int16_t{});
    case h5::ArrayKind::kInt32:
      return extremes(int32_t{});
    default:
      throw Failure("ERR_ARGUMENT", "codes take an Int8Array, Int16Array or Int32Array", key);
  }
}

bool ReadRuns(h5::File& file, const RunsSpec& spec, h5::Span indices, h5::Span data,
              const Control& control) {
  const auto of_indices = [&](auto&& f) { return WithKey(spec.indices, f); };
  const auto of_data = [&](auto&& f) { return WithKey(spec.data, f); };
  const Opened positions = of_indices(
      [&] { return OpenIndices(file, spec.indices, "", spec.picks, spec.bounds, indices); });
  const Opened values = of_data([&] { return OpenNumbers(file, spec.data, "", spec.picks, data); });
  if (positions.array.elements == 0) return true;
  if (!positions.copy || !values.copy) {
    of_data([&] { ReadOpenNumbers(values, "", data, control); });
    return of_indices(
        [&] { return ReadOpenIndices(positions, "", spec.bounds, indices, control); });
  }
  const OpenArray &first = positions.array, &second = values.array;
  const std::vector<IndexFault> faults =
      ReadTogether({{spec.indices, *first.source, first.selection, *positions.copy, indices.data},
                    {spec.data, *second.source, second.selection, *values.copy, data.data}},
                   control);
  return of_indices([&] { return Settle(faults[0], spec.bounds); });
}

}  // namespace anndata::engine
