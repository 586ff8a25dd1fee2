// SPDX-License-Identifier: BSD-3-Clause

#include "h5/open_dataset.h"

#include <algorithm>

#include "h5/checked.h"
#include "h5/error.h"
#include "h5/layout.h"
#include "h5/path.h"

namespace anndata::h5 {
namespace {

constexpr uint64_t kMaxChunk = 1ull << 30;
// What may be read without a byte of it being in the file: fill values are cheap to claim.
constexpr uint64_t kFreeBytes = 64ull << 20;
// Deflate cannot do better than 1032 to 1.
constexpr uint64_t kMaxDeflateRatio = 1100;
constexpr size_t kMinCache = 1u << 20;
constexpr size_t kMaxCache = 256u << 20;

void ReadShape(OpenDataset& dataset) {
  const SpaceId space(Check(H5Dget_space(dataset.id.get()), "looking at the dataset"));
  dataset.null = H5Sget_simple_extent_type(space.get()) == H5S_NULL;
  if (dataset.null) return;
  const int rank = Check(H5Sget_simple_extent_ndims(space.get()), "looking at the dataset");
  dataset.shape.resize(static_cast<size_t>(rank));
  if (rank > 0)
    Check(H5Sget_simple_extent_dims(space.get(), dataset.shape.data(), nullptr),
          "looking at the dataset");
}

void CheckFilters(const std::vector<FilterRecord>& filters) {
  for (const FilterRecord& filter : filters) {
    if (filter.available) continue;
    throw Failure("ERR_UNSUPPORTED_FILTER", "compressed with filter " + std::to_string(filter.id) +
                                                " (" + Quote(filter.name) +
                                                "), which is not built in; in Python, writing the "
                                                "file anew with gzip makes it readable");
  }
}

void CheckContiguous(const File& file, const OpenDataset& dataset, uint64_t logical) {
  const haddr_t offset = H5Dget_offset(dataset.id.get());
  if (offset == HADDR_UNDEF) {
    H5Eclear2(H5E_DEFAULT);
    return;
  }
  if (offset > file.bytes() || logical > file.bytes() - offset) {
    throw Failure("ERR_INVALID_FILE", "the data are said to be " + std::to_string(logical) +
                                          " bytes at position " + std::to_string(offset) +
                                          ", past the end of a file of " +
                                          std::to_string(file.bytes()) + " bytes");
  }
}

// Compares what the dataset claims to hold with what is stored of it.
void CheckStored(const OpenDataset& dataset, const std::vector<FilterRecord>& filters,
                 uint64_t logical) {
  if (logical <= kFreeBytes) return;
  const uint64_t stored = H5Dget_storage_size(dataset.id.get());
  const bool ratioKnown = std::all_of(filters.begin(), filters.end(), [](const FilterRecord& f) {
    return f.id == H5Z_FILTER_DEFLATE || f.id == H5Z_FILTER_SHUFFLE ||
           f.id == H5Z_FILTER_FLETCHER32;
  });
  if (stored == 0 || (ratioKnown && (logical - kFreeBytes) / kMaxDeflateRatio > stored)) {
    throw Failure("ERR_LIMIT", "the data are said to be " + std::to_string(logical) +
                                   " bytes, but only " + std::to_string(stored) +
                                   " bytes of them are in the file");
  }
}

// What the variable-length texts of an element take in the file beyond their pointers in memory, of
// which the size of a datatype speaks: a length, an address, an index.
uint64_t TextReferences(const TypeRecord& type, uint64_t references) {
  if (type.kind == TypeRecord::Kind::kString && type.variable) return references - sizeof(char*);
  uint64_t bytes = 0;
  for (const TypeRecord::Field& field : type.fields)
    bytes += Multiply(Product(field.dims), TextReferences(field.type, references));
  return bytes;
}

uint64_t StoredElementBytes(const OpenDataset& dataset) {
  const Handle<H5Fclose> file(Check(H5Iget_file_id(dataset.id.get()), "looking at the dataset"));
  const PropsId creation(Check(H5Fget_create_plist(file.get()), "looking at the dataset"));
  size_t address = 0, length = 0;
  Check(H5Pget_sizes(creation.get(), &address, &length), "looking at the dataset");
  return H5Tget_size(dataset.type.get()) + TextReferences(dataset.record, 4 + address + 4);
}

void CheckChunkShape(OpenDataset& dataset, const std::vector<hsize_t>& chunks) {
  dataset.chunks = chunks;
  const uint64_t bytes = Multiply(Product(chunks), StoredElementBytes(dataset));
  if (bytes == 0) throw Failure("ERR_INVALID_FILE", "the chunks have no size");
  if (bytes > kMaxChunk) {
    throw Failure("ERR_LIMIT", "chunks of " + std::to_string(bytes) + " bytes; at most " +
                                   std::to_string(kMaxChunk) + " are read");
  }
  dataset.chunkBytes = static_cast<size_t>(bytes);
}

// Opened twice: what is known of the chunks decides the size of their cache.
DatasetId Reopen(const ObjectId& object, hid_t creation, hid_t type) {
  size_t cache = kMinCache;
  hsize_t chunks[H5S_MAX_RANK];
  if (H5Pget_layout(creation) == H5D_CHUNKED) {
    const int rank = Check(H5Pget_chunk(creation, H5S_MAX_RANK, chunks), "looking at the chunks");
    uint64_t bytes = H5Tget_size(type);
    for (int i = 0; i < rank && bytes < kMaxCache; i++)
      bytes *= std::min<hsize_t>(chunks[i], kMaxCache);
    cache = static_cast<size_t>(
        std::min<uint64_t>(std::max<uint64_t>(2 * bytes, kMinCache), kMaxCache));
  }
  const PropsId access(Check(H5Pcreate(H5P_DATASET_ACCESS), "opening the dataset"));
  Check(H5Pset_chunk_cache(access.get(), 521, cache, H5D_CHUNK_CACHE_W0_DEFAULT),
        "opening the dataset");
  return DatasetId(Check(H5Dopen2(object.get(), ".", access.get()), "opening the dataset"));
}

}  // namespace

std::shared_ptr<OpenDataset> OpenForUse(File& file, const std::string& key) {
  const hid_t id = file.id();
  if (auto found = file.datasets().Find(key)) return found;
  ObjectId object = OpenKey(id, key);
  if (H5Iget_type(object.get()) != H5I_DATASET)
    throw Failure("ERR_INVALID_FILE", "an array was expected, this is a group", key);
  auto dataset = std::make_shared<OpenDataset>();
  dataset->key = key;
  dataset->id = DatasetId(object.Release());
  const PropsId creation(
      Check(H5Dget_create_plist(dataset->id.get()), "looking at the dataset", key));
  const std::string unsafe = UnsafeLayout(creation.get());
  if (!unsafe.empty()) throw Failure("ERR_UNSAFE_FILE", unsafe, key);
  dataset->type = TypeId(Check(H5Dget_type(dataset->id.get()), "looking at the dataset", key));
  dataset->record = Classify(dataset->type.get());
  ReadShape(*dataset);
  const uint64_t logical = Multiply(Product(dataset->shape), H5Tget_size(dataset->type.get()));
  const std::vector<hsize_t> chunks = ChunksOf(creation.get(), dataset->shape.size());
  if (!chunks.empty()) CheckChunkShape(*dataset, chunks);
  const std::vector<FilterRecord> filters = FiltersOf(creation.get());
  dataset->filtered = !filters.empty();
  if (logical > 0) CheckFilters(filters);
  if (!file.writable() && !dataset->null && logical > 0) {
    if (H5Pget_layout(creation.get()) == H5D_CONTIGUOUS) CheckContiguous(file, *dataset, logical);
    CheckStored(*dataset, filters, logical);
  }
  const ObjectId again(dataset->id.Release());
  dataset->id = Reopen(again, creation.get(), dataset->type.get());
  file.datasets().Add(dataset);
  return dataset;
}

Element ElementOf(const OpenDataset& dataset, const std::string& field) {
  Element element;
  if (field.empty()) {
    element.record = dataset.record;
    element.stored = TypeId(Check(H5Tcopy(dataset.type.get()), "copying a datatype"));
    return element;
  }
  const auto& fields = dataset.record.fields;
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [&](const TypeRecord::Field& f) { return f.name == field; });
  if (found == fields.end())
    throw Failure("ERR_ARGUMENT", "the records have no field " + Quote(field));
  const auto index = static_cast<unsigned>(found - fields.begin());
  element.record = found->type;
  element.dims = found->dims;
  element.items = Product(found->dims);
  element.stored =
      TypeId(Check(H5Tget_member_type(dataset.type.get(), index), "looking at a compound type"));
  if (!element.dims.empty())
    element.stored = TypeId(Check(H5Tget_super(element.stored.get()), "looking at an array type"));
  return element;
}

