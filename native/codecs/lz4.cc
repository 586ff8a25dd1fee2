// SPDX-License-Identifier: BSD-3-Clause
#if ANNDATA_HAVE_LZ4
#include "codecs/lz4.h"

#include <lz4.h>

#include <algorithm>
#include <cstring>

#include "codecs/byte_order.h"

namespace anndata::lz4 {
namespace {

constexpr size_t kHeader = 12;
constexpr size_t kBlockHeader = 4;

size_t BlockSize(size_t n, size_t block) {
  if (block == 0 || block > kDefaultBlock) block = kDefaultBlock;
  return std::min(n, block);
}

bool DecodeBlock(const uint8_t* src, size_t stored, uint8_t* dst, size_t size) {
  if (stored == size) {
    std::memcpy(dst, src, size);
    return true;
  }
  if (stored > LZ4_MAX_INPUT_SIZE || size > LZ4_MAX_INPUT_SIZE) return false;
  const int got =
      LZ4_decompress_safe(reinterpret_cast<const char*>(src), reinterpret_cast<char*>(dst),
                          static_cast<int>(stored), static_cast<int>(size));
  return got >= 0 && static_cast<size_t>(got) == size;
}

}  // namespace

bool Decode(const uint8_t* src, size_t n, uint8_t* dst, size_t exact) {
  if (n < kHeader || LoadBig64(src) != exact) return false;
  const size_t block = LoadBig32(src + 8);
  if (block == 0) return exact == 0 && n == kHeader;
  size_t at = kHeader;
  for (size_t done = 0; done < exact;) {
    const size_t size = std::min(block, exact - done);
    if (n - at < kBlockHeader) return false;
    const size_t stored = LoadBig32(src + at);
    at += kBlockHeader;
    if (stored > n - at || !DecodeBlock(src + at, stored, dst + done, size)) return false;
    at += stored;
    done += size;
  }
  return at == n;
}

size_t EncodeBound(size_t n, size_t block) {
  const size_t size = BlockSize(n, block);
  const size_t blocks = size == 0 ? 0 : (n - 1) / size + 1;
  return kHeader + blocks * (kBlockHeader + LZ4_COMPRESSBOUND(size));
}

size_t Encode(const uint8_t* src, size_t n, uint8_t* dst, size_t capacity, size_t block) {
  const size_t step = BlockSize(n, block);
  if (capacity < kHeader) return 0;
  StoreBig64(dst, n);
  StoreBig32(dst + 8, static_cast<uint32_t>(step));
  size_t at = kHeader;
  for (size_t done = 0; done < n;) {
    const size_t size = std::min(step, n - done);
    if (capacity - at < kBlockHeader + size) return 0;
    // One byte less than the block: a block that does not shrink is stored as it is.
    const int got = LZ4_compress_default(reinterpret_cast<const char*>(src + done),
                                         reinterpret_cast<char*>(dst + at + kBlockHeader),
                                         static_cast<int>(size), static_cast<int>(size - 1));
    const size_t stored = got > 0 ? static_cast<size_t>(got) : size;
    if (got <= 0) std::memcpy(dst + at + kBlockHeader, src + done, size);
    StoreBig32(dst + at, static_cast<uint32_t>(stored));
    at += kBlockHeader + stored;
    done += size;
  }
  return at;
}

const char* Version() { return LZ4_versionString(); }

}  // namespace anndata::lz4
#endif
