// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/utf8.h"

#include <gtest/gtest.h>

#include <string>

#include "support.h"

namespace anndata::test {
namespace {

size_t FirstInvalid(const std::string& text) { return Utf8Check(text.data(), text.size()); }

Bytes Encode(uint32_t c) {
  const auto tail = [c](int shift) { return static_cast<uint8_t>(0x80 | (c >> shift & 0x3f)); };
  if (c < 0x80) return {static_cast<uint8_t>(c)};
  if (c < 0x800) return {static_cast<uint8_t>(0xc0 | c >> 6), tail(0)};
  if (c < 0x10000) return {static_cast<uint8_t>(0xe0 | c >> 12), tail(6), tail(0)};
  return {static_cast<uint8_t>(0xf0 | c >> 18), tail(12), tail(6), tail(0)};
}

TEST(Utf8Test, AcceptsEveryScalarValueAndNoOther) {
  for (uint32_t c = 0; c < 0x120000; ++c) {
    const Bytes bytes = Encode(c);
    const bool valid = c < 0x110000 && (c < 0xd800 || c > 0xdfff);
    ASSERT_EQ(Utf8Check(reinterpret_cast<const char*>(bytes.data()), bytes.size()),
              valid ? bytes.size() : 0)
        << std::hex << c;
  }
}

TEST(Utf8Test, RefusesOverlongForms) {
  EXPECT_EQ(FirstInvalid("\xc0\x80"), 0U);
  EXPECT_EQ(FirstInvalid("\xc1\xbf"), 0U);
  EXPECT_EQ(FirstInvalid("\xe0\x9f\xbf"), 0U);
  EXPECT_EQ(FirstInvalid("\xf0\x8f\xbf\xbf"), 0U);
}

TEST(Utf8Test, NamesThePosition) {
  EXPECT_EQ(FirstInvalid("0123456789\xff"), 10U);
  EXPECT_EQ(FirstInvalid("01234567\xc3\xa9\x80"), 10U);
  EXPECT_EQ(FirstInvalid("ab\xe2\x82"), 2U);
  EXPECT_EQ(FirstInvalid("ab\xe2\x82-"), 2U);
  EXPECT_EQ(FirstInvalid(""), 0U);
}

TEST(Utf8Test, FindsABadByteAtEveryOffset) {
  for (size_t n = 1; n < 40; ++n) {
    for (size_t at = 0; at < n; ++at) {
      std::string text(n, 'x');
      text[at] = '\x80';
      EXPECT_EQ(FirstInvalid(text), at);
    }
  }
}

}  // namespace
}  // namespace anndata::test