TypeId TransferType(const Element& element, const std::string& field, hid_t item) {
  TypeId type(Check(H5Tcopy(item), "copying a datatype"));
  if (!element.dims.empty()) {
    const auto rank = static_cast<unsigned>(element.dims.size());
    type = TypeId(
        Check(H5Tarray_create2(type.get(), rank, element.dims.data()), "making an array type"));
  }
  if (field.empty()) return type;
  TypeId compound(
      Check(H5Tcreate(H5T_COMPOUND, H5Tget_size(type.get())), "making a compound type"));
  Check(H5Tinsert(compound.get(), field.c_str(), 0, type.get()), "making a compound type");
  return compound;
}

uint64_t CheckBox(const OpenDataset& dataset, const Box& box) {
  const size_t rank = dataset.shape.size();
  if (dataset.null) throw Failure("ERR_INVALID_FILE", "there are no data here (a null dataspace)");
  if (box.start.size() != rank || box.count.size() != rank) {
    throw Failure("ERR_ARGUMENT", "a selection of rank " + std::to_string(box.start.size()) +
                                      " for an array of rank " + std::to_string(rank));
  }
  for (size_t i = 0; i < rank; i++) {
    if (box.start[i] <= dataset.shape[i] && box.count[i] <= dataset.shape[i] - box.start[i])
      continue;
    throw Failure("ERR_ARGUMENT", "the selection [" + std::to_string(box.start[i]) + ", +" +
                                      std::to_string(box.count[i]) + ") leaves axis " +
                                      std::to_string(i) + " of length " +
                                      std::to_string(dataset.shape[i]));
  }
  return Product(box.count);
}

