// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <cstring>

namespace anndata {

// IEEE half to single precision; exact for every value, infinities and the payload of NaNs
// included.
inline float HalfToFloat(uint16_t half) {
  const uint32_t sign = static_cast<uint32_t>(half & 0x8000u) << 16;
  uint32_t exponent = (half >> 10) & 0x1fu;
  uint32_t fraction = half & 0x3ffu;
  uint32_t bits;
  if (exponent == 31) {
    bits = sign | 0x7f800000u | (fraction << 13);
  } else if (exponent != 0) {
    bits = sign | ((exponent + 112) << 23) | (fraction << 13);
  } else if (fraction == 0) {
    bits = sign;
  } else {  // subnormal here, normal there
    exponent = 113;
    while ((fraction & 0x400u) == 0) {
      fraction <<= 1;
      exponent--;
    }
    bits = sign | (exponent << 23) | ((fraction & 0x3ffu) << 13);
  }
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

// Single to half precision, rounded to nearest, ties to even; too large becomes infinity, NaN stays
// NaN.
inline uint16_t FloatToHalf(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  const uint16_t sign = static_cast<uint16_t>((bits >> 16) & 0x8000u);
  const uint32_t magnitude = bits & 0x7fffffffu;
  if (magnitude > 0x7f800000u) {  // NaN: what fits of the payload, never turning into an infinity
    const uint16_t payload = static_cast<uint16_t>((magnitude >> 13) & 0x3ffu);
    return static_cast<uint16_t>(sign | 0x7c00u | (payload != 0 ? payload : 0x200u));
  }
  if (magnitude >= 0x47800000u) return static_cast<uint16_t>(sign | 0x7c00u);
  uint32_t shift, fraction, base;
  if (magnitude >= 0x38800000u) {  // normal there
    shift = 13;
    fraction = magnitude & 0x7fffffu;
    base = ((magnitude >> 23) - 112) << 10;
  } else {
    const uint32_t exponent = magnitude >> 23;
    if (exponent < 102) return sign;
    shift = 126 - exponent;
    fraction = (magnitude & 0x7fffffu) | 0x800000u;
    base = 0;
  }
  const uint32_t kept = fraction >> shift;
  const uint32_t lost = fraction & ((1u << shift) - 1);
  const uint32_t half = 1u << (shift - 1);
  const uint32_t up = lost > half || (lost == half && (kept & 1u)) ? 1 : 0;
  return static_cast<uint16_t>(
      sign | (base + kept + up));  // a carry walks into the exponent, as it should
}

}  // namespace anndata
