// SPDX-License-Identifier: BSD-3-Clause

#include "kernels/name_index.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace anndata {
namespace {

// Rows whose hashes are computed before the first of them is looked for: memory is fetched
// meanwhile.
constexpr size_t kBatch = 32;

uint64_t Mix(uint64_t x) {
  x *= 0x9e3779b97f4a7c15;
  x ^= x >> 29;
  x *= 0xbf58476d1ce4e5b9;
  return x ^ (x >> 32);
}

size_t SlotsFor(size_t rows) {
  size_t slots = 8;
  while (slots < rows * 2) slots *= 2;
  return slots;
}

}  // namespace

uint64_t NameIndex::Hash(std::string_view text) const {
  const char* at = text.data();
  size_t left = text.size();
  uint64_t hash = seed_ ^ Mix(left);
  uint64_t word = 0;
  for (; left >= sizeof word; left -= sizeof word, at += sizeof word) {
    std::memcpy(&word, at, sizeof word);
    hash = Mix(hash ^ word);
  }
  if (left == 0) return Mix(hash);
  word = 0;
  std::memcpy(&word, at, left);
  return Mix(Mix(hash ^ word));
}

void NameIndex::Prefetch([[maybe_unused]] uint64_t hash) const {
#if defined(__GNUC__)
  __builtin_prefetch(&slots_[hash & mask_]);
#endif
}

template <class Offset>
size_t NameIndex::SlotOf(const TextRows<Offset>& names, std::string_view name,
                         uint64_t hash) const {
  const auto tag = static_cast<uint32_t>(hash >> 32);
  size_t at = hash & mask_;
  for (; slots_[at].row != kNone; at = (at + 1) & mask_) {
    if (slots_[at].tag != tag) continue;
    if (slots_[at].row < names.count && names[slots_[at].row] == name) break;
  }
  return at;
}

// Rows are entered last first: a slot then ends up with the first row of its name, and the rows
// that follow it hang on in order.
template <class Offset>
NameIndex::NameIndex(const TextRows<Offset>& names, const uint8_t* valid, uint64_t seed)
    : slots_(SlotsFor(names.count)), mask_(slots_.size() - 1), seed_(seed) {
  std::array<uint64_t, kBatch> hashes;
  for (size_t end = names.count; end > 0;) {
    const size_t count = std::min(kBatch, end);
    for (size_t i = 0; i < count; i++) {
      hashes[i] = Hash(names[end - 1 - i]);
      Prefetch(hashes[i]);
    }
    for (size_t i = 0; i < count; i++) {
      const size_t row = end - 1 - i;
      if (valid != nullptr && valid[row] == 0) continue;
      Slot& slot = slots_[SlotOf(names, names[row], hashes[i])];
      if (slot.row != kNone) {
        if (next_.empty()) next_.assign(names.count, kNone);
        next_[row] = slot.row;
        repeats_++;
        firstRepeat_ = std::min(firstRepeat_, slot.row);
      }
      slot = {static_cast<uint32_t>(hashes[i] >> 32), static_cast<uint32_t>(row)};
    }
    end -= count;
  }
}

template <class Offset>
uint32_t NameIndex::Find(const TextRows<Offset>& names, std::string_view name) const {
  return slots_[SlotOf(names, name, Hash(name))].row;
}

template <class Offset, class QueryOffset>
size_t NameIndex::FindAll(const TextRows<Offset>& names, const TextRows<QueryOffset>& wanted,
                          int32_t* rows) const {
  std::array<uint64_t, kBatch> hashes;
  size_t missing = 0;
  for (size_t start = 0; start < wanted.count; start += kBatch) {
    const size_t count = std::min(kBatch, wanted.count - start);
    for (size_t i = 0; i < count; i++) {
      hashes[i] = Hash(wanted[start + i]);
      Prefetch(hashes[i]);
    }
    for (size_t i = 0; i < count; i++) {
      const uint32_t row = slots_[SlotOf(names, wanted[start + i], hashes[i])].row;
      rows[start + i] = row == kNone ? -1 : static_cast<int32_t>(row);
      if (row == kNone) missing++;
    }
  }
  return missing;
}

template NameIndex::NameIndex(const TextRows<int32_t>&, const uint8_t*, uint64_t);
template NameIndex::NameIndex(const TextRows<int64_t>&, const uint8_t*, uint64_t);
template uint32_t NameIndex::Find(const TextRows<int32_t>&, std::string_view) const;
template uint32_t NameIndex::Find(const TextRows<int64_t>&, std::string_view) const;
template size_t NameIndex::FindAll(const TextRows<int32_t>&, const TextRows<int32_t>&,
                                   int32_t*) const;
template size_t NameIndex::FindAll(const TextRows<int32_t>&, const TextRows<int64_t>&,
                                   int32_t*) const;
template size_t NameIndex::FindAll(const TextRows<int64_t>&, const TextRows<int32_t>&,
                                   int32_t*) const;
template size_t NameIndex::FindAll(const TextRows<int64_t>&, const TextRows<int64_t>&,
                                   int32_t*) const;

}  // namespace anndata
