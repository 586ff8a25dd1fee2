// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace anndata {

// Text as Arrow has it: row i is bytes[offsets[i], offsets[i + 1]). Offsets are int32_t or int64_t.
// They may come from anywhere: a row that lies outside of the bytes is empty.
template <class Offset>
struct TextRows {
  const Offset* offsets = nullptr;
  size_t count = 0;  // rows; there is one offset more
  const char* bytes = nullptr;
  size_t size = 0;  // of bytes

  std::string_view operator[](size_t row) const {
    const Offset start = offsets[row];
    const Offset end = offsets[row + 1];
    if (start < 0 || end < start || static_cast<uint64_t>(end) > size) return {};
    return {bytes + start, static_cast<size_t>(end - start)};
  }
};

// Finds names among the rows of a text: open addressing over the row numbers, so that no name is
// copied. The text itself is passed again to every call; when it is not the one the index was built
// from, answers are wrong but nothing outside of it is read.
class NameIndex {
 public:
  static constexpr uint32_t kNone = UINT32_MAX;
  static constexpr size_t kMaxRows = INT32_MAX;

  // `valid`: a byte a row, 0 where the name is missing (such a row is never found); or null. `seed`
  // keeps whoever chooses the names from choosing the collisions. At most kMaxRows rows.
  template <class Offset>
  NameIndex(const TextRows<Offset>& names, const uint8_t* valid, uint64_t seed);

  // The first row of that name, or kNone.
  template <class Offset>
  uint32_t Find(const TextRows<Offset>& names, std::string_view name) const;

  // The first row of each name, -1 for those that are not there. Returns how many are not.
  template <class Offset, class QueryOffset>
  size_t FindAll(const TextRows<Offset>& names, const TextRows<QueryOffset>& wanted,
                 int32_t* rows) const;

  // The next row with the name of `row`, or kNone.
  uint32_t Next(uint32_t row) const { return row < next_.size() ? next_[row] : kNone; }

  // Rows whose name stands at an earlier row, and the first of them (kNone when there is none).
  size_t repeats() const { return repeats_; }
  uint32_t firstRepeat() const { return firstRepeat_; }

  // What it takes in memory.
  size_t bytes() const { return (mask_ + 1) * sizeof(Slot) + next_.size() * sizeof(uint32_t); }

 private:
  struct Slot {
    uint32_t tag;  // bits of the hash the place does not tell
    uint32_t row;
  };

  // A row that is to be entered.
  struct Hashed {
    uint32_t low, high;  // of its hash
    uint32_t row;
    uint64_t hash() const { return static_cast<uint64_t>(high) << 32 | low; }
  };
  // For each block of slots the rows that go there, ascending.
  using ByBlock = std::vector<std::vector<Hashed>>;
  // Pairs of a row and the next one with its name.
  using Repeats = std::vector<std::pair<uint32_t, uint32_t>>;

  // Hashes the rows in [from, to).
  template <class Offset>
  ByBlock HashRows(const TextRows<Offset>& names, const uint8_t* valid, size_t from,
                   size_t to) const;
  // Fills a block of slots with its rows, which several threads have hashed.
  template <class Offset>
  void FillBlock(const TextRows<Offset>& names, const std::vector<ByBlock>& hashed, size_t block,
                 Repeats& repeats);
  void NoteRepeats(size_t rows, const std::vector<Repeats>& all);
  // The slot of a name: one that holds it, or the empty one where it would go.
  template <class Offset>
  size_t SlotOf(const TextRows<Offset>& names, std::string_view name, uint64_t hash) const;
  uint64_t Hash(std::string_view text) const;
  void Prefetch(uint64_t hash) const;

  uint64_t mask_ = 0;              // of slots, whose number is a power of two
  std::unique_ptr<Slot[]> slots_;  // first touched by the threads that fill them
  // A name stays in the block of slots where its place is, so that threads can fill different
  // blocks side by side.
  uint64_t block_mask_ = 0;
  uint64_t seed_ = 0, secret_ = 0;
  std::vector<uint32_t> next_;  // empty while no name repeats
  size_t repeats_ = 0;
  uint32_t firstRepeat_ = kNone;
};

}  // namespace anndata
