// SPDX-License-Identifier: BSD-3-Clause
// Every compressing codec: round trips, and input nobody should trust.

#include <gtest/gtest.h>

#include <string>

#include "codec_list.h"
#include "codecs/byte_order.h"

namespace anndata::test {
namespace {

constexpr uint8_t kGuard = 0xa5;
constexpr size_t kGuards = 64;

// Decodes into a buffer with guards behind it. A heap copy of the input makes sanitizers see reads
// past its end.
bool GuardedDecode(const Codec& codec, const Bytes& in, size_t exact, Bytes* out) {
  const Bytes copy(in.begin(), in.end());
  out->assign(exact + kGuards, kGuard);
  const bool fine = codec.decode(copy.data(), copy.size(), out->data(), exact);
  for (size_t i = exact; i < out->size(); ++i) EXPECT_EQ((*out)[i], kGuard) << "wrote past the end";
  out->resize(exact);
  return fine;
}

class CodecTest : public testing::TestWithParam<Codec> {};

TEST_P(CodecTest, RoundTripsEverySize) {
  for (const size_t n :
       {1, 2, 3, 4, 7, 12, 15, 16, 17, 100, 999, 1000, 1001, 4096, 65535, 65536, 65537, 300000}) {
    for (const Bytes& in : {Compressible(n), Noise(n), Bytes(n, 0)}) {
      const Bytes packed = GetParam().encode(in);
      if (packed.empty()) {
        EXPECT_FALSE(GetParam().stores_noise) << n;
        continue;
      }
      Bytes out;
      EXPECT_TRUE(GuardedDecode(GetParam(), packed, n, &out)) << n;
      EXPECT_EQ(out, in) << n;
    }
  }
}

TEST_P(CodecTest, SqueezesWhatRepeats) {
  const std::string& name = GetParam().name;
  const bool stores = name == "deflate0" || name == "lz4block1";
  const size_t size = GetParam().encode(Bytes(100000, 7)).size();
  EXPECT_EQ(size < 20000, !stores) << size;
}

TEST_P(CodecTest, RefusesAnyOtherSize) {
  const Bytes in = Compressible(5000);
  const Bytes packed = GetParam().encode(in);
  Bytes out;
  for (const size_t size : {0, 1, 2500, 4999, 5001, 5004, 10000, 1000000}) {
    EXPECT_FALSE(GuardedDecode(GetParam(), packed, size, &out)) << size;
  }
}

TEST_P(CodecTest, RefusesTruncatedInput) {
  const Bytes in = Compressible(3000);
  const Bytes packed = GetParam().encode(in);
  Bytes out;
  for (size_t n = 0; n < packed.size(); n += 1 + packed.size() / 400) {
    const Bytes cut(packed.begin(), packed.begin() + static_cast<std::ptrdiff_t>(n));
    EXPECT_FALSE(GuardedDecode(GetParam(), cut, in.size(), &out)) << n;
  }
}

TEST_P(CodecTest, SurvivesCorruption) {
  const Bytes in = Compressible(3000);
  const Bytes packed = GetParam().encode(in);
  Bytes out;
  for (int round = 0; round < 2000; ++round) {
    Bytes bad = packed;
    for (int flips = 0; flips <= round % 8; ++flips)
      bad[Random()() % bad.size()] ^= static_cast<uint8_t>(1 + Random()() % 255);
    GuardedDecode(GetParam(), bad, in.size(), &out);  // any answer, but no harm
  }
}

TEST_P(CodecTest, SurvivesNoise) {
  Bytes out;
  for (int round = 0; round < 2000; ++round)
    GuardedDecode(GetParam(), Noise(Random()() % 200), 1000, &out);
}

// Headers that promise a great deal: nothing may be allocated on their word.
TEST_P(CodecTest, SurvivesLyingHeaders) {
  const Bytes packed = GetParam().encode(Compressible(3000));
  Bytes out;
  for (size_t at = 0; at + 4 <= std::min<size_t>(packed.size(), 32); ++at) {
    for (const uint8_t value : {0x00, 0x7f, 0x80, 0xff}) {
      Bytes bad = packed;
      std::fill_n(bad.begin() + static_cast<std::ptrdiff_t>(at), 4, value);
      GuardedDecode(GetParam(), bad, 3000, &out);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, CodecTest, testing::ValuesIn(AllCodecs()),
                         [](const auto& info) { return info.param.name; });
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(CodecTest);

#if ANNDATA_HAVE_LZ4
TEST(Lz4Test, LaysItsContainerOutAsDocumented) {
  const Bytes in = Noise(10);
  Bytes out(lz4::EncodeBound(in.size(), 4));
  ASSERT_EQ(lz4::Encode(in.data(), in.size(), out.data(), out.size(), 4), 12U + 3 * 4 + 10);
  EXPECT_EQ(LoadBig64(out.data()), 10U);
  EXPECT_EQ(LoadBig32(out.data() + 8), 4U);
  EXPECT_EQ(LoadBig32(out.data() + 12), 4U);
  EXPECT_EQ(Bytes(out.begin() + 16, out.begin() + 20), Bytes(in.begin(), in.begin() + 4));
  EXPECT_EQ(LoadBig32(out.data() + 28), 2U);
}

TEST(Lz4Test, RefusesABlockSizeOfZero) {
  Bytes in(16, 0);
  StoreBig64(in.data(), 4);
  Bytes out(4);
  EXPECT_FALSE(lz4::Decode(in.data(), in.size(), out.data(), out.size()));
}
#endif

}  // namespace
}  // namespace anndata::test
