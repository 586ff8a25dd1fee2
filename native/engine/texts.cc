// SPDX-License-Identifier: BSD-3-Clause

#include "engine/texts.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <deque>
#include <functional>
#include <limits>
#include <memory>
#include <vector>

#include "codecs/byte_order.h"
#include "engine/by_library.h"
#include "engine/open_array.h"
#include "engine/read.h"
#include "h5/checked.h"
#include "h5/convert.h"
#include "h5/error.h"
#include "h5/global_heap.h"
#include "h5/lock.h"
#include "h5/vlen.h"
#include "kernels/utf8.h"
#include "parallel.h"

namespace anndata::engine {
namespace {

// Texts one thread takes at a time.
constexpr uint64_t kPart = 65536;

[[noreturn]] void ThrowTooMuch(uint64_t maxBytes) {
  throw Failure("ERR_LIMIT", "the text takes more than " + std::to_string(maxBytes) +
                                 " bytes; limits.maxBytes can be raised");
}

[[noreturn]] void ThrowBomb() {
  throw Failure("ERR_LIMIT",
                "the texts take more bytes than the whole file: many refer to the same one");
}

using Part = Texts::Part;

void Append(Part& part, const char* s, size_t n, uint64_t position) {
  const size_t bad = Utf8Check(s, n);
  if (bad != n) {
    throw Failure("ERR_INVALID_FILE", "the text at position " + std::to_string(position) +
                                          " is not valid UTF-8: byte " + std::to_string(bad) +
                                          " of " + h5::Quote(std::string(s, n)));
  }
  part.bytes.insert(part.bytes.end(), s, s + n);
  part.ends.push_back(static_cast<int64_t>(part.bytes.size()));
}

class Reader {
 public:
  Reader(const OpenArray& array, const std::string& field, uint64_t maxBytes,
         const Control& control)
      : array_(array),
        field_(field),
        control_(control),
        items_(h5::Multiply(array.elements, array.element.items)),
        size_(array.element.item_bytes),
        max_(maxBytes),
        left_(maxBytes) {
    Spend(h5::Multiply(items_ + 1, 8));
  }

  Texts Run() {
    parts_.resize((items_ + kPart - 1) / kPart);
    if (items_ > 0) {
      if (!array_.element.record.variable) {
        ReadFixed();
      } else if (array_.source) {
        ReadVariable();
      } else {
        ReadVariableByLibrary();
      }
    }
    return Texts(std::move(parts_));
  }

 private:
  void Spend(uint64_t bytes) {
    if (bytes > left_) ThrowTooMuch(max_);
    left_ -= bytes;
  }

  template <class F>
  void InPart(size_t part, F each) {
    const uint64_t end = std::min(items_, (part + 1) * kPart);
    parts_[part].ends.reserve(end - part * kPart);
    for (uint64_t i = part * kPart; i < end; i++) each(parts_[part], i);
  }

  void ReadVariable() {
    Spend(h5::Multiply(items_, size_));
    // First touched by the threads that read them.
    const std::unique_ptr<uint8_t[]> references(new uint8_t[static_cast<size_t>(items_ * size_)]);
    ReadStored(array_, references.get(), control_);
    std::deque<h5::GlobalHeap> heaps = OpenHeaps();
    const std::vector<uint64_t> sums = CheckedSums(references.get(), heaps.front().file_bytes());
    std::atomic<size_t> next{0};
    const auto work = [&](h5::GlobalHeap& heap) {
      for (;;) {
        const size_t part = next.fetch_add(1);
        if (part >= parts_.size()) return;
        control_.Check();
        parts_[part].bytes.reserve(static_cast<size_t>(sums[part]));
        InPart(part, [&](Part& to, uint64_t i) { Resolve(references.get(), i, heap, to); });
      }
    };
    std::vector<std::function<void()>> all;
    all.reserve(heaps.size());
    for (h5::GlobalHeap& heap : heaps) all.push_back([&] { work(heap); });
    RunTogether(std::move(all));
  }

