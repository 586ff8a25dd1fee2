// SPDX-License-Identifier: BSD-3-Clause

#include "codecs/encode.h"

#include <gtest/gtest.h>

#include "codecs/pipeline.h"
#include "support.h"

namespace anndata::test {
namespace {

using pipeline::EncodeStage;

const EncodeStage kShuffle{2, {4}, true}, kSum{3, {}, false};

struct Stored {
  bool fine = false;
  Bytes bytes;
  uint32_t skipped = 0;
};

Stored Encoded(const std::vector<EncodeStage>& stages, const Bytes& chunk) {
  Stored stored;
  Buffer data, scratch;
  stored.fine = pipeline::Encode(stages, chunk.data(), chunk.size(), data, scratch, stored.skipped);
  if (stored.fine) stored.bytes.assign(data.data(), data.data() + data.size());
  return stored;
}

// Empty when it does not decode.
Bytes Decoded(const std::vector<EncodeStage>& stages, const Stored& stored, size_t exact) {
  std::vector<pipeline::Stage> back;
  for (const EncodeStage& stage : stages)
    back.push_back({stage.filter, stage.params.empty() ? 0 : stage.params[0]});
  pipeline::Scratch scratch;
  Bytes chunk(exact);
  return pipeline::Decode(back, stored.skipped, stored.bytes.data(), stored.bytes.size(),
                          chunk.data(), exact, scratch)
             ? chunk
             : Bytes();
}

std::vector<EncodeStage> Codecs() {
  std::vector<EncodeStage> all;
  const std::vector<EncodeStage> known = {{1, {1}, true},
                                          {1, {9}, true},
                                          {32000, {4, 0x105, 4000}, true},
                                          {32001, {2, 2, 4, 4000, 5, 1, 0}, true},
                                          {32004, {0}, true},
                                          {32004, {1000}, true},
                                          {32015, {3}, true}};
  for (const EncodeStage& stage : known) {
    if (pipeline::CanEncode(stage.filter)) all.push_back(stage);
  }
  return all;
}

TEST(Encode, ComesBackThroughEveryPipeline) {
  for (const size_t n : {size_t{1}, size_t{3}, size_t{1000}, size_t{4001}, size_t{100000}}) {
    for (const Bytes& chunk : {Compressible(n), Noise(n), Bytes(n, 0)}) {
      for (const EncodeStage& codec : Codecs()) {
        for (const auto& stages : std::vector<std::vector<EncodeStage>>{{codec},
                                                                        {kShuffle, codec},
                                                                        {codec, kSum},
                                                                        {kSum, codec},
                                                                        {kShuffle, codec, kSum}}) {
          const Stored stored = Encoded(stages, chunk);
          ASSERT_TRUE(stored.fine);
          EXPECT_EQ(Decoded(stages, stored, n), chunk) << "filter " << codec.filter << ", " << n;
        }
      }
    }
  }
}

TEST(Encode, WithoutACodec) {
  const Bytes chunk = Compressible(1000);
  EXPECT_EQ(Encoded({}, chunk).bytes, chunk);
  for (const auto& stages :
       std::vector<std::vector<EncodeStage>>{{kSum}, {kShuffle}, {kShuffle, kSum}, {kSum, kSum}}) {
    const Stored stored = Encoded(stages, chunk);
    EXPECT_EQ(stored.skipped, 0u);
    EXPECT_EQ(Decoded(stages, stored, chunk.size()), chunk);
  }
}

TEST(Encode, LeavesOutWhatDoesNotShrink) {
  const Bytes chunk = Noise(1000);
  for (const EncodeStage& codec : Codecs()) {
    const Stored stored = Encoded({kShuffle, codec}, chunk);
    ASSERT_TRUE(stored.fine);
    EXPECT_EQ(stored.skipped, 2u) << "filter " << codec.filter;
    EXPECT_EQ(stored.bytes.size(), chunk.size());
    EXPECT_EQ(Encoded({codec}, Bytes(1000, 7)).skipped, 0u) << "filter " << codec.filter;
  }
}

TEST(Encode, AMustIsAMust) {
  const Bytes chunk = Noise(1000);
  EXPECT_FALSE(Encoded({{4, {}, false}}, chunk).fine);
  EXPECT_FALSE(Encoded({{2, {}, false}}, chunk).fine) << "a shuffle of no width";
  EXPECT_EQ(Encoded({{2, {}, true}}, chunk).skipped, 1u);
  EXPECT_FALSE(Encoded(std::vector<EncodeStage>(33, kShuffle), chunk).fine);
#if ANNDATA_HAVE_LIBDEFLATE
  const std::vector<EncodeStage> must = {{1, {1}, false}};
  const Stored stored = Encoded(must, chunk);
  EXPECT_TRUE(stored.fine && stored.skipped == 0);
  EXPECT_EQ(Decoded(must, stored, chunk.size()), chunk);
#endif
#if ANNDATA_HAVE_LZF
  EXPECT_FALSE(Encoded({{32000, {}, false}}, chunk).fine) << "lzf cannot store noise";
#endif
}

}  // namespace
}  // namespace anndata::test
