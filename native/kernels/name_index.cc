// SPDX-License-Identifier: BSD-3-Clause

#include "kernels/name_index.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <functional>

#include "parallel.h"

namespace anndata {
namespace {

// Rows whose hashes are known before the first of them is looked for: memory is fetched meanwhile.
constexpr size_t kBatch = 32;
// Slots of a block: many enough that none fills up while half of all are free.
constexpr size_t kBlockSlots = 1u << 16;
// Fewer names are not worth a second thread.
constexpr size_t kManyNames = 1u << 15;

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
  const size_t block = at & ~block_mask_;
  for (; slots_[at].row != kNone; at = block | ((at + 1) & block_mask_)) {
    if (slots_[at].tag != tag) continue;
    if (slots_[at].row < names.count && names[slots_[at].row] == name) break;
  }
  return at;
}

template <class Offset>
NameIndex::NameIndex(const TextRows<Offset>& names, const uint8_t* valid, uint64_t seed)
    : slots_(SlotsFor(names.count)),
      mask_(slots_.size() - 1),
      block_mask_(std::min(slots_.size(), kBlockSlots) - 1),
      seed_(seed) {
  const size_t blocks = slots_.size() / (block_mask_ + 1);
  const size_t threads = names.count < kManyNames ? 1 : std::min(blocks, ParallelWidth());
  std::vector<uint64_t> hashes(names.count);
  std::vector<Repeats> repeats(threads);
  std::vector<std::function<void()>> hash, enter;
  for (size_t t = 0; t < threads; t++) {
    const auto share = [&](size_t of, size_t which) { return of * which / threads; };
    hash.emplace_back([&, from = share(names.count, t), to = share(names.count, t + 1)] {
      for (size_t row = from; row < to; row++) hashes[row] = Hash(names[row]);
    });
    enter.emplace_back([&, t, from = share(blocks, t), to = share(blocks, t + 1)] {
      repeats[t] = Enter(names, valid, hashes, from * (block_mask_ + 1), to * (block_mask_ + 1));
    });
  }
  RunTogether(std::move(hash));
  RunTogether(std::move(enter));
  for (const Repeats& each : repeats) {
    repeats_ += each.size();
    if (!each.empty() && next_.empty()) next_.assign(names.count, kNone);
    for (const auto& [row, next] : each) {
      next_[row] = next;
      firstRepeat_ = std::min(firstRepeat_, next);
    }
  }
}

// Rows are entered last first: a slot then ends up with the first row of its name, and the rows
// that follow it hang on in order.
template <class Offset>
NameIndex::Repeats NameIndex::Enter(const TextRows<Offset>& names, const uint8_t* valid,
                                    const std::vector<uint64_t>& hashes, size_t from, size_t to) {
  const auto mine = [&](uint64_t hash) { return (hash & mask_) - from < to - from; };
  Repeats repeats;
  for (size_t row = names.count; row-- > 0;) {
    if (row >= kBatch && mine(hashes[row - kBatch])) Prefetch(hashes[row - kBatch]);
    if (!mine(hashes[row]) || (valid != nullptr && valid[row] == 0)) continue;
    Slot& slot = slots_[SlotOf(names, names[row], hashes[row])];
    if (slot.row != kNone) repeats.emplace_back(static_cast<uint32_t>(row), slot.row);
    slot = {static_cast<uint32_t>(hashes[row] >> 32), static_cast<uint32_t>(row)};
  }
  return repeats;
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
