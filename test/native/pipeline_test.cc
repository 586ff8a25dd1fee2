// SPDX-License-Identifier: BSD-3-Clause

#include "codecs/pipeline.h"

#include <gtest/gtest.h>

#include "codecs/deflate.h"
#include "codecs/fletcher32.h"
#include "codecs/shuffle.h"
#include "support.h"

namespace anndata::test {
namespace {

using pipeline::Decode;
using pipeline::Stage;

const Stage kDeflate{1, 0}, kShuffle{2, 4}, kSum{3, 0};

Bytes Summed(Bytes bytes) {
  bytes.resize(bytes.size() + fletcher32::kBytes);
  fletcher32::Append(bytes.data(), bytes.size() - fletcher32::kBytes);
  return bytes;
}

Bytes Shuffled(const Bytes& bytes) {
  Bytes out(bytes.size());
  shuffle::Encode(bytes.data(), bytes.size(), out.data(), 4);
  return out;
}

// What a chunk of 1000 bytes decodes to, empty when it does not.
Bytes Decoded(const std::vector<Stage>& stages, const Bytes& data, uint32_t skipped = 0) {
  pipeline::Scratch scratch;
  Bytes to(1000);
  return Decode(stages, skipped, data.data(), data.size(), to.data(), to.size(), scratch) ? to
                                                                                          : Bytes();
}

TEST(Pipeline, TakesOnlyTheExactSize) {
  const Bytes chunk = Compressible(1000);
  EXPECT_EQ(Decoded({}, chunk), chunk);
  EXPECT_TRUE(Decoded({}, Compressible(999)).empty());
  EXPECT_TRUE(Decoded({}, Compressible(1001)).empty());
  EXPECT_TRUE(Decoded({kShuffle}, Compressible(999)).empty());
  EXPECT_TRUE(Decoded({kSum}, Summed(Compressible(1001))).empty());
  EXPECT_TRUE(Decoded({kSum}, Bytes(3)).empty());
  EXPECT_TRUE(Decoded({kSum}, Bytes()).empty());
}

TEST(Pipeline, UndoesChecksumsBeforeAndAfter) {
  const Bytes chunk = Compressible(1000);
  EXPECT_EQ(Decoded({kSum, kShuffle}, Shuffled(Summed(chunk))), chunk);
  EXPECT_EQ(Decoded({kShuffle, kSum}, Summed(Shuffled(chunk))), chunk);
  EXPECT_EQ(Decoded({kSum, kShuffle, kSum}, Summed(Shuffled(Summed(chunk)))), chunk);
}

TEST(Pipeline, SkipsWhatWasNotApplied) {
  const Bytes chunk = Compressible(1000);
  EXPECT_EQ(Decoded({kSum, kShuffle}, Shuffled(chunk), 1), chunk);
  EXPECT_EQ(Decoded({kSum, kShuffle}, Summed(chunk), 2), chunk);
  EXPECT_EQ(Decoded({kSum, kShuffle}, chunk, 3), chunk);
  EXPECT_TRUE(Decoded({kSum, kShuffle}, Compressible(3), 3).empty());
}

TEST(Pipeline, RefusesWhatItDoesNotKnow) {
  EXPECT_FALSE(pipeline::Knows(4));
  EXPECT_TRUE(Decoded({{4, 0}}, Compressible(1000)).empty());
  EXPECT_TRUE(Decoded({{2, 0}}, Compressible(1000)).empty()) << "a shuffle of no width";
  EXPECT_TRUE(Decoded(std::vector<Stage>(33, kShuffle), Compressible(1000)).empty());
}

#if ANNDATA_HAVE_LIBDEFLATE
TEST(Pipeline, UndoesChecksumsAroundACodec) {
  const Bytes chunk = Compressible(1000);
  const auto packed = [](const Bytes& in) {
    Bytes out(deflate::EncodeBound(in.size(), 4));
    out.resize(deflate::Encode(in.data(), in.size(), out.data(), out.size(), 4));
    return out;
  };
  EXPECT_EQ(Decoded({kShuffle, kDeflate, kSum}, Summed(packed(Shuffled(chunk)))), chunk);
  EXPECT_EQ(Decoded({kSum, kShuffle, kDeflate}, packed(Shuffled(Summed(chunk)))), chunk);
  EXPECT_TRUE(Decoded({kDeflate}, packed(Compressible(3))).empty());
  EXPECT_TRUE(Decoded({kDeflate}, packed(Compressible(1001))).empty());
}
#endif

}  // namespace
}  // namespace anndata::test
