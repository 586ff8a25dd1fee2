// SPDX-License-Identifier: BSD-3-Clause

#include <algorithm>
#include <cstring>

#include "codecs/expected.h"
#include "h5/checked.h"
#include "h5/dataset.h"
#include "h5/error.h"
#include "h5/lock.h"
#include "h5/open_dataset.h"

namespace anndata::h5 {
namespace {

// Texts transferred in one hold of the lock.
constexpr uint64_t kPiece = 65536;
constexpr uint64_t kPieceBytes = 16u << 20;

// Cuts a box along its first axis into boxes of about kPiece elements, ending at chunk borders.
class Pieces {
 public:
  Pieces(const OpenDataset& dataset, const Box& box) : box_(box), piece_(box) {
    const uint64_t most =
        std::clamp<uint64_t>(kPieceBytes / std::max<size_t>(dataset.elementBytes, 1), 1, kPiece);
    if (box.count.empty()) return;
    const uint64_t total = Product(box.count);
    const uint64_t row = box.count[0] == 0 ? 1 : std::max<uint64_t>(total / box.count[0], 1);
    rows_ = std::max<uint64_t>(most / row, 1);
    chunk_ = dataset.chunks.empty() ? 1 : dataset.chunks[0];
  }

  bool Next() {
    if (done_) return false;
    if (box_.count.empty()) {
      done_ = true;
      return true;
    }
    const uint64_t end = box_.start[0] + box_.count[0];
    const uint64_t from = next_ == 0 ? box_.start[0] : next_;
    if (from >= end) return false;
    uint64_t to = from + rows_;
    to = (to + chunk_ - 1) / chunk_ * chunk_;
    next_ = std::min(to, end);
    piece_.start[0] = from;
    piece_.count[0] = next_ - from;
    return true;
  }

  const Box& box() const { return piece_; }

 private:
  const Box& box_;
  Box piece_;
  uint64_t rows_ = 1;
  uint64_t chunk_ = 1;
  uint64_t next_ = 0;
  bool done_ = false;
};

// NUL-terminated copies of some texts, and pointers to them.
class Terminated {
 public:
  Terminated(const Text& text, uint64_t from, uint64_t n) {
    const auto offset = [&](uint64_t i) { return static_cast<size_t>(text.offsets[from + i]); };
    bytes_.reserve(offset(n) - offset(0) + n);
    for (uint64_t i = 0; i < n; i++) {
      const char* s = text.bytes.data() + offset(i);
      const size_t length = offset(i + 1) - offset(i);
      if (length > 0 && std::memchr(s, 0, length) != nullptr) {
        throw Failure("ERR_UNWRITEABLE", "the text at position " + std::to_string(from + i) +
                                             " has a NUL in it, which HDF5 cannot store");
      }
      pointers_.push_back(bytes_.data() + bytes_.size());
      bytes_.insert(bytes_.end(), s, s + length);
      bytes_.push_back(0);
    }
  }

  const void* data() const { return pointers_.data(); }

 private:
  std::vector<char> bytes_;
  std::vector<const char*> pointers_;
};

void CheckOffsets(const Text& text, uint64_t items) {
  bool fine = text.offsets.size() == items + 1 && text.offsets[0] >= 0;
  for (uint64_t i = 0; fine && i < items; i++) fine = text.offsets[i] <= text.offsets[i + 1];
  if (!fine || static_cast<uint64_t>(text.offsets.back()) > text.bytes.size()) {
    throw Failure("ERR_ARGUMENT", "the offsets of the text do not fit the selection of " +
                                      std::to_string(items) + " texts and its bytes");
  }
}

}  // namespace

void WriteTexts(File& file, const std::string& key, const std::string& field, const Box& box,
                const Text& text) {
  LibraryLock lock;
  try {
    const auto dataset = OpenForUse(file, key);
    const Element element = ElementOf(*dataset, field);
    if (element.record.kind != TypeRecord::Kind::kString || !element.record.variable) {
      throw Failure("ERR_ARGUMENT", "text cannot be written as " + Describe(element.record));
    }
    CheckOffsets(text, Multiply(CheckBox(*dataset, box), element.items));
    const TypeId type = TransferType(element, field, element.stored.get());
    Pieces pieces(*dataset, box);
    uint64_t from = 0;
    while (text.offsets.size() > 1 && pieces.Next()) {
      const uint64_t n = Product(pieces.box().count);
      const Terminated copies(text, from, n * element.items);
      from += n * element.items;
      const Spaces spaces = SpacesOf(*dataset, pieces.box(), n);
      const ExpectedChunk expected(dataset->chunkBytes);
      Check(H5Dwrite(dataset->id.get(), type.get(), spaces.memory.get(), spaces.file.get(),
                     H5P_DEFAULT, copies.data()),
            "writing the text");
      lock.Yield();
    }
  } catch (Failure& failure) {
    failure.SetKey(key);
    throw;
  }
}

}  // namespace anndata::h5
