// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace anndata {

// Bytes of the well-formed UTF-8 sequence at `text` (1–4), or 0 when what stands there is none:
// overlong, a surrogate, past U+10FFFF, cut off. `n` is at least 1.
inline size_t Utf8Length(const char* text, size_t n) {
  const auto* s = reinterpret_cast<const uint8_t*>(text);
  const auto more = [&](size_t i) { return i < n && (s[i] & 0xc0) == 0x80; };
  if (s[0] < 0x80) return 1;
  if (s[0] < 0xc2 || s[0] > 0xf4) return 0;
  if (!more(1)) return 0;
  if (s[0] < 0xe0) return 2;
  if (s[0] < 0xf0) {
    if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f)) return 0;
    return more(2) ? 3 : 0;
  }
  if ((s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f)) return 0;
  return more(2) && more(3) ? 4 : 0;
}

// Position of the first byte that is not part of well-formed UTF-8, or n.
inline size_t Utf8Check(const char* text, size_t n) {
  constexpr uint64_t kNotAscii = 0x8080808080808080;
  size_t i = 0;
  while (i < n) {
    uint64_t word = kNotAscii;
    if (n - i >= sizeof word) std::memcpy(&word, text + i, sizeof word);
    if ((word & kNotAscii) == 0) {
      i += sizeof word;
      continue;
    }
    if (static_cast<uint8_t>(text[i]) < 0x80) {
      i++;
      continue;
    }
    const size_t length = Utf8Length(text + i, n - i);
    if (length == 0) return i;
    i += length;
  }
  return n;
}

}  // namespace anndata
