// SPDX-License-Identifier: BSD-3-Clause
#include "codecs/fletcher32.h"

#include <gtest/gtest.h>

#include "codecs/byte_order.h"
#include "support.h"

namespace anndata::test {
namespace {

Bytes WithChecksum(Bytes data) {
  const size_t n = data.size();
  data.resize(n + fletcher32::kBytes);
  fletcher32::Append(data.data(), n);
  return data;
}

TEST(Fletcher32Test, SumsWordsWithTheHighByteFirst) {
  // Words 0x0102, 0x0304: sums 0x0406 and 0x0102 + 0x0406.
  const Bytes data = {1, 2, 3, 4};
  EXPECT_EQ(fletcher32::Checksum(data.data(), data.size()), 0x05080406U);
  const Bytes odd = {1};
  EXPECT_EQ(fletcher32::Checksum(odd.data(), odd.size()), 0x01000100U);
}

TEST(Fletcher32Test, FindsEveryFlippedBit) {
  const Bytes good = WithChecksum(Noise(63));
  ASSERT_TRUE(fletcher32::Verify(good.data(), good.size()));
  for (size_t bit = 0; bit < good.size() * 8; ++bit) {
    Bytes bad = good;
    bad[bit / 8] ^= static_cast<uint8_t>(1U << bit % 8);
    EXPECT_FALSE(fletcher32::Verify(bad.data(), bad.size())) << bit;
  }
}

TEST(Fletcher32Test, VerifiesEverySize) {
  for (const size_t n : {0, 1, 2, 3, 719, 720, 721, 722, 100001}) {
    const Bytes data = WithChecksum(Noise(n));
    EXPECT_TRUE(fletcher32::Verify(data.data(), data.size())) << n;
  }
}

TEST(Fletcher32Test, AcceptsTheSwappedFormOfOldWriters) {
  Bytes data = WithChecksum(Noise(50));
  std::swap(data[50], data[51]);
  std::swap(data[52], data[53]);
  EXPECT_TRUE(fletcher32::Verify(data.data(), data.size()));
}

TEST(Fletcher32Test, RefusesWhatIsShorterThanAChecksum) {
  const Bytes data(3);
  for (size_t n = 0; n < 4; ++n) EXPECT_FALSE(fletcher32::Verify(data.data(), n));
}

}  // namespace
}  // namespace anndata::test
