// SPDX-License-Identifier: BSD-3-Clause
#include "codecs/filters.h"

#include <hdf5.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <memory>
#include <stdexcept>

#include "codecs/blosc.h"
#include "codecs/codec.h"
#include "codecs/deflate.h"
#include "codecs/expected.h"
#include "codecs/fletcher32.h"
#include "codecs/lz4.h"
#include "codecs/lzf.h"
#include "codecs/zstd.h"

namespace anndata {
namespace {

constexpr H5Z_filter_t kLzf = 32000;
constexpr H5Z_filter_t kBlosc = 32001;
constexpr H5Z_filter_t kLz4 = 32004;
constexpr H5Z_filter_t kZstd = 32015;

// Memory that changes hands with HDF5, which frees and resizes it with its own allocator.
struct FreeBuffer {
  void operator()(void* p) const { H5free_memory(p); }
};
using Buffer = std::unique_ptr<void, FreeBuffer>;

Buffer Allocate(size_t bytes) { return Buffer(H5allocate_memory(std::max<size_t>(bytes, 1), 0)); }

uint8_t* Bytes(void* p) { return static_cast<uint8_t*>(p); }

// Puts the cause on HDF5's error stack, where the caller of H5Dread finds it. Returns what a failed
// filter returns.
size_t Fail(const char* codec, const char* what) {
  H5Epush2(H5E_DEFAULT, __FILE__, codec, __LINE__, H5E_ERR_CLS, H5E_PLINE, H5E_CANTFILTER, "%s: %s",
           codec, what);
  return 0;
}

// Hands `result` over in place of the buffer HDF5 gave us.
size_t Replace(Buffer result, size_t used, size_t allocated, size_t* buf_size, void** buf) {
  H5free_memory(*buf);
  *buf = result.release();
  *buf_size = allocated;
  return used;
}

// Decodes to exactly the chunk's size, or to four bytes more where a checksum was put on before
// compressing. Any other size would make HDF5 read past the end of what we return.
template <typename DecodeFn>
size_t DecodeChunk(const char* codec, DecodeFn decode, size_t nbytes, size_t* buf_size,
                   void** buf) {
  const size_t expected = ExpectedChunk::bytes();
  if (expected == 0) return Fail(codec, "the size of a decoded chunk is not known");
  for (const size_t size : {expected, expected + fletcher32::kBytes}) {
    Buffer result = Allocate(size);
    if (!result) return Fail(codec, "out of memory");
    if (decode(Bytes(*buf), nbytes, Bytes(result.get()), size)) {
      return Replace(std::move(result), size, size, buf_size, buf);
    }
  }
  return Fail(codec, "a chunk is damaged: it does not decode to the chunk's size");
}

template <typename EncodeFn>
size_t EncodeChunk(const char* codec, EncodeFn encode, size_t nbytes, size_t capacity,
                   size_t* buf_size, void** buf) {
  Buffer result = Allocate(capacity);
  if (!result) return Fail(codec, "out of memory");
  const size_t size = encode(Bytes(*buf), nbytes, Bytes(result.get()), capacity);
  // For an optional filter, HDF5 takes 0 as "store this chunk without me".
  return size == 0 ? 0 : Replace(std::move(result), size, capacity, buf_size, buf);
}

[[maybe_unused]] unsigned Value(size_t n, const unsigned* values, size_t i, unsigned otherwise) {
  return i < n ? values[i] : otherwise;
}

// What the set_local callbacks work on: the filter's parameters in a creation property list.
struct Parameters {
  unsigned flags = 0;
  size_t count = 8;
  std::array<unsigned, 8> values{};

  bool Load(hid_t dcpl, H5Z_filter_t id) {
    const bool fine =
        H5Pget_filter_by_id2(dcpl, id, &flags, &count, values.data(), 0, nullptr, nullptr) >= 0;
    count = std::min(count, values.size());
    return fine;
  }

