// SPDX-License-Identifier: BSD-3-Clause
// Our codecs against libhdf5 itself: what its pipeline writes we decode, what we encode it reads.

#include <gtest/gtest.h>
#include <hdf5.h>

#include <functional>
#include <string>

#include "codecs/deflate.h"
#include "codecs/expected.h"
#include "codecs/filters.h"
#include "codecs/fletcher32.h"
#include "codecs/lzf.h"
#include "codecs/shuffle.h"
#include "support.h"

namespace anndata::test {
namespace {

constexpr hsize_t kChunk = 1000;  // uint32 values
constexpr size_t kChunkBytes = kChunk * sizeof(uint32_t);

// A file that lives in memory only, with one dataset of one chunk.
class ChunkFile {
 public:
  explicit ChunkFile(const std::function<void(hid_t)>& pipeline) {
    static const bool registered = [] {
      H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
      RegisterFilters();
      return true;
    }();
    EXPECT_TRUE(registered);
    const hid_t fapl = H5Pcreate(H5P_FILE_ACCESS);
    H5Pset_fapl_core(fapl, 1 << 16, false);
    file_ = H5Fcreate("in-memory.h5", H5F_ACC_TRUNC, H5P_DEFAULT, fapl);
    H5Pclose(fapl);
    const hid_t dcpl = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_chunk(dcpl, 1, &kChunk);
    pipeline(dcpl);
    const hid_t space = H5Screate_simple(1, &kChunk, nullptr);
    data_ = H5Dcreate2(file_, "x", H5T_STD_U32LE, space, H5P_DEFAULT, dcpl, H5P_DEFAULT);
    H5Sclose(space);
    H5Pclose(dcpl);
  }
  ~ChunkFile() {
    H5Dclose(data_);
    H5Fclose(file_);
  }
  ChunkFile(const ChunkFile&) = delete;
  ChunkFile& operator=(const ChunkFile&) = delete;

  bool ok() const { return data_ >= 0; }

  bool Write(const Bytes& values) {
    ExpectedChunk expected(kChunkBytes);
    return H5Dwrite(data_, H5T_STD_U32LE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) >= 0 &&
           Flush();
  }

  // The chunk as it is stored, and the mask of filters that were left out.
  Bytes Stored(uint32_t* mask) {
    const hsize_t at = 0;
    hsize_t size = 0;
    H5Dget_chunk_storage_size(data_, &at, &size);
    Bytes bytes(size);
    EXPECT_GE(H5Dread_chunk(data_, H5P_DEFAULT, &at, mask, bytes.data()), 0);
    return bytes;
  }

  bool Store(const Bytes& bytes) {
    const hsize_t at = 0;
    return H5Dwrite_chunk(data_, H5P_DEFAULT, 0, &at, bytes.size(), bytes.data()) >= 0;
  }

  bool Read(Bytes* values, size_t expected_bytes = kChunkBytes) {
    ExpectedChunk expected(expected_bytes);
    values->assign(kChunkBytes, 0);
    return H5Dread(data_, H5T_STD_U32LE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values->data()) >= 0;
  }

  // Drops the chunk cache, so that the next read decodes.
  void Reopen() {
    H5Dclose(data_);
    data_ = H5Dopen2(file_, "x", H5P_DEFAULT);
  }

  std::vector<unsigned> Parameters() {
    const hid_t dcpl = H5Dget_create_plist(data_);
    unsigned flags = 0;
    size_t count = 8;
    std::vector<unsigned> values(count);
    H5Pget_filter2(dcpl, 0, &flags, &count, values.data(), 0, nullptr, nullptr);
    H5Pclose(dcpl);
    values.resize(count);
    return values;
  }

 private:
  bool Flush() { return H5Fflush(file_, H5F_SCOPE_LOCAL) >= 0; }

