// SPDX-License-Identifier: BSD-3-Clause

#include "h5/layout.h"

#include "h5/error.h"
#include "h5/library.h"
#include "h5/vlen.h"

namespace anndata::h5 {
namespace {

constexpr int kMaxFilters = 32;
constexpr size_t kMaxParams = 64;
constexpr size_t kMaxName = 64;

FilterRecord FilterAt(hid_t creation, unsigned index) {
  FilterRecord filter;
  unsigned flags = 0, config = 0;
  unsigned params[kMaxParams];
  size_t count = kMaxParams;
  char name[kMaxName] = "";
  filter.id =
      Check(H5Pget_filter2(creation, index, &flags, &count, params, sizeof name, name, &config),
            "looking at a filter");
  name[kMaxName - 1] = 0;
  filter.name = name;
  filter.params.assign(params, params + (count < kMaxParams ? count : kMaxParams));
  filter.optional = (flags & H5Z_FLAG_OPTIONAL) != 0;
  filter.available = FilterAvailable(filter.id);
  return filter;
}

}  // namespace

PropsId CreationOf(hid_t dataset) {
  // The library turns the fill value into one in memory, and finds texts on the way.
  const VlenReading none = VlenReading::None();
  return PropsId(Check(H5Dget_create_plist(dataset), "looking at the dataset"));
}

std::string UnsafeLayout(hid_t creation) {
  const H5D_layout_t layout = H5Pget_layout(creation);
  if (layout == H5D_VIRTUAL) return "a virtual dataset, whose data are in other files";
  if (layout != H5D_CONTIGUOUS || H5Pget_external_count(creation) <= 0) return {};
  char file[256] = "";
  if (H5Pget_external(creation, 0, sizeof file, file, nullptr, nullptr) < 0) H5Eclear2(H5E_DEFAULT);
  file[sizeof file - 1] = 0;
  return "external raw storage: its data are in the file " + Quote(file);
}

std::vector<FilterRecord> FiltersOf(hid_t creation) {
  const int count = Check(H5Pget_nfilters(creation), "looking at the filters");
  if (count > kMaxFilters)
    throw Failure("ERR_UNSUPPORTED_FILTER", "a pipeline of " + std::to_string(count) + " filters");
  std::vector<FilterRecord> filters;
  filters.reserve(static_cast<size_t>(count));
  for (int i = 0; i < count; i++) filters.push_back(FilterAt(creation, static_cast<unsigned>(i)));
  return filters;
}

std::vector<hsize_t> ChunksOf(hid_t creation, size_t rank) {
  if (H5Pget_layout(creation) != H5D_CHUNKED) return {};
  std::vector<hsize_t> chunks(rank);
  const int found =
      Check(H5Pget_chunk(creation, static_cast<int>(rank), chunks.data()), "looking at the chunks");
  if (static_cast<size_t>(found) != rank)
    throw Failure("ERR_INVALID_FILE", "the chunks have another rank than the dataset");
  return chunks;
}

}  // namespace anndata::h5
