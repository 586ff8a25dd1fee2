// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>

// Integers at any address, in the byte order a format prescribes.
namespace anndata {

inline uint32_t LoadBig32(const uint8_t* p) {
  return static_cast<uint32_t>(p[0]) << 24 | static_cast<uint32_t>(p[1]) << 16 |
         static_cast<uint32_t>(p[2]) << 8 | p[3];
}

inline uint64_t LoadBig64(const uint8_t* p) {
  return static_cast<uint64_t>(LoadBig32(p)) << 32 | LoadBig32(p + 4);
}

inline uint32_t LoadLittle32(const uint8_t* p) {
  return static_cast<uint32_t>(p[3]) << 24 | static_cast<uint32_t>(p[2]) << 16 |
         static_cast<uint32_t>(p[1]) << 8 | p[0];
}

inline uint64_t LoadLittle64(const uint8_t* p) {
  return static_cast<uint64_t>(LoadLittle32(p + 4)) << 32 | LoadLittle32(p);
}

// Of `n` bytes, at most 8.
inline uint64_t LoadLittle(const uint8_t* p, size_t n) {
  if (n == 8) return LoadLittle64(p);
  uint64_t value = 0;
  while (n-- > 0) value = value << 8 | p[n];
  return value;
}

inline void StoreBig32(uint8_t* p, uint32_t v) {
  p[0] = static_cast<uint8_t>(v >> 24);
  p[1] = static_cast<uint8_t>(v >> 16);
  p[2] = static_cast<uint8_t>(v >> 8);
  p[3] = static_cast<uint8_t>(v);
}

inline void StoreBig64(uint8_t* p, uint64_t v) {
  StoreBig32(p, static_cast<uint32_t>(v >> 32));
  StoreBig32(p + 4, static_cast<uint32_t>(v));
}

inline void StoreLittle32(uint8_t* p, uint32_t v) {
  p[0] = static_cast<uint8_t>(v);
  p[1] = static_cast<uint8_t>(v >> 8);
  p[2] = static_cast<uint8_t>(v >> 16);
  p[3] = static_cast<uint8_t>(v >> 24);
}

}  // namespace anndata