  bool Store(hid_t dcpl, H5Z_filter_t id) const {
    return H5Pmodify_filter(dcpl, id, flags, count, values.data()) >= 0;
  }
};

// Bytes of a chunk, 0 when that cannot be said in 32 bits.
[[maybe_unused]] unsigned ChunkBytes(hid_t dcpl, hid_t type) {
  std::array<hsize_t, H5S_MAX_RANK> dims{};
  const int rank = H5Pget_chunk(dcpl, H5S_MAX_RANK, dims.data());
  uint64_t bytes = H5Tget_size(type);
  for (int i = 0; i < rank; ++i) {
    const uint64_t dim = dims[static_cast<size_t>(i)];
    if (dim != 0 && bytes > std::numeric_limits<unsigned>::max() / dim) return 0;
    bytes *= dim;
  }
  return rank > 0 && bytes <= std::numeric_limits<unsigned>::max() ? static_cast<unsigned>(bytes)
                                                                   : 0;
}

#if ANNDATA_HAVE_LZF
constexpr unsigned kLzfRevision = 4;

// Parameters, as h5py sets them: filter revision, LZF API version, bytes of a chunk.
herr_t LzfSetLocal(hid_t dcpl, hid_t type, hid_t) {
  Parameters p;
  const unsigned bytes = ChunkBytes(dcpl, type);
  if (bytes == 0 || !p.Load(dcpl, kLzf)) return -1;
  if (p.values[0] == 0) p.values[0] = kLzfRevision;
  if (p.values[1] == 0) p.values[1] = lzf::ApiVersion();
  p.values[2] = bytes;
  p.count = 3;
  return p.Store(dcpl, kLzf) ? 1 : -1;
}

size_t LzfFilter(unsigned flags, size_t, const unsigned*, size_t nbytes, size_t* buf_size,
                 void** buf) {
  if ((flags & H5Z_FLAG_REVERSE) != 0)
    return DecodeChunk("lzf", lzf::Decode, nbytes, buf_size, buf);
  // As large as the input and no larger: what does not shrink is stored as it is.
  return EncodeChunk("lzf", lzf::Encode, nbytes, nbytes, buf_size, buf);
}
#endif

#if ANNDATA_HAVE_ZSTD
constexpr unsigned kZstdLevel = 3;

// Parameters: level.
size_t ZstdFilter(unsigned flags, size_t n, const unsigned* values, size_t nbytes, size_t* buf_size,
                  void** buf) {
  if ((flags & H5Z_FLAG_REVERSE) != 0)
    return DecodeChunk("zstd", zstd::Decode, nbytes, buf_size, buf);
  const int level = static_cast<int>(Value(n, values, 0, kZstdLevel));
  const auto encode = [level](const uint8_t* src, size_t size, uint8_t* dst, size_t capacity) {
    return zstd::Encode(src, size, dst, capacity, level);
  };
  return EncodeChunk("zstd", encode, nbytes, zstd::EncodeBound(nbytes), buf_size, buf);
}
#endif

#if ANNDATA_HAVE_LZ4
// Parameters: block size, 0 for the default.
size_t Lz4Filter(unsigned flags, size_t n, const unsigned* values, size_t nbytes, size_t* buf_size,
                 void** buf) {
  if ((flags & H5Z_FLAG_REVERSE) != 0)
    return DecodeChunk("lz4", lz4::Decode, nbytes, buf_size, buf);
  const size_t block = Value(n, values, 0, 0);
  const auto encode = [block](const uint8_t* src, size_t size, uint8_t* dst, size_t capacity) {
    return lz4::Encode(src, size, dst, capacity, block);
  };
  return EncodeChunk("lz4", encode, nbytes, lz4::EncodeBound(nbytes, block), buf_size, buf);
}
#endif

#if ANNDATA_HAVE_BLOSC
constexpr unsigned kBloscRevision = 2;
constexpr size_t kBloscFixed = 4;

// Parameters: filter revision, format version, element size, bytes of a chunk; then optionally
// level, shuffle and compressor.
herr_t BloscSetLocal(hid_t dcpl, hid_t type, hid_t) {
  Parameters p;
  const unsigned bytes = ChunkBytes(dcpl, type);
  if (bytes == 0 || !p.Load(dcpl, kBlosc)) return -1;
  size_t element = H5Tget_size(type);
  if (H5Tget_class(type) == H5T_ARRAY) {
    const hid_t base = H5Tget_super(type);
    element = H5Tget_size(base);
    H5Tclose(base);
  }
  p.values[0] = kBloscRevision;
  p.values[1] = blosc::FormatVersion();
  p.values[2] = element == 0 || element > 255 ? 1 : static_cast<unsigned>(element);
  p.values[3] = bytes;
  p.count = std::max(p.count, kBloscFixed);
  return p.Store(dcpl, kBlosc) ? 1 : -1;
}

size_t BloscFilter(unsigned flags, size_t n, const unsigned* values, size_t nbytes,
                   size_t* buf_size, void** buf) {
  if ((flags & H5Z_FLAG_REVERSE) != 0)
    return DecodeChunk("blosc", blosc::Decode, nbytes, buf_size, buf);
  blosc::Settings how;
  how.type_size = Value(n, values, 2, 1);
  how.level = static_cast<int>(Value(n, values, 4, 5));
  how.shuffle = static_cast<int>(Value(n, values, 5, 1));
  how.compressor = static_cast<int>(Value(n, values, 6, 0));
  const auto encode = [&how](const uint8_t* src, size_t size, uint8_t* dst, size_t capacity) {
    return blosc::Encode(src, size, dst, capacity, how);
  };
  return EncodeChunk("blosc", encode, nbytes, nbytes, buf_size, buf);
}
#endif

[[maybe_unused]] void Register(H5Z_filter_t id, const char* name, H5Z_set_local_func_t set_local,
                               H5Z_func_t filter) {
  H5Z_class2_t description{};
  description.version = H5Z_CLASS_T_VERS;
  description.id = id;
  description.encoder_present = 1;
  description.decoder_present = 1;
  description.name = name;
  description.set_local = set_local;
  description.filter = filter;
  if (H5Zregister(&description) < 0) {
    throw std::runtime_error(std::string("libhdf5 refused the filter ") + name);
  }
}

[[maybe_unused]] std::string LzfVersion(unsigned api) {
  return std::to_string(api >> 8) + "." + std::to_string(api & 0xff);
}

}  // namespace

std::vector<CodecInfo> Codecs() {
  // Filter 1 is libdeflate's work where it is built in, zlib's only within HDF5.
  std::vector<CodecInfo> all = {{"libdeflate", "disabled", 0}, {"lzf", "disabled", kLzf},
                                {"blosc", "disabled", kBlosc}, {"lz4", "disabled", kLz4},
                                {"zstd", "disabled", kZstd},   {"zlib", "not told", 0}};
#if ANNDATA_HAVE_LIBDEFLATE
  all[0].version = deflate::Version();
#endif
#if ANNDATA_HAVE_LZF
  all[1].version = LzfVersion(lzf::ApiVersion());
#endif
#if ANNDATA_HAVE_BLOSC
  all[2].version = blosc::Version();
  if (const std::string zlib = blosc::ZlibVersion(); !zlib.empty()) all[5].version = zlib;
#endif
#if ANNDATA_HAVE_LZ4
  all[3].version = lz4::Version();
#endif
#if ANNDATA_HAVE_ZSTD
  all[4].version = zstd::Version();
#endif
  return all;
}

void RegisterFilters() {
#if ANNDATA_HAVE_LZF
  Register(kLzf, "lzf", LzfSetLocal, LzfFilter);
#endif
#if ANNDATA_HAVE_BLOSC
  Register(kBlosc, "blosc", BloscSetLocal, BloscFilter);
#endif
#if ANNDATA_HAVE_LZ4
  Register(kLz4, "lz4", nullptr, Lz4Filter);
#endif
#if ANNDATA_HAVE_ZSTD
  Register(kZstd, "zstd", nullptr, ZstdFilter);
#endif
}

}  // namespace anndata