  hid_t file_ = -1;
  hid_t data_ = -1;
};

struct FilterCase {
  std::string name;
  H5Z_filter_t id;
  std::vector<unsigned> values;
};

std::ostream& operator<<(std::ostream& out, const FilterCase& c) { return out << c.name; }

std::vector<FilterCase> RegisteredFilters() {
  std::vector<FilterCase> all;
#if ANNDATA_HAVE_LZF
  all.push_back({"lzf", 32000, {}});
#endif
#if ANNDATA_HAVE_BLOSC
  all.push_back({"blosc", 32001, {0, 0, 0, 0, 5, 1, 5}});
#endif
#if ANNDATA_HAVE_LZ4
  all.push_back({"lz4", 32004, {0}});
  all.push_back({"lz4small", 32004, {512}});
#endif
#if ANNDATA_HAVE_ZSTD
  all.push_back({"zstd", 32015, {7}});
#endif
  return all;
}

class FilterTest : public testing::TestWithParam<FilterCase> {
 protected:
  static void Add(hid_t dcpl) {
    const FilterCase& c = GetParam();
    EXPECT_GE(H5Pset_filter(dcpl, c.id, H5Z_FLAG_OPTIONAL, c.values.size(), c.values.data()), 0);
  }
};

TEST_P(FilterTest, ReadsBackWhatItWrote) {
  for (const Bytes& in : {Compressible(kChunkBytes), Noise(kChunkBytes)}) {
    ChunkFile file(Add);
    ASSERT_TRUE(file.ok());
    ASSERT_TRUE(file.Write(in));
    file.Reopen();
    Bytes out;
    EXPECT_TRUE(file.Read(&out));
    EXPECT_EQ(out, in);
  }
}

TEST_P(FilterTest, WorksBetweenShuffleAndChecksum) {
  for (const bool checksum_first : {false, true}) {
    const Bytes in = Compressible(kChunkBytes);
    ChunkFile file([checksum_first](hid_t dcpl) {
      H5Pset_shuffle(dcpl);
      if (checksum_first) H5Pset_fletcher32(dcpl);
      Add(dcpl);
      if (!checksum_first) H5Pset_fletcher32(dcpl);
    });
    ASSERT_TRUE(file.Write(in));
    file.Reopen();
    Bytes out;
    EXPECT_TRUE(file.Read(&out));
    EXPECT_EQ(out, in);
  }
}

TEST_P(FilterTest, RefusesAChunkOfTheWrongSize) {
  ChunkFile file(Add);
  ASSERT_TRUE(file.Write(Compressible(kChunkBytes)));
  file.Reopen();
  Bytes out;
  EXPECT_FALSE(file.Read(&out, kChunkBytes / 2));
  EXPECT_FALSE(file.Read(&out, kChunkBytes * 2));
  EXPECT_FALSE(file.Read(&out, 0)) << "decoded although nobody said the size";
}

TEST_P(FilterTest, RefusesDamagedChunks) {
  ChunkFile file(Add);
  ASSERT_TRUE(file.Write(Compressible(kChunkBytes)));
  uint32_t mask = 0;
  const Bytes good = file.Stored(&mask);
  Bytes out;
  for (const size_t n : {size_t{1}, good.size() / 2, good.size() - 1}) {
    ASSERT_TRUE(file.Store(Bytes(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(n))));
    file.Reopen();
    EXPECT_FALSE(file.Read(&out)) << n;
  }
  ASSERT_TRUE(file.Store(Noise(200)));
  file.Reopen();
  EXPECT_FALSE(file.Read(&out));
}

INSTANTIATE_TEST_SUITE_P(All, FilterTest, testing::ValuesIn(RegisteredFilters()),
                         [](const auto& info) { return info.param.name; });
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(FilterTest);

#if ANNDATA_HAVE_LZF
TEST(LzfFilterTest, StoresIncompressibleChunksRaw) {
  ChunkFile file([](hid_t dcpl) { H5Pset_filter(dcpl, 32000, H5Z_FLAG_OPTIONAL, 0, nullptr); });
  const Bytes in = Noise(kChunkBytes);
  ASSERT_TRUE(file.Write(in));
  uint32_t mask = 0;
  EXPECT_EQ(file.Stored(&mask), in);
  EXPECT_EQ(mask, 1U);
}

TEST(LzfFilterTest, SetsTheParametersH5pySets) {
  ChunkFile file([](hid_t dcpl) { H5Pset_filter(dcpl, 32000, H5Z_FLAG_OPTIONAL, 0, nullptr); });
  EXPECT_EQ(file.Parameters(), (std::vector<unsigned>{4, lzf::ApiVersion(), kChunkBytes}));
}
#endif

#if ANNDATA_HAVE_BLOSC
TEST(BloscFilterTest, SetsTypeSizeAndChunkBytes) {
  ChunkFile file([](hid_t dcpl) { H5Pset_filter(dcpl, 32001, H5Z_FLAG_OPTIONAL, 0, nullptr); });
  EXPECT_EQ(file.Parameters(), (std::vector<unsigned>{2, 2, 4, kChunkBytes}));
}
#endif

// The engine's own codecs see the same bytes as HDF5's built-in filters.
TEST(BuiltInFilterTest, ShuffleAgrees) {
  ChunkFile file([](hid_t dcpl) { H5Pset_shuffle(dcpl); });
  const Bytes in = Noise(kChunkBytes);
  ASSERT_TRUE(file.Write(in));
  uint32_t mask = 0;
  const Bytes stored = file.Stored(&mask);
  Bytes ours(kChunkBytes);
  shuffle::Encode(in.data(), in.size(), ours.data(), 4);
  EXPECT_EQ(stored, ours);
}

TEST(BuiltInFilterTest, Fletcher32Agrees) {
  ChunkFile file([](hid_t dcpl) { H5Pset_fletcher32(dcpl); });
  for (const Bytes& in : {Noise(kChunkBytes), Bytes(kChunkBytes, 0xff), Bytes(kChunkBytes, 0)}) {
    ASSERT_TRUE(file.Write(in));
    uint32_t mask = 0;
    Bytes ours = in;
    ours.resize(in.size() + fletcher32::kBytes);
    fletcher32::Append(ours.data(), in.size());
    EXPECT_EQ(file.Stored(&mask), ours);
  }
}

#if ANNDATA_HAVE_LIBDEFLATE
TEST(BuiltInFilterTest, DeflateAgreesBothWays) {
  ChunkFile file([](hid_t dcpl) { H5Pset_deflate(dcpl, 4); });
  const Bytes in = Compressible(kChunkBytes);
  ASSERT_TRUE(file.Write(in));
  uint32_t mask = 0;
  const Bytes stored = file.Stored(&mask);
  Bytes decoded(kChunkBytes);
  EXPECT_TRUE(deflate::Decode(stored.data(), stored.size(), decoded.data(), decoded.size()));
  EXPECT_EQ(decoded, in);

  const Bytes other = Compressible(kChunkBytes);
  Bytes packed(deflate::EncodeBound(other.size(), 9));
  packed.resize(deflate::Encode(other.data(), other.size(), packed.data(), packed.size(), 9));
  ASSERT_TRUE(file.Store(packed));
  file.Reopen();
  Bytes out;
  EXPECT_TRUE(file.Read(&out));
  EXPECT_EQ(out, other);
}
#endif

}  // namespace
}  // namespace anndata::test
