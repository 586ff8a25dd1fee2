// SPDX-License-Identifier: BSD-3-Clause
#if ANNDATA_HAVE_ZSTD
#include "codecs/zstd.h"

#include <zstd.h>

#include <algorithm>
#include <memory>

namespace anndata::zstd {
namespace {

struct FreeDCtx {
  void operator()(ZSTD_DCtx* c) const { ZSTD_freeDCtx(c); }
};
struct FreeCCtx {
  void operator()(ZSTD_CCtx* c) const { ZSTD_freeCCtx(c); }
};

// Making a context costs more than decoding a small chunk, so each thread keeps one.
ZSTD_DCtx* DecodeContext() {
  thread_local std::unique_ptr<ZSTD_DCtx, FreeDCtx> context(ZSTD_createDCtx());
  return context.get();
}

ZSTD_CCtx* EncodeContext() {
  thread_local std::unique_ptr<ZSTD_CCtx, FreeCCtx> context(ZSTD_createCCtx());
  return context.get();
}

}  // namespace

bool Decode(const uint8_t* src, size_t n, uint8_t* dst, size_t exact) {
  ZSTD_DCtx* context = DecodeContext();
  if (n == 0 || context == nullptr) return false;
  const size_t got = ZSTD_decompressDCtx(context, dst, exact, src, n);
  return ZSTD_isError(got) == 0 && got == exact;
}

size_t EncodeBound(size_t n) { return ZSTD_compressBound(n); }

size_t Encode(const uint8_t* src, size_t n, uint8_t* dst, size_t capacity, int level) {
  ZSTD_CCtx* context = EncodeContext();
  if (context == nullptr) return 0;
  const int clamped = std::clamp(level, ZSTD_minCLevel(), ZSTD_maxCLevel());
  const size_t size = ZSTD_compressCCtx(context, dst, capacity, src, n, clamped);
  return ZSTD_isError(size) != 0 ? 0 : size;
}

const char* Version() { return ZSTD_versionString(); }

}  // namespace anndata::zstd
#endif
