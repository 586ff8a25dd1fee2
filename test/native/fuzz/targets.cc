// SPDX-License-Identifier: BSD-3-Clause

#include "fuzz/targets.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "codecs/blosc.h"
#include "codecs/deflate.h"
#include "codecs/fletcher32.h"
#include "codecs/lz4.h"
#include "codecs/lzf.h"
#include "codecs/pipeline.h"
#include "codecs/shuffle.h"
#include "codecs/zstd.h"
#include "fuzz/guarded.h"

namespace anndata::test {
namespace {

constexpr size_t kMost = 1u << 20;
constexpr size_t kMaxStages = 4;

void Require(bool right, const char* what) {
  if (right) return;
  std::fprintf(stderr, "%s\n", what);
  std::abort();
}

size_t TwoBytes(const uint8_t* p) { return p[0] | static_cast<size_t>(p[1]) << 8; }

template <bool (*kDecode)(const uint8_t*, size_t, uint8_t*, size_t)>
bool RunCodec(const uint8_t* data, size_t size) {
  return size >= 2 && DecodesSafely(kDecode, data + 2, size - 2, TwoBytes(data));
}

// The first byte is the element size; shuffled again, all must be as it was.
bool RunShuffle(const uint8_t* data, size_t size) {
  static Guarded room(kMost), back(kMost);
  if (size == 0 || size > kMost) return false;
  const size_t n = size - 1;
  uint8_t* decoded = room.Filled(n, 0x5a);
  shuffle::Decode(data + 1, n, decoded, data[0]);
  uint8_t* encoded = back.Filled(n, 0xa5);
  shuffle::Encode(decoded, n, encoded, data[0]);
  Require(std::equal(encoded, encoded + n, data + 1), "shuffle is not the inverse of unshuffle");
  return true;
}

// What was given a checksum passes, and no longer when a bit is turned.
bool RunFletcher32(const uint8_t* data, size_t size) {
  static Guarded room(kMost);
  if (size > kMost - fletcher32::kBytes) return false;
  const bool right = fletcher32::Verify(data, size);
  uint8_t* all = room.Filled(size + fletcher32::kBytes, 0);
  std::copy(data, data + size, all);
  fletcher32::Append(all, size);
  Require(fletcher32::Verify(all, size + fletcher32::kBytes), "a checksum does not fit its data");
  if (size > 0) {
    all[data[0] % size] ^= 1;
    Require(!fletcher32::Verify(all, size + fletcher32::kBytes), "a checksum fits other data");
  }
  return right;
}

struct Pipeline {
  std::vector<pipeline::Stage> stages;
  uint32_t skipped = 0;
};

Pipeline& Current() {
  static Pipeline pipeline;
  return pipeline;
}

bool DecodePipeline(const uint8_t* data, size_t size, uint8_t* to, size_t exact) {
  static pipeline::Scratch scratch;
  return pipeline::Decode(Current().stages, Current().skipped, data, size, to, exact, scratch);
}

bool RunPipeline(const uint8_t* data, size_t size) {
  const size_t stages = size == 0 ? 0 : data[0] % (kMaxStages + 1);
  const size_t head = 1 + 2 * stages + 3;
  if (size < head) return false;
  Current().stages.clear();
  for (size_t i = 0; i < stages; i++) {
    const uint8_t* stage = data + 1 + 2 * i;
    Current().stages.push_back({kFuzzedFilters[stage[0] % std::size(kFuzzedFilters)], stage[1]});
  }
  Current().skipped = data[head - 3];
  return DecodesSafely(DecodePipeline, data + head, size - head, TwoBytes(data + head - 2));
}

}  // namespace

bool DecodesSafely(const DecodeFn& decode, const uint8_t* data, size_t size, size_t exact) {
  static Guarded in(kMost), out(kMost);
  if (size > kMost || exact > kMost) return false;
  const uint8_t* source = in.Copied(data, size);
  uint8_t* to = out.Filled(exact, 0x5a);
  if (!decode(source, size, to, exact)) return false;
  const std::vector<uint8_t> first(to, to + exact);
  to = out.Filled(exact, 0xa5);
  Require(decode(source, size, to, exact), "decoded once, but not a second time");
  Require(std::equal(first.begin(), first.end(), to), "bytes that were not written count as such");
  return true;
}

const std::vector<Target>& FuzzTargets() {
  static const std::vector<Target> all = {
#if ANNDATA_HAVE_LIBDEFLATE
    {"deflate", 1, RunCodec<deflate::Decode>},
#endif
#if ANNDATA_HAVE_LZF
    {"lzf", 32000, RunCodec<lzf::Decode>},
#endif
#if ANNDATA_HAVE_ZSTD
    {"zstd", 32015, RunCodec<zstd::Decode>},
#endif
#if ANNDATA_HAVE_LZ4
    {"lz4", 32004, RunCodec<lz4::Decode>},
#endif
#if ANNDATA_HAVE_BLOSC
    {"blosc", 32001, RunCodec<blosc::Decode>},
#endif
    {"shuffle", 2, RunShuffle},
    {"fletcher32", 3, RunFletcher32},
    {"pipeline", 0, RunPipeline},
  };
  return all;
}

}  // namespace anndata::test
