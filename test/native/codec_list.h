// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include "codecs/blosc.h"
#include "codecs/deflate.h"
#include "codecs/lz4.h"
#include "codecs/lzf.h"
#include "codecs/zstd.h"
#include "support.h"

// Every compressing codec, at the settings worth a test.
namespace anndata::test {

struct Codec {
  std::string name;
  std::function<bool(const uint8_t*, size_t, uint8_t*, size_t)> decode;
  std::function<Bytes(const Bytes&)> encode;  // empty when it does not fit
  bool stores_noise;                          // incompressible input is encoded too
};

inline std::ostream& operator<<(std::ostream& out, const Codec& codec) { return out << codec.name; }

template <typename EncodeFn>
Bytes EncodeInto(const Bytes& in, size_t capacity, EncodeFn encode) {
  Bytes out(capacity + 1, 0xee);
  const size_t size = encode(in.data(), in.size(), out.data(), capacity);
  EXPECT_EQ(out[capacity], 0xee) << "wrote past its capacity";
  out.resize(size);
  return out;
}

inline std::vector<Codec> AllCodecs() {
  std::vector<Codec> all;
#if ANNDATA_HAVE_LZF
  all.push_back({"lzf", lzf::Decode,
                 [](const Bytes& in) { return EncodeInto(in, in.size(), lzf::Encode); }, false});
#endif
#if ANNDATA_HAVE_ZSTD
  for (const int level : {-5, 1, 3, 19}) {
    all.push_back({"zstd" + std::string(level < 0 ? "fast" : std::to_string(level)), zstd::Decode,
                   [level](const Bytes& in) {
                     return EncodeInto(in, zstd::EncodeBound(in.size()),
                                       [level](auto s, auto n, auto d, auto c) {
                                         return zstd::Encode(s, n, d, c, level);
                                       });
                   },
                   true});
  }
#endif
#if ANNDATA_HAVE_LZ4
  for (const size_t block : {size_t{0}, size_t{1}, size_t{1000}, size_t{65536}}) {
    all.push_back({"lz4block" + std::to_string(block), lz4::Decode,
                   [block](const Bytes& in) {
                     return EncodeInto(in, lz4::EncodeBound(in.size(), block),
                                       [block](auto s, auto n, auto d, auto c) {
                                         return lz4::Encode(s, n, d, c, block);
                                       });
                   },
                   true});
  }
#endif
#if ANNDATA_HAVE_BLOSC
  for (const int shuffle : {0, 1, 2}) {
    all.push_back({"blosc" + std::to_string(shuffle), blosc::Decode,
                   [shuffle](const Bytes& in) {
                     blosc::Settings how;
                     how.type_size = 4;
                     how.shuffle = shuffle;
                     return EncodeInto(in, blosc::EncodeBound(in.size()),
                                       [how](auto s, auto n, auto d, auto c) {
                                         return blosc::Encode(s, n, d, c, how);
                                       });
                   },
                   true});
  }
#endif
#if ANNDATA_HAVE_LIBDEFLATE
  for (const int level : {0, 1, 4, 9}) {
    all.push_back({"deflate" + std::to_string(level), deflate::Decode,
                   [level](const Bytes& in) {
                     return EncodeInto(in, deflate::EncodeBound(in.size(), level),
                                       [level](auto s, auto n, auto d, auto c) {
                                         return deflate::Encode(s, n, d, c, level);
                                       });
                   },
                   true});
  }
#endif
  return all;
}

}  // namespace anndata::test
