// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/float16.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "support.h"

namespace anndata::test {
namespace {

// The value of a half by its definition.
double Value(uint16_t half) {
  const int exponent = half >> 10 & 0x1f;
  const int fraction = half & 0x3ff;
  const double magnitude =
      exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024 + fraction, exponent - 25);
  return (half & 0x8000) != 0 ? -magnitude : magnitude;
}

bool IsFinite(uint16_t half) { return (half & 0x7c00) != 0x7c00; }

TEST(Float16Test, EveryHalfSurvivesTheRoundTrip) {
  for (uint32_t half = 0; half <= 0xffff; ++half) {
    const auto bits = static_cast<uint16_t>(half);
    const float value = HalfToFloat(bits);
    EXPECT_EQ(FloatToHalf(value), bits);
    if (IsFinite(bits)) {
      EXPECT_EQ(static_cast<double>(value), Value(bits));
    }
  }
}

TEST(Float16Test, InfinityAndNan) {
  EXPECT_EQ(HalfToFloat(0x7c00), std::numeric_limits<float>::infinity());
  EXPECT_EQ(HalfToFloat(0xfc00), -std::numeric_limits<float>::infinity());
  EXPECT_TRUE(std::isnan(HalfToFloat(0x7e00)));
  EXPECT_TRUE(std::isnan(HalfToFloat(FloatToHalf(std::numeric_limits<float>::signaling_NaN()))));
  EXPECT_EQ(FloatToHalf(65519.9F), 0x7bff);
  EXPECT_EQ(FloatToHalf(65520.0F), 0x7c00);
  EXPECT_EQ(FloatToHalf(1e30F), 0x7c00);
  EXPECT_EQ(std::signbit(HalfToFloat(0x8000)), true);
}

// Between two neighbours the nearer one is taken, in the middle the even one.
TEST(Float16Test, RoundsToNearestEven) {
  for (uint16_t low = 0; low < 0x7bff; ++low) {
    const auto high = static_cast<uint16_t>(low + 1);
    const auto middle = static_cast<float>((Value(low) + Value(high)) / 2);
    const uint16_t even = low % 2 == 0 ? low : high;
    EXPECT_EQ(FloatToHalf(middle), even);
    EXPECT_EQ(FloatToHalf(std::nextafter(middle, 0.0F)), low);
    EXPECT_EQ(FloatToHalf(std::nextafter(middle, 1e9F)), high);
    EXPECT_EQ(FloatToHalf(-middle), even | 0x8000);
  }
}

TEST(Float16Test, TinyValuesVanishWithTheirSign) {
  EXPECT_EQ(FloatToHalf(1e-30F), 0);
  EXPECT_EQ(FloatToHalf(-1e-30F), 0x8000);
  EXPECT_EQ(FloatToHalf(-std::numeric_limits<float>::denorm_min()), 0x8000);
  EXPECT_EQ(FloatToHalf(0x1p-25F), 0);
  EXPECT_EQ(FloatToHalf(std::nextafter(0x1p-25F, 1.0F)), 1);
}

}  // namespace
}  // namespace anndata::test
