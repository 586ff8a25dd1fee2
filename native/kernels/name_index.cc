// SPDX-License-Identifier: BSD-3-Clause

#include "kernels/name_index.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <functional>

#include "parallel.h"

namespace anndata {
namespace {

// Rows whose hashes are known before the first of them is looked for: memory is fetched meanwhile.
constexpr size_t kBatch = 32;
// Slots of a block: many enough that none fills up while half of all are free.
constexpr unsigned kBlockBits = 16;
constexpr size_t kBlockSlots = size_t{1} << kBlockBits;
// Fewer names are not worth a second thread.
constexpr size_t kManyNames = 1u << 15;

constexpr size_t kWord = sizeof(uint64_t);

// `n` bytes, at most kWord.
uint64_t Word(const char* at, size_t n) {
  uint64_t word = 0;
  if (n > 0) std::memcpy(&word, at, n);  // an empty name may lie nowhere
  return word;
}

// Both halves of a product of 128 bits: each bit of it depends on many of both factors.
uint64_t Fold(uint64_t a, uint64_t b) {
#if defined(__SIZEOF_INT128__)
  __extension__ using Product = unsigned __int128;
  const Product product = static_cast<Product>(a) * b;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
#else
  const uint64_t half = UINT32_MAX;
  const uint64_t low = (a & half) * (b & half), high = (a >> 32) * (b >> 32);
  const uint64_t one = (a >> 32) * (b & half), other = (a & half) * (b >> 32);
  const uint64_t middle = (low >> 32) + (one & half) + (other & half);
  return ((middle << 32) | (low & half)) ^ (high + (one >> 32) + (other >> 32) + (middle >> 32));
#endif
}

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

// Two words at a time, the last two of which overlap those before. The length is a factor of its
// own: next to a word, names of two lengths could be made to cancel it out.
uint64_t NameIndex::Hash(std::string_view text) const {
  const char* at = text.data();
  size_t left = text.size();
  uint64_t hash = seed_;
  for (; left > 2 * kWord; left -= 2 * kWord, at += 2 * kWord)
    hash = Fold(Word(at, kWord) ^ secret_, Word(at + kWord, kWord) ^ hash);
  hash = left >= kWord ? Fold(Word(at, kWord) ^ secret_, Word(at + left - kWord, kWord) ^ hash)
                       : Fold(Word(at, left) ^ secret_, hash);
  return Mix(Fold(hash ^ secret_, text.size() ^ seed_));
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
    : mask_(SlotsFor(names.count) - 1),
      slots_(new Slot[mask_ + 1]),
      block_mask_(std::min<uint64_t>(mask_, kBlockSlots - 1)),
      seed_(seed),
      secret_(Mix(~seed)) {
  const size_t blocks = (mask_ >> kBlockBits) + 1;
  const size_t threads = names.count < kManyNames ? 1 : std::min(blocks, ParallelWidth());
  std::vector<ByBlock> hashed(threads);
  std::vector<Repeats> repeats(threads);
  std::atomic<size_t> next{0};
  std::vector<std::function<void()>> hash, fill;
  for (size_t t = 0; t < threads; t++) {
    const size_t from = names.count * t / threads, to = names.count * (t + 1) / threads;
    hash.emplace_back([&, t, from, to] { hashed[t] = HashRows(names, valid, from, to); });
    fill.emplace_back([&, t] {
      for (size_t block = next++; block < blocks; block = next++)
        FillBlock(names, hashed, block, repeats[t]);
    });
  }
  RunTogether(std::move(hash));
  RunTogether(std::move(fill));
  NoteRepeats(names.count, repeats);
}

// Sorted by block, since a block of slots stays in the cache of whoever fills it.
template <class Offset>
NameIndex::ByBlock NameIndex::HashRows(const TextRows<Offset>& names, const uint8_t* valid,
                                       size_t from, size_t to) const {
  const size_t blocks = (mask_ >> kBlockBits) + 1;
  ByBlock hashed(blocks);
  // A little more than an even share.
  for (auto& block : hashed) block.reserve((to - from) / blocks * 17 / 16 + 16);
  for (size_t row = from; row < to; row++) {
    if (valid != nullptr && valid[row] == 0) continue;
    const uint64_t hash = Hash(names[row]);
    hashed[(hash & mask_) >> kBlockBits].push_back({static_cast<uint32_t>(hash),
                                                    static_cast<uint32_t>(hash >> 32),
                                                    static_cast<uint32_t>(row)});
  }
  return hashed;
}

// Rows are entered last first: a slot then ends up with the first row of its name, and the rows
// that follow it hang on in order.
template <class Offset>
void NameIndex::FillBlock(const TextRows<Offset>& names, const std::vector<ByBlock>& hashed,
                          size_t block, Repeats& repeats) {
  Slot* slots = slots_.get() + block * (block_mask_ + 1);
  std::fill_n(slots, block_mask_ + 1, Slot{0, kNone});
  for (size_t t = hashed.size(); t-- > 0;) {
    const std::vector<Hashed>& rows = hashed[t][block];
    for (auto each = rows.rbegin(); each != rows.rend(); ++each) {
      Slot& slot = slots_[SlotOf(names, names[each->row], each->hash())];
      if (slot.row != kNone) repeats.emplace_back(each->row, slot.row);
      slot = {each->high, each->row};
    }
  }
}

void NameIndex::NoteRepeats(size_t rows, const std::vector<Repeats>& all) {
  for (const Repeats& each : all) {
    repeats_ += each.size();
    if (!each.empty() && next_.empty()) next_.assign(rows, kNone);
    for (const auto& [row, next] : each) {
      next_[row] = next;
      firstRepeat_ = std::min(firstRepeat_, next);
    }
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
