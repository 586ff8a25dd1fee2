// SPDX-License-Identifier: BSD-3-Clause

#include "h5/open_dataset.h"

#include <algorithm>

#include "codecs/pipeline.h"
#include "h5/checked.h"
#include "h5/error.h"
#include "h5/global_heap.h"
#include "h5/layout.h"
#include "h5/path.h"
#include "h5/vlen.h"

namespace anndata::h5 {
namespace {

// A text for what was never written may be as long as that.
constexpr uint64_t kMaxTextFill = 1ull << 20;
constexpr uint64_t kMaxChunk = 1ull << 30;
// What may be read without a byte of it being in the file: fill values are cheap to claim.
constexpr uint64_t kFreeBytes = 64ull << 20;
// Deflate cannot do better than 1032 to 1.
constexpr uint64_t kMaxDeflateRatio = 1100;

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

void CheckContiguous(const File& file, OpenDataset& dataset, uint64_t logical) {
  const haddr_t offset = H5Dget_offset(dataset.id.get());
  // To an address that is none the library adds that of the file's first byte, behind a user block.
  if (offset == HADDR_UNDEF || H5Dget_storage_size(dataset.id.get()) == 0) {
    H5Eclear2(H5E_DEFAULT);
    return;
  }
  if (offset > file.bytes() || logical > file.bytes() - offset) {
    throw Failure("ERR_INVALID_FILE", "the data are said to be " + std::to_string(logical) +
                                          " bytes at position " + std::to_string(offset) +
                                          ", past the end of a file of " +
                                          std::to_string(file.bytes()) + " bytes");
  }
  dataset.address = offset;
}

// The library keeps them in a buffer of the stored size and reads as many as there should be.
void CheckCompact(const OpenDataset& dataset, uint64_t logical) {
  const uint64_t stored = H5Dget_storage_size(dataset.id.get());
  if (stored < logical) {
    throw Failure("ERR_INVALID_FILE", "the data are said to be " + std::to_string(logical) +
                                          " bytes, stored are " + std::to_string(stored));
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
  if (references == 0) return 0;
  if (type.kind == TypeRecord::Kind::kString && type.variable) return references - sizeof(char*);
  uint64_t bytes = 0;
  for (const TypeRecord::Field& field : type.fields)
    bytes += Multiply(Product(field.dims), TextReferences(field.type, references));
  return bytes;
}

// Bytes of a text's reference in this file.
uint64_t ReferenceBytes(const OpenDataset& dataset) {
  const Handle<H5Fclose> file(Check(H5Iget_file_id(dataset.id.get()), "looking at the dataset"));
  const PropsId creation(Check(H5Fget_create_plist(file.get()), "looking at the dataset"));
  size_t address = 0, length = 0;
  Check(H5Pget_sizes(creation.get(), &address, &length), "looking at the dataset");
  return 4 + address + 4;
}

// The library would free what our conversion gave it, were it to read chunks that are not there.
void ReadTextFill(OpenDataset& dataset, hid_t creation) {
  if (dataset.record.kind != TypeRecord::Kind::kString) return;
  char* text = nullptr;
  Check(H5Pget_fill_value(creation, dataset.type.get(), &text), "looking at the fill value");
  if (text != nullptr) dataset.textFill = text;
  H5free_memory(text);
  dataset.fill.assign(dataset.elementBytes, 0xff);
}

// What an element that was never written is, as it is stored.
void ReadFill(OpenDataset& dataset, hid_t creation) {
  H5D_fill_value_t defined = H5D_FILL_VALUE_UNDEFINED;
  Check(H5Pfill_value_defined(creation, &defined), "looking at the fill value");
  if (defined != H5D_FILL_VALUE_USER_DEFINED) return;
  dataset.hasTextFill = dataset.references > 0;
  if (dataset.hasTextFill) return ReadTextFill(dataset, creation);
  dataset.fill.resize(dataset.elementBytes);
  Check(H5Pget_fill_value(creation, dataset.type.get(), dataset.fill.data()),
        "looking at the fill value");
}

bool HasText(const TypeRecord& type) {
  if (type.kind == TypeRecord::Kind::kString) return type.variable;
  return std::any_of(type.fields.begin(), type.fields.end(),
                     [](const TypeRecord::Field& field) { return HasText(field.type); });
}

OpenDataset::Layout LayoutOf(hid_t creation) {
  switch (H5Pget_layout(creation)) {
    case H5D_CHUNKED:
      return OpenDataset::Layout::kChunked;
    case H5D_COMPACT:
      return OpenDataset::Layout::kCompact;
    default:
      return OpenDataset::Layout::kContiguous;
  }
}

void CheckChunkShape(OpenDataset& dataset, const std::vector<hsize_t>& chunks) {
  dataset.chunks = chunks;
  const uint64_t bytes = Multiply(Product(chunks), dataset.elementBytes);
  if (bytes == 0) throw Failure("ERR_INVALID_FILE", "the chunks have no size");
  if (bytes > kMaxChunk) {
    throw Failure("ERR_LIMIT", "chunks of " + std::to_string(bytes) + " bytes; at most " +
                                   std::to_string(kMaxChunk) + " are read");
  }
  dataset.chunkBytes = static_cast<size_t>(bytes);
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
  GlobalHeap heap(dataset->id.get());
  const VlenReading fills = VlenReading::Given(heap, kMaxTextFill);
  const PropsId creation(Check(H5Dget_create_plist(dataset->id.get()), "looking at the dataset"));
  const std::string unsafe = UnsafeLayout(creation.get());
  if (!unsafe.empty()) throw Failure("ERR_UNSAFE_FILE", unsafe, key);
  dataset->type = TypeId(Check(H5Dget_type(dataset->id.get()), "looking at the dataset", key));
  dataset->record = Classify(dataset->type.get());
  ReadShape(*dataset);
  if (HasText(dataset->record)) dataset->references = ReferenceBytes(*dataset);
  dataset->elementBytes =
      H5Tget_size(dataset->type.get()) + TextReferences(dataset->record, dataset->references);
  const uint64_t logical = Multiply(Product(dataset->shape), H5Tget_size(dataset->type.get()));
  const std::vector<hsize_t> chunks = ChunksOf(creation.get(), dataset->shape.size());
  if (!chunks.empty()) CheckChunkShape(*dataset, chunks);
  dataset->filters = FiltersOf(creation.get());
  const std::vector<FilterRecord>& filters = dataset->filters;
  if (logical > 0) CheckFilters(filters);
  const bool reading = !file.writable();
  dataset->layout = LayoutOf(creation.get());
  dataset->decodeOurselves = std::all_of(
      filters.begin(), filters.end(), [](const FilterRecord& f) { return pipeline::Knows(f.id); });
  ReadFill(*dataset, creation.get());
  if (!chunks.empty()) {
    unsigned options = 0;
    Check(H5Pget_chunk_opts(creation.get(), &options), "looking at the chunks", key);
    dataset->plainEdges = (options & H5D_CHUNK_DONT_FILTER_PARTIAL_CHUNKS) != 0;
  }
  if (reading && !dataset->null && logical > 0) {
    const uint64_t stored = Multiply(Product(dataset->shape), dataset->elementBytes);
    if (dataset->layout == OpenDataset::Layout::kCompact) CheckCompact(*dataset, stored);
    if (dataset->layout == OpenDataset::Layout::kContiguous)
      CheckContiguous(file, *dataset, stored);
    CheckStored(*dataset, filters, logical);
  }
  file.datasets().Add(dataset);
  return dataset;
}

Element ElementOf(const OpenDataset& dataset, const std::string& field) {
  Element element;
  if (field.empty()) {
    element.record = dataset.record;
    element.stored = TypeId(Check(H5Tcopy(dataset.type.get()), "copying a datatype"));
    element.item_bytes = dataset.elementBytes;
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
  element.item_bytes =
      H5Tget_size(element.stored.get()) + TextReferences(element.record, dataset.references);
  // In a file the texts of the fields before take more than in memory.
  element.offset = H5Tget_member_offset(dataset.type.get(), index);
  for (unsigned i = 0; i < fields.size(); i++) {
    if (H5Tget_member_offset(dataset.type.get(), i) <
        H5Tget_member_offset(dataset.type.get(), index))
      element.offset +=
          Product(fields[i].dims) * TextReferences(fields[i].type, dataset.references);
  }
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

void CheckSpan(const Element& element, uint64_t elements, const Span& span) {
  const DTypeInfo& info = InfoOf(element.record.dtype);
  const uint64_t bytes = Multiply(Multiply(elements, element.items), info.memoryBytes);
  if (span.kind != info.array || span.bytes != bytes) {
    throw Failure("ERR_ARGUMENT", std::string(info.name) + " takes a " + NameOf(info.array) +
                                      " of " + std::to_string(bytes) + " bytes here, not a " +
                                      NameOf(span.kind) + " of " + std::to_string(span.bytes));
  }
}

void CheckNumeric(const Element& element) {
  if (element.record.kind == TypeRecord::Kind::kNumeric) return;
  const bool unknown = element.record.kind == TypeRecord::Kind::kUnsupported;
  throw Failure(unknown ? "ERR_UNSUPPORTED_TYPE" : "ERR_INVALID_FILE",
                "numbers were expected, not " + Describe(element.record));
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
