// SPDX-License-Identifier: BSD-3-Clause
// Damaged chunks: no decoder may read or write outside its buffers, nor call bytes decoded that it
// did not write. Random ones, ANNDATA_FUZZ_SECONDS long (a second without it), and what libFuzzer
// found to be worth keeping (scripts/fuzz-decoders.mjs).

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>

#include "codec_list.h"
#include "codecs/byte_order.h"
#include "codecs/fletcher32.h"
#include "codecs/pipeline.h"
#include "codecs/shuffle.h"
#include "fuzz/targets.h"

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
      return DecodesSafely(codec.decode, bad.data(), bad.size(), WrongSize(plain.size()));
    });
  }
}

pipeline::Stage AnyStage() {
  return {kFuzzedFilters[Below(std::size(kFuzzedFilters))], static_cast<unsigned>(Below(20))};
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
    const auto skipped = static_cast<uint32_t>(Below(8));
    const auto decode = [&](const uint8_t* from, size_t n, uint8_t* to, size_t size) {
      return pipeline::Decode(stages, skipped, from, n, to, size, scratch);
    };
    return DecodesSafely(decode, data.data(), data.size(), exact);
  });
}

// A file of the corpus: inputs one behind the other, each after its length in four bytes.
std::vector<Bytes> Corpus(const std::string& name) {
  std::ifstream file(ANNDATA_FUZZ_CORPUS "/" + name + ".bin", std::ios::binary);
  const Bytes all((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  std::vector<Bytes> inputs;
  for (size_t at = 0; at + 4 <= all.size();) {
    const auto start = all.begin() + static_cast<long>(at) + 4;
    const size_t n = LoadLittle32(all.data() + at);
    inputs.emplace_back(start, start + static_cast<long>(n));
    at += 4 + n;
  }
  return inputs;
}

TEST(Fuzz, KeptCorpus) {
  for (const Target& target : FuzzTargets()) {
    const std::vector<Bytes> inputs = Corpus(target.name);
    EXPECT_GT(inputs.size(), 5u) << target.name;
    size_t decoded = 0;
    for (const Bytes& input : inputs) decoded += target.run(input.data(), input.size()) ? 1 : 0;
    EXPECT_GT(decoded, 0u) << target.name;
  }
}

}  // namespace
}  // namespace anndata::test
