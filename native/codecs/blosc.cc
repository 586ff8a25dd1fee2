// SPDX-License-Identifier: BSD-3-Clause
#if ANNDATA_HAVE_BLOSC
#include "codecs/blosc.h"

#include <blosc.h>

#include <cstdlib>

namespace anndata::blosc {

bool Decode(const uint8_t* src, size_t n, uint8_t* dst, size_t exact) {
  if (n < BLOSC_MIN_HEADER_LENGTH || exact > BLOSC_MAX_BUFFERSIZE) return false;
  // The decoder is not told how long its input is: it believes the header, which is compared here
  // first.
  size_t size = 0;
  if (blosc_cbuffer_validate(src, n, &size) != 0 || size != exact) return false;
  if (exact == 0) return true;
  const int got = blosc_decompress_ctx(src, dst, exact, 1);
  return got >= 0 && static_cast<size_t>(got) == exact;
}

size_t EncodeBound(size_t n) { return n + BLOSC_MAX_OVERHEAD; }

size_t Encode(const uint8_t* src, size_t n, uint8_t* dst, size_t capacity, const Settings& how) {
  const char* name = nullptr;
  if (n > BLOSC_MAX_BUFFERSIZE || blosc_compcode_to_compname(how.compressor, &name) < 0) return 0;
  const size_t type_size =
      how.type_size == 0 || how.type_size > BLOSC_MAX_TYPESIZE ? 1 : how.type_size;
  const int got =
      blosc_compress_ctx(how.level, how.shuffle, type_size, n, src, dst, capacity, name, 0, 1);
  return got > 0 ? static_cast<size_t>(got) : 0;
}

std::string ZlibVersion() {
  char* library = nullptr;
  char* version = nullptr;
  if (blosc_get_complib_info("zlib", &library, &version) < 0) return {};
  std::string found = version != nullptr ? version : "";
  std::free(library);
  std::free(version);
  return found;
}

const char* Version() { return blosc_get_version_string(); }

unsigned FormatVersion() { return BLOSC_VERSION_FORMAT; }

}  // namespace anndata::blosc
#endif
