// SPDX-License-Identifier: BSD-3-Clause
// Damaged chunks by the million: no decoder may read or write outside its buffers, which the
// sanitizers see, nor call bytes decoded that it did not write. ANNDATA_FUZZ_SECONDS says for how
// long in all; a second without it.

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <memory>

#include "codec_list.h"
#include "codecs/fletcher32.h"
#include "codecs/pipeline.h"
#include "codecs/shuffle.h"

namespace anndata::test {
namespace {

using Clock = std::chrono::steady_clock;

double Seconds() {
  const char* text = std::getenv("ANNDATA_FUZZ_SECONDS");
  return text == nullptr ? 1 : std::atof(text);
}

size_t Below(size_t n) { return n == 0 ? 0 : Random()() % n; }

Bytes Sample() {
  const size_t n = Below(4) == 0 ? Below(70000) : Below(2000);
  switch (Below(3)) {
    case 0:
      return Compressible(n);
    case 1:
      return Bytes(n, static_cast<uint8_t>(Below(256)));
    default:
      return Noise(n);
  }
}

// One to a few changes, mostly near the start, where the headers are.
void Mutate(Bytes& bytes) {
  static constexpr uint8_t kNasty[] = {0, 1, 0x7f, 0x80, 0xfe, 0xff};
  for (size_t changes = 1 + Below(4); changes > 0; changes--) {
    const size_t near = Below(2) == 0 ? std::min<size_t>(bytes.size(), 24) : bytes.size();
    const size_t at = Below(near);
    switch (bytes.empty() ? 3 : Below(6)) {
      case 0:
        bytes[at] ^= static_cast<uint8_t>(1u << Below(8));
        break;
      case 1:
        bytes[at] = kNasty[Below(sizeof kNasty)];
        break;
      case 2:
        bytes.resize(Below(bytes.size()));
        break;
      case 3: {
        const Bytes more = Noise(Below(40));
        bytes.insert(bytes.end(), more.begin(), more.end());
        break;
      }
      case 4:
        bytes.erase(bytes.begin() + static_cast<long>(at));
        break;
      default:
        for (size_t i = at; i < bytes.size() && i < at + 4; i++)
          bytes[i] = static_cast<uint8_t>(Below(256));
    }
  }
}

// Exactly as large as it says, so that one byte too many is seen.
struct Room {
  explicit Room(size_t n, uint8_t value) : bytes(new uint8_t[n]) {
    std::fill_n(bytes.get(), n, value);
  }
  std::unique_ptr<uint8_t[]> bytes;
};

// Decoded twice over different garbage: what is called decoded must not be garbage.
bool DecodeTwice(const Codec& codec, const Bytes& in, size_t exact) {
  const Room source(in.size(), 0);
  std::copy(in.begin(), in.end(), source.bytes.get());
  const Room a(exact, 0x5a), b(exact, 0xa5);
  const bool first = codec.decode(source.bytes.get(), in.size(), a.bytes.get(), exact);
  const bool second = codec.decode(source.bytes.get(), in.size(), b.bytes.get(), exact);
  EXPECT_EQ(first, second) << codec.name;
  if (first) {
    EXPECT_TRUE(std::equal(a.bytes.get(), a.bytes.get() + exact, b.bytes.get())) << codec.name;
  }
  return first;
}

size_t WrongSize(size_t n) {
  switch (Below(8)) {
    case 0:
      return n + 1 + Below(100);
    case 1:
      return Below(n + 1);
    default:
      return n;
  }
}

template <typename Body>
void ForShareOfTime(const std::string& name, double share, Body body) {
  const auto end = Clock::now() + std::chrono::duration<double>(Seconds() * share);
  size_t runs = 0, decoded = 0;
  while (Clock::now() < end && !testing::Test::HasFailure()) {
    decoded += body() ? 1 : 0;
    runs++;
  }
  std::cout << name << ": " << runs << " executions, " << decoded << " of them decoded\n";
}

TEST(Fuzz, Codecs) {
  const std::vector<Codec> all = AllCodecs();
  for (const Codec& codec : all) {
    Bytes plain = Sample(), packed = codec.encode(plain);
    ForShareOfTime(codec.name, 0.8 / static_cast<double>(all.size()), [&] {
      if (Below(50) == 0) packed = codec.encode(plain = Sample());
      Bytes bad = packed;
      Mutate(bad);
      return DecodeTwice(codec, bad, WrongSize(plain.size()));
    });
  }
}

pipeline::Stage AnyStage() {
  static constexpr int kFilters[] = {1, 2, 3, 32000, 32001, 32004, 32015, 5};
  return {kFilters[Below(8)], static_cast<unsigned>(Below(20))};
}

// Stages in any order over bytes of any kind, and real chunks behind a checksum and a shuffle.
TEST(Fuzz, Pipelines) {
  const std::vector<Codec> all = AllCodecs();
  ForShareOfTime("pipelines", 0.2, [&] {
    std::vector<pipeline::Stage> stages(Below(4));
    for (auto& stage : stages) stage = AnyStage();
    Bytes data = Sample();
    pipeline::Scratch scratch;
    const size_t exact = WrongSize(data.size());
    if (Below(2) == 0) {
      const size_t size = Below(9);
      Bytes shuffled(data.size());
      shuffle::Encode(data.data(), data.size(), shuffled.data(), size);
      data = all[Below(all.size())].encode(shuffled);
      data.resize(data.size() + fletcher32::kBytes);
      fletcher32::Append(data.data(), data.size() - fletcher32::kBytes);
      stages = {{2, static_cast<unsigned>(size)}, AnyStage(), {3, 0}};
    }
    if (Below(4) != 0) Mutate(data);
    data.shrink_to_fit();
    // As large as it has to be, so that a byte too many is noticed.
    const std::unique_ptr<uint8_t[]> to(new uint8_t[exact]);
    return pipeline::Decode(stages, static_cast<uint32_t>(Below(8)), data.data(), data.size(),
                            to.get(), exact, scratch);
  });
}

}  // namespace
}  // namespace anndata::test
