// SPDX-License-Identifier: BSD-3-Clause
#include "codecs/encode.h"

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

[[maybe_unused]] unsigned Param(const EncodeStage& stage, size_t i, unsigned otherwise) {
  return i < stage.params.size() ? stage.params[i] : otherwise;
}

// A codec with its settings: the room it may need at most, and the call.
struct Compressor {
  size_t (*bound)(const EncodeStage&, size_t n);
  size_t (*encode)(const EncodeStage&, const uint8_t* src, size_t n, uint8_t* dst, size_t capacity);
};

#if ANNDATA_HAVE_LIBDEFLATE
constexpr unsigned kDeflateLevel = 6;
constexpr Compressor kDeflate = {
    [](const EncodeStage& s, size_t n) {
      return deflate::EncodeBound(n, static_cast<int>(Param(s, 0, kDeflateLevel)));
    },
    [](const EncodeStage& s, const uint8_t* src, size_t n, uint8_t* dst, size_t capacity) {
      return deflate::Encode(src, n, dst, capacity, static_cast<int>(Param(s, 0, kDeflateLevel)));
    }};
#endif
#if ANNDATA_HAVE_LZF
constexpr Compressor kLzf = {[](const EncodeStage&, size_t n) { return n; },
                             [](const EncodeStage&, const uint8_t* src, size_t n, uint8_t* dst,
                                size_t capacity) { return lzf::Encode(src, n, dst, capacity); }};
#endif
#if ANNDATA_HAVE_BLOSC
constexpr Compressor kBlosc = {
    [](const EncodeStage&, size_t n) { return blosc::EncodeBound(n); },
    [](const EncodeStage& s, const uint8_t* src, size_t n, uint8_t* dst, size_t capacity) {
      blosc::Settings how;
      how.type_size = Param(s, 2, 1);
      how.level = static_cast<int>(Param(s, 4, 5));
      how.shuffle = static_cast<int>(Param(s, 5, 1));
      how.compressor = static_cast<int>(Param(s, 6, 0));
      return blosc::Encode(src, n, dst, capacity, how);
    }};
#endif
#if ANNDATA_HAVE_LZ4
constexpr Compressor kLz4 = {
    [](const EncodeStage& s, size_t n) { return lz4::EncodeBound(n, Param(s, 0, 0)); },
    [](const EncodeStage& s, const uint8_t* src, size_t n, uint8_t* dst, size_t capacity) {
      return lz4::Encode(src, n, dst, capacity, Param(s, 0, 0));
    }};
#endif
#if ANNDATA_HAVE_ZSTD
constexpr int kZstdLevel = 3;
constexpr Compressor kZstd = {
    [](const EncodeStage&, size_t n) { return zstd::EncodeBound(n); },
    [](const EncodeStage& s, const uint8_t* src, size_t n, uint8_t* dst, size_t capacity) {
      return zstd::Encode(src, n, dst, capacity, static_cast<int>(Param(s, 0, kZstdLevel)));
    }};
#endif

const Compressor* CompressorOf(int filter) {
  switch (filter) {
#if ANNDATA_HAVE_LIBDEFLATE
    case 1:
      return &kDeflate;
#endif
#if ANNDATA_HAVE_LZF
    case 32000:
      return &kLzf;
#endif
#if ANNDATA_HAVE_BLOSC
    case 32001:
      return &kBlosc;
#endif
#if ANNDATA_HAVE_LZ4
    case 32004:
      return &kLz4;
#endif
#if ANNDATA_HAVE_ZSTD
    case 32015:
      return &kZstd;
#endif
    default:
      return nullptr;
  }
}

// Leaves the result in `out`; false when the stage cannot be applied.
bool Apply(const EncodeStage& stage, const uint8_t* src, size_t n, Buffer& out) {
  if (stage.filter == kFletcher32) {
    uint8_t* to = out.Reset(n + fletcher32::kBytes);
    if (n > 0) std::memcpy(to, src, n);
    fletcher32::Append(to, n);
    return true;
  }
  if (stage.filter == kShuffle) {
    if (Param(stage, 0, 0) == 0) return false;
    shuffle::Encode(src, n, out.Reset(n), stage.params[0]);
    return true;
  }
  const Compressor* codec = CompressorOf(stage.filter);
  if (codec == nullptr || n == 0) return false;
  uint8_t* to = out.Reset(codec->bound(stage, n));
  const size_t size = codec->encode(stage, src, n, to, out.size());
  out.Shrink(size);
  // What does not shrink is better stored as it is, where that is allowed: it is read faster.
  return size > 0 && !(stage.optional && size >= n);
}

}  // namespace

bool CanEncode(int filter) {
  return filter == kShuffle || filter == kFletcher32 || CompressorOf(filter) != nullptr;
}

bool Encode(const std::vector<EncodeStage>& stages, const uint8_t* src, size_t n, Buffer& data,
            Buffer& scratch, uint32_t& skipped) {
  if (stages.size() > kMaxStages) return false;
  skipped = 0;
  const uint8_t* from = src;
  for (size_t i = 0; i < stages.size(); i++) {
    if (Apply(stages[i], from, n, scratch)) {
      data.Swap(scratch);
      from = data.data();
      n = data.size();
    } else if (stages[i].optional) {
      skipped |= uint32_t{1} << i;
    } else {
      return false;
    }
  }
  if (from == src && n > 0) std::memcpy(data.Reset(n), src, n);
  if (n == 0) data.Reset(0);
  return true;
}

}  // namespace anndata::pipeline
