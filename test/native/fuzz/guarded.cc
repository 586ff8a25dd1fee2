// SPDX-License-Identifier: BSD-3-Clause

#include "fuzz/guarded.h"

#include <cstring>
#include <new>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ANNDATA_HAVE_ASAN 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define ANNDATA_HAVE_ASAN 1
#endif

#ifdef ANNDATA_HAVE_ASAN
#include <sanitizer/asan_interface.h>
#endif

#ifndef _WIN32
#include <sys/mman.h>
#include <unistd.h>
#endif

namespace anndata::test {
namespace {

void Forbid([[maybe_unused]] uint8_t* p, [[maybe_unused]] size_t n) {
#ifdef ANNDATA_HAVE_ASAN
  ASAN_POISON_MEMORY_REGION(p, n);
#endif
}

void Allow([[maybe_unused]] uint8_t* p, [[maybe_unused]] size_t n) {
#ifdef ANNDATA_HAVE_ASAN
  ASAN_UNPOISON_MEMORY_REGION(p, n);
#endif
}

// Bytes before a buffer that nobody may touch either.
constexpr size_t kBefore = 4096;

uint8_t* Map(size_t bytes) {
#ifdef _WIN32
  return new uint8_t[bytes];
#else
  const auto page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  void* all =
      mmap(nullptr, bytes + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (all == MAP_FAILED) throw std::bad_alloc();
  auto* start = static_cast<uint8_t*>(all);
  if (mprotect(start + bytes, page, PROT_NONE) != 0) throw std::bad_alloc();
  return start;
#endif
}

size_t WholePages(size_t n) {
#ifdef _WIN32
  return n;
#else
  const auto page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  return (n + page - 1) / page * page;
#endif
}

}  // namespace

// Never given back: there are a few, for as long as the process lives.
Guarded::Guarded(size_t most) : most_(WholePages(most + kBefore)) {
  start_ = Map(most_);
  Forbid(start_, most_);
}

uint8_t* Guarded::Take(size_t n) {
  if (n + kBefore > most_) throw std::bad_alloc();
  uint8_t* end = start_ + most_;
  Forbid(end - given_, given_);
  Allow(end - n, n);
  given_ = n;
  return end - n;
}

uint8_t* Guarded::Filled(size_t n, uint8_t value) {
  uint8_t* buffer = Take(n);
  if (n > 0) std::memset(buffer, value, n);
  return buffer;
}

const uint8_t* Guarded::Copied(const uint8_t* data, size_t n) {
  uint8_t* buffer = Take(n);
  if (n > 0) std::memcpy(buffer, data, n);
  return buffer;
}

}  // namespace anndata::test
