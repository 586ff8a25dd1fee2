// SPDX-License-Identifier: BSD-3-Clause
#include "codecs/pipeline.h"

#include <cstring>

#include "codecs/blosc.h"
#include "codecs/deflate.h"
#include "codecs/fletcher32.h"
#include "codecs/lz4.h"
#include "codecs/lzf.h"
#include "codecs/shuffle.h"
#include "codecs/zstd.h"

namespace anndata::pipeline {
namespace {

constexpr int kShuffle = 2;
constexpr int kFletcher32 = 3;
constexpr size_t kMaxStages = 32;

using DecodeFn = bool (*)(const uint8_t*, size_t, uint8_t*, size_t);

DecodeFn Decompressor(int filter) {
  switch (filter) {
#if ANNDATA_HAVE_LIBDEFLATE
    case 1:
      return deflate::Decode;
#endif
#if ANNDATA_HAVE_LZF
    case 32000:
      return lzf::Decode;
#endif
#if ANNDATA_HAVE_BLOSC
    case 32001:
      return blosc::Decode;
#endif
#if ANNDATA_HAVE_LZ4
    case 32004:
      return lz4::Decode;
#endif
#if ANNDATA_HAVE_ZSTD
    case 32015:
      return zstd::Decode;
#endif
    default:
      return nullptr;
  }
}

// Undoes one stage other than a checksum.
bool Undo(const Stage& stage, const uint8_t* data, size_t size, uint8_t* to, size_t exact) {
  if (stage.filter == kShuffle) {
    if (size != exact || stage.type_size == 0) return false;
    shuffle::Decode(data, exact, to, stage.type_size);
    return true;
  }
  const DecodeFn decode = Decompressor(stage.filter);
  return decode != nullptr && decode(data, size, to, exact);
}

}  // namespace

bool Knows(int filter) {
  return filter == kShuffle || filter == kFletcher32 || Decompressor(filter) != nullptr;
}

bool Decode(const std::vector<Stage>& stages, uint32_t skipped, const uint8_t* data, size_t size,
            uint8_t* to, size_t exact, Scratch& scratch) {
  if (stages.size() > kMaxStages) return false;
  const auto applied = [&](size_t i) { return (skipped >> i & 1u) == 0; };
  size_t first = stages.size();
  // A checksum applied before another stage is among the bytes that one gives back.
  size_t expected = exact;
  for (size_t i = stages.size(); i-- > 0;) {
    if (!applied(i)) continue;
    first = i;
    if (stages[i].filter == kFletcher32) expected += fletcher32::kBytes;
  }
  unsigned turn = 0;
  for (size_t i = stages.size(); i-- > 0;) {
    if (!applied(i)) continue;
    if (stages[i].filter == kFletcher32) {
      // Of any size, as what was compressed may have been checked; the stage below sees to that.
      if (!fletcher32::Verify(data, size)) return false;
      size -= fletcher32::kBytes;
      expected -= fletcher32::kBytes;
      continue;
    }
    uint8_t* target = to;
    if (i != first) {
      std::vector<uint8_t>& buffer = scratch.buffers[turn++ % 2];
      buffer.resize(expected);
      target = buffer.data();
    }
    if (!Undo(stages[i], data, size, target, expected)) return false;
    data = target;
    size = expected;
  }
  if (size != exact) return false;
  if (data != to && exact > 0) std::memcpy(to, data, exact);
  return true;
}

}  // namespace anndata::pipeline
