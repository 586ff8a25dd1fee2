// SPDX-License-Identifier: BSD-3-Clause
#if ANNDATA_HAVE_LIBDEFLATE
#include "codecs/deflate.h"

#include <libdeflate.h>

#include <algorithm>
#include <array>
#include <memory>

namespace anndata::deflate {
namespace {

constexpr int kMaxLevel = 9;

struct FreeDecoder {
  void operator()(libdeflate_decompressor* d) const { libdeflate_free_decompressor(d); }
};
struct FreeEncoder {
  void operator()(libdeflate_compressor* c) const { libdeflate_free_compressor(c); }
};

libdeflate_decompressor* Decoder() {
  thread_local std::unique_ptr<libdeflate_decompressor, FreeDecoder> decoder(
      libdeflate_alloc_decompressor());
  return decoder.get();
}

libdeflate_compressor* Encoder(int level) {
  thread_local std::array<std::unique_ptr<libdeflate_compressor, FreeEncoder>, kMaxLevel + 1> all;
  auto& encoder = all[static_cast<size_t>(std::clamp(level, 0, kMaxLevel))];
  if (!encoder) encoder.reset(libdeflate_alloc_compressor(std::clamp(level, 0, kMaxLevel)));
  return encoder.get();
}

}  // namespace

bool Decode(const uint8_t* src, size_t n, uint8_t* dst, size_t exact) {
  libdeflate_decompressor* decoder = Decoder();
  if (decoder == nullptr) return false;
  // Without a place for the actual size, anything but `exact` bytes is an error.
  return libdeflate_zlib_decompress(decoder, src, n, dst, exact, nullptr) == LIBDEFLATE_SUCCESS;
}

size_t EncodeBound(size_t n, int level) {
  return libdeflate_zlib_compress_bound(Encoder(level), n);
}

size_t Encode(const uint8_t* src, size_t n, uint8_t* dst, size_t capacity, int level) {
  libdeflate_compressor* encoder = Encoder(level);
  return encoder == nullptr ? 0 : libdeflate_zlib_compress(encoder, src, n, dst, capacity);
}

const char* Version() { return LIBDEFLATE_VERSION_STRING; }

}  // namespace anndata::deflate
#endif