  // One for each thread.
  std::deque<h5::GlobalHeap> OpenHeaps() const {
    const size_t threads = std::min(parts_.size(), ParallelWidth());
    const h5::LibraryLock lock;
    std::deque<h5::GlobalHeap> heaps;  // they cannot be moved
    for (size_t t = 0; t < threads; t++) heaps.emplace_back(array_.dataset->id.get()).Open();
    return heaps;
  }

  // Texts of varying length lie in the file uncompressed, each once: together they are no larger
  // than it, unless many references lead to one, or one is asked for many times.
  uint64_t Plausible(uint64_t fileBytes) const {
    uint64_t repeats = 1;
    for (const AxisRuns& axis : array_.selection) repeats = h5::Multiply(repeats, axis.repeats());
    const uint64_t most = std::numeric_limits<uint64_t>::max() - items_;
    return (repeats > 0 && fileBytes > most / repeats ? most : fileBytes * repeats) + items_;
  }

  // Bytes of each part by what its references say, those that stand for the fill value left out.
  // Before anything is copied: a bomb is to cost nothing.
  std::vector<uint64_t> CheckedSums(const uint8_t* references, uint64_t fileBytes) {
    std::vector<uint64_t> sums(parts_.size());
    std::atomic<uint64_t> total{0}, fills{0};
    ForEach(parts_.size(), control_, [&](size_t part) {
      const uint64_t from = part * kPart, to = std::min(items_, from + kPart);
      uint64_t sum = 0, filled = 0;
      for (uint64_t i = from; i < to; i++) {
        const uint8_t* reference = references + i * size_;
        if (IsFill(reference)) {
          filled++;
        } else {
          sum += LoadLittle32(reference);
        }
      }
      sums[part] = sum;
      total += sum;
      fills += filled;
    });
    if (total > Plausible(fileBytes)) ThrowBomb();
    Spend(total);
    Spend(h5::Multiply(fills, array_.dataset->textFill.size()));
    return sums;
  }

  // Whether it stands for a text that was never written.
  bool IsFill(const uint8_t* reference) const {
    const h5::OpenDataset& dataset = *array_.dataset;
    return dataset.hasTextFill && dataset.fill.size() == size_ &&
           std::memcmp(reference, dataset.fill.data(), size_) == 0;
  }

  void Resolve(const uint8_t* references, uint64_t i, h5::GlobalHeap& heap, Part& to) const {
    if (IsFill(references + i * size_)) {
      const std::string& text = array_.dataset->textFill;
      return Append(to, text.data(), text.size(), i);
    }
    const h5::HeapReference reference(references + i * size_, size_);
    if (reference.empty()) return Append(to, "", 0, i);
    const auto* text = reinterpret_cast<const char*>(heap.Find(reference));
    const void* nul = std::memchr(text, 0, reference.length);
    const size_t n = nul != nullptr ? static_cast<size_t>(static_cast<const char*>(nul) - text)
                                    : reference.length;
    Append(to, text, n, i);
  }

  void ReadVariableByLibrary() {
    std::vector<uint8_t> places(static_cast<size_t>(h5::Multiply(items_, sizeof(char*))));
    std::unique_ptr<h5::GlobalHeap> heap;
    uint64_t room = 0;
    {
      const h5::LibraryLock lock;
      heap = std::make_unique<h5::GlobalHeap>(array_.dataset->id.get());
      room = Plausible(heap->file_bytes());
    }
    h5::VlenReading reading(*heap, std::min(left_, room));
    const size_t bytes = sizeof(char*) * static_cast<size_t>(array_.element.items);
    try {
      const auto read = [&](const h5::Box& box, uint64_t n, uint8_t* to) {
        const h5::LibraryLock lock;
        h5::ReadByLibrary(*array_.dataset, array_.element, field_, box, n,
                          array_.element.stored.get(), to);
      };
      ForEachBox(array_, bytes, control_, read, places.data());
    } catch (const Failure&) {
      if (reading.refused() && room < left_) ThrowBomb();
      if (reading.refused()) ThrowTooMuch(max_);
      reading.Rethrow();
      throw;
    }
    uint64_t total = 0;
    for (size_t part = 0; part < parts_.size(); part++) {
      InPart(part, [&](Part& to, uint64_t i) {
        const char* text = nullptr;
        std::memcpy(&text, places.data() + i * sizeof text, sizeof text);
        const size_t n = text != nullptr ? std::strlen(text) : 0;
        total += n;
        Append(to, text != nullptr ? text : "", n, i);
      });
    }
    Spend(total);
  }

