// SPDX-License-Identifier: BSD-3-Clause
// The entry points of libFuzzer: one program for all decoders, told apart by `--decoder=NAME`. With
// `--seeds=FOLDER` it writes inputs to begin with there, and does nothing else. Built and run by
// scripts/fuzz-decoders.mjs.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "codec_list.h"
#include "codecs/fletcher32.h"
#include "codecs/shuffle.h"
#include "fuzz/targets.h"

namespace anndata::test {
namespace {

const Target* chosen = nullptr;

std::string ValueOf(const char* flag, int argc, char** argv) {
  const std::string start = std::string("--") + flag + "=";
  for (int i = 1; i < argc; i++) {
    const std::string argument = argv[i];
    if (argument.compare(0, start.size(), start) == 0) return argument.substr(start.size());
  }
  return {};
}

Bytes With(const Bytes& head, size_t exact, const Bytes& chunk) {
  Bytes all = head;
  all.push_back(static_cast<uint8_t>(exact));
  all.push_back(static_cast<uint8_t>(exact >> 8));
  all.insert(all.end(), chunk.begin(), chunk.end());
  return all;
}

uint8_t PositionOf(int filter) {
  return static_cast<uint8_t>(
      std::find(std::begin(kFuzzedFilters), std::end(kFuzzedFilters), filter) -
      std::begin(kFuzzedFilters));
}

// Of a chunk: alone, and between a shuffle and a checksum.
std::vector<Bytes> PipelineSeeds(int filter, const Codec& codec, const Bytes& plain) {
  constexpr uint8_t kWidth = 4;
  const uint8_t self = PositionOf(filter);
  Bytes shuffled(plain.size());
  shuffle::Encode(plain.data(), plain.size(), shuffled.data(), kWidth);
  Bytes checked = codec.encode(shuffled);
  checked.resize(checked.size() + fletcher32::kBytes);
  fletcher32::Append(checked.data(), checked.size() - fletcher32::kBytes);
  return {With({1, self, 0, 0}, plain.size(), codec.encode(plain)),
          With({3, PositionOf(2), kWidth, self, 0, PositionOf(3), 0, 0}, plain.size(), checked)};
}

void WriteSeeds(const std::string& folder) {
  size_t number = 0;
  const auto write = [&](const std::string& name, const Bytes& bytes) {
    std::ofstream out(folder + "/" + name + "/seed" + std::to_string(number++), std::ios::binary);
    out.write(reinterpret_cast<const char*>(bytes.data()),
              static_cast<std::streamsize>(bytes.size()));
    if (!out) std::exit(1);
  };
  for (const size_t size : {0, 1, 3, 16, 100, 800, 3000}) {
    for (const Bytes& plain : {Compressible(size), Noise(size), Bytes(size, 7)}) {
      write("shuffle", plain);
      write("fletcher32", plain);
      for (const Codec& codec : AllCodecs()) {
        for (const Target& target : FuzzTargets()) {
          if (codec.name.compare(0, target.name.size(), target.name) != 0) continue;
          write(target.name, With({}, plain.size(), codec.encode(plain)));
          for (const Bytes& seed : PipelineSeeds(target.filter, codec, plain))
            write("pipeline", seed);
        }
      }
    }
  }
}

[[noreturn]] void Help() {
  std::fprintf(stderr, "usage: --decoder=NAME; names:");
  for (const Target& target : FuzzTargets()) std::fprintf(stderr, " %s", target.name.c_str());
  std::fprintf(stderr, "\n");
  std::exit(2);
}

}  // namespace
}  // namespace anndata::test

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
  using namespace anndata::test;
  const std::string seeds = ValueOf("seeds", *argc, *argv);
  if (!seeds.empty()) {
    WriteSeeds(seeds);
    std::exit(0);
  }
  const std::string name = ValueOf("decoder", *argc, *argv);
  for (const Target& target : FuzzTargets()) {
    if (target.name == name) chosen = &target;
  }
  if (chosen == nullptr) Help();
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  anndata::test::chosen->run(data, size);
  return 0;
}
