// SPDX-License-Identifier: BSD-3-Clause
#include "codecs/pipeline.h"

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

bool Undo(const Stage& stage, size_t exact, std::vector<uint8_t>& data,
          std::vector<uint8_t>& scratch) {
  if (stage.filter == kFletcher32) {
    // Of any size, as what was compressed may have been checked; the stage below sees to that.
    if (!fletcher32::Verify(data.data(), data.size())) return false;
    data.resize(data.size() - fletcher32::kBytes);
    return true;
  }
  if (stage.filter == kShuffle) {
    if (data.size() != exact || stage.type_size == 0) return false;
    scratch.resize(exact);
    shuffle::Decode(data.data(), exact, scratch.data(), stage.type_size);
  } else {
    const DecodeFn decode = Decompressor(stage.filter);
    if (decode == nullptr) return false;
    scratch.resize(exact);
    if (!decode(data.data(), data.size(), scratch.data(), exact)) return false;
  }
  data.swap(scratch);
  return true;
}

}  // namespace

bool Knows(int filter) {
  return filter == kShuffle || filter == kFletcher32 || Decompressor(filter) != nullptr;
}

bool Decode(const std::vector<Stage>& stages, uint32_t skipped, size_t exact,
            std::vector<uint8_t>& data, std::vector<uint8_t>& scratch) {
  if (stages.size() > kMaxStages) return false;
  const auto applied = [&](size_t i) { return (skipped >> i & 1u) == 0; };
  // A checksum applied before another stage is among the bytes that one gives back.
  size_t size = exact;
  for (size_t i = 0; i < stages.size(); i++) {
    if (applied(i) && stages[i].filter == kFletcher32) size += fletcher32::kBytes;
  }
  for (size_t i = stages.size(); i-- > 0;) {
    if (!applied(i)) continue;
    if (stages[i].filter == kFletcher32) size -= fletcher32::kBytes;
    if (!Undo(stages[i], size, data, scratch)) return false;
  }
  return data.size() == exact;
}

}  // namespace anndata::pipeline