  void ReadFixed() {
    const size_t width = array_.element.record.size;
    Spend(h5::Multiply(items_, width));
    std::vector<uint8_t> texts(static_cast<size_t>(items_ * width));
    if (array_.source) {
      ReadStored(array_, texts.data(), control_);
      const h5::LibraryLock lock;
      const h5::TypeId item = h5::PaddedStringType(array_.element.stored.get());
      h5::ConvertItems(array_.element, items_, item.get(), texts.data());
    } else {
      const auto read = [&](const h5::Box& box, uint64_t n, uint8_t* to) {
        const h5::LibraryLock lock;
        const h5::TypeId item = h5::PaddedStringType(array_.element.stored.get());
        h5::ReadByLibrary(*array_.dataset, array_.element, field_, box, n, item.get(), to);
      };
      ForEachBox(array_, width * static_cast<size_t>(array_.element.items), control_, read,
                 texts.data());
    }
    ForEach(parts_.size(), control_, [&](size_t part) {
      InPart(part, [&](Part& to, uint64_t i) {
        const auto* text = reinterpret_cast<const char*>(texts.data() + i * width);
        Append(to, text, h5::TrimmedLength(text, width), i);
      });
    });
  }

  const OpenArray& array_;
  const std::string& field_;
  const Control& control_;
  uint64_t items_;
  size_t size_;
  uint64_t max_;
  uint64_t left_;
  std::vector<Part> parts_;
};

void CheckText(const h5::TypeRecord& record) {
  if (record.kind == h5::TypeRecord::Kind::kString) return;
  const bool unknown = record.kind == h5::TypeRecord::Kind::kUnsupported;
  throw Failure(unknown ? "ERR_UNSUPPORTED_TYPE" : "ERR_INVALID_FILE",
                "text was expected, not " + Describe(record));
}

}  // namespace

Texts::Texts(std::vector<Part> parts) : parts_(std::move(parts)) {
  for (const Part& part : parts_) {
    count_ += part.ends.size();
    bytes_ += part.bytes.size();
  }
}

template <class Offset>
void Texts::MoveTo(Offset* offsets, char* bytes) {
  std::vector<std::function<void()>> copies;
  copies.reserve(parts_.size());
  size_t row = 0, base = 0;
  offsets[row++] = 0;
  for (Part& part : parts_) {
    copies.emplace_back([&part, base, to = offsets + row, bytes] {
      if (!part.bytes.empty()) std::memcpy(bytes + base, part.bytes.data(), part.bytes.size());
      for (size_t i = 0; i < part.ends.size(); i++)
        to[i] = static_cast<Offset>(static_cast<int64_t>(base) + part.ends[i]);
      part = Part();
    });
    row += part.ends.size();
    base += part.bytes.size();
  }
  RunTogether(std::move(copies));
}

template void Texts::MoveTo(int32_t*, char*);
template void Texts::MoveTo(int64_t*, char*);

Texts ReadTexts(h5::File& file, const std::string& key, const std::string& field,
                const Picks& picks, uint64_t maxBytes, const Control& control) {
  return WithKey(key, [&] {
    const OpenArray array = OpenFor(file, key, field, picks);
    CheckText(array.element.record);
    return Reader(array, field, maxBytes, control).Run();
  });
}

}  // namespace anndata::engine