void CheckStoredChunks(const OpenDataset& dataset, const Box& box) {
  if (!dataset.filtered || dataset.chunks.empty()) return;
  const size_t rank = dataset.chunks.size();
  const uint64_t limit = 2 * static_cast<uint64_t>(dataset.chunkBytes) + 65536;
  std::vector<hsize_t> first(rank), at(rank);
  for (size_t i = 0; i < rank; i++)
    at[i] = first[i] = box.start[i] / dataset.chunks[i] * dataset.chunks[i];
  for (;;) {
    hsize_t bytes = 0;
    if (H5Dget_chunk_storage_size(dataset.id.get(), at.data(), &bytes) < 0) {
      H5Eclear2(H5E_DEFAULT);  // a chunk that was never written
    } else if (bytes > limit) {
      throw Failure("ERR_INVALID_FILE", "a chunk of " + std::to_string(dataset.chunkBytes) +
                                            " bytes is said to take " + std::to_string(bytes) +
                                            " bytes in the file");
    }
    size_t axis = rank;
    while (axis > 0) {
      axis--;
      at[axis] += dataset.chunks[axis];
      if (at[axis] < box.start[axis] + box.count[axis]) break;
      if (axis == 0) return;
      at[axis] = first[axis];
    }
  }
}

Spaces SpacesOf(const OpenDataset& dataset, const Box& box, uint64_t elements) {
  Spaces spaces;
  spaces.file = SpaceId(Check(H5Dget_space(dataset.id.get()), "selecting in the dataset"));
  if (!box.count.empty()) {
    Check(H5Sselect_hyperslab(spaces.file.get(), H5S_SELECT_SET, box.start.data(), nullptr,
                              box.count.data(), nullptr),
          "selecting in the dataset");
  }
  const hsize_t n = elements;
  spaces.memory = SpaceId(Check(H5Screate_simple(1, &n, nullptr), "selecting in memory"));
  return spaces;
}

}  // namespace anndata::h5
