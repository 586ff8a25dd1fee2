// SPDX-License-Identifier: BSD-3-Clause
#if ANNDATA_HAVE_LZF
#include "codecs/lzf.h"

// Not every lzf.h says that it is C.
extern "C" {
#include <lzf.h>
}

#include <climits>

namespace anndata::lzf {

bool Decode(const uint8_t* src, size_t n, uint8_t* dst, size_t exact) {
  if (n > UINT_MAX || exact > UINT_MAX) return false;
  if (n == 0 || exact == 0) return n == exact;
  return lzf_decompress(src, static_cast<unsigned>(n), dst, static_cast<unsigned>(exact)) == exact;
}

size_t Encode(const uint8_t* src, size_t n, uint8_t* dst, size_t capacity) {
  if (n == 0 || capacity == 0 || n > UINT_MAX) return 0;
  const size_t room = capacity > UINT_MAX ? UINT_MAX : capacity;
  return lzf_compress(src, static_cast<unsigned>(n), dst, static_cast<unsigned>(room));
}

unsigned ApiVersion() { return LZF_VERSION; }

}  // namespace anndata::lzf
#endif
