// SPDX-License-Identifier: BSD-3-Clause

#include "h5/copy.h"

#include <algorithm>
#include <string>
#include <vector>

#include "h5/attribute.h"
#include "h5/checked.h"
#include "h5/error.h"
#include "h5/layout.h"
#include "h5/vlen.h"

namespace anndata::h5 {
namespace {

// Half of what an object header has room for.
constexpr uint64_t kHeaderBytes = 32u << 10;
constexpr uint64_t kMaxAttrBytes = 64u << 20;

uint64_t Elements(hid_t attr) {
  const SpaceId space(Check(H5Aget_space(attr), "looking at an attribute"));
  if (H5Sget_simple_extent_type(space.get()) == H5S_NULL) return 0;
  return static_cast<uint64_t>(
      Check(H5Sget_simple_extent_npoints(space.get()), "looking at an attribute"));
}

// The types are the same on both sides, so that bytes stay what they are and texts their pointers.
void CopyValues(hid_t from, hid_t to, hid_t type, Content content) {
  const uint64_t bytes = Multiply(Elements(from), H5Tget_size(type));
  if (bytes == 0) return;
  if (bytes > kMaxAttrBytes) throw Failure("ERR_LIMIT", std::to_string(bytes) + " bytes");
  std::vector<unsigned char> values(static_cast<size_t>(bytes));
  GlobalHeap heap(from);
  VlenReading texts(heap, kMaxAttrBytes);
  const herr_t status = H5Aread(from, type, values.data());
  if (status < 0 && content == Content::kText) {
    if (texts.refused()) {
      H5Eclear2(H5E_DEFAULT);
      throw Failure("ERR_LIMIT", "text of more than " + std::to_string(kMaxAttrBytes) + " bytes");
    }
    texts.Rethrow();
  }
  Check(status, "reading it");
  Check(H5Awrite(to, type, values.data()), "writing it");
}

void CopyAttr(hid_t from, hid_t to, const std::string& name) {
  const AttrId source(Check(H5Aopen(from, name.c_str(), H5P_DEFAULT), "opening it"));
  const TypeId stored(Check(H5Aget_type(source.get()), "looking at it"));
  const Content content = ContentOf(stored.get());
  CheckCarried(content);
  const TypeId type(Check(H5Tcopy(stored.get()), "copying its type"));
  const SpaceId space(Check(H5Aget_space(source.get()), "looking at it"));
  const PropsId creation(Check(H5Aget_create_plist(source.get()), "looking at it"));
  const AttrId target(
      Check(H5Acreate2(to, name.c_str(), type.get(), space.get(), creation.get(), H5P_DEFAULT),
            "creating it"));
  CopyValues(source.get(), target.get(), type.get(), content);
}

}  // namespace

Content ContentOf(hid_t type) {
  switch (H5Tget_class(type)) {
    case H5T_STRING:
      return H5Tis_variable_str(type) > 0 ? Content::kText : Content::kBytes;
    case H5T_VLEN:
      return Content::kSequences;
    case H5T_REFERENCE:
      return Content::kReferences;
    case H5T_ARRAY: {
      const TypeId item(Check(H5Tget_super(type), "looking at an array type"));
      return ContentOf(item.get());
    }
    case H5T_COMPOUND: {
      Content worst = Content::kBytes;
      const int n = Check(H5Tget_nmembers(type), "looking at a compound type");
      for (int i = 0; i < n; i++) {
        const TypeId member(Check(H5Tget_member_type(type, static_cast<unsigned>(i)),
                                  "looking at a compound type"));
        worst = std::max(worst, ContentOf(member.get()));
      }
      return worst;
    }
    default:
      return Content::kBytes;
  }
}

void CheckCarried(Content content) {
  if (content <= Content::kText) return;
  const std::string what =
      content == Content::kReferences ? "references" : "sequences of varying length";
  throw Failure("ERR_UNSUPPORTED_TYPE", what + " cannot be carried over to another file");
}

bool HasLargeAttrs(hid_t object) {
  uint64_t bytes = 0;
  for (const std::string& name : AttrNames(object)) {
    const AttrId attr(Check(H5Aopen(object, name.c_str(), H5P_DEFAULT), "opening an attribute"));
    bytes += H5Aget_storage_size(attr.get());
  }
  return bytes > kHeaderBytes;
}

void AllowLargeAttrs(hid_t creation) {
  Check(H5Pset_attr_creation_order(creation, H5P_CRT_ORDER_TRACKED), "preparing for attributes");
  Check(H5Pset_attr_phase_change(creation, 0, 0), "preparing for attributes");
}

PropsId WithoutFill(hid_t creation, const std::vector<hsize_t>& chunks) {
  const char* doing = "preparing the array";
  PropsId list(Check(H5Pcreate(H5P_DATASET_CREATE), doing));
  Check(H5Pset_obj_track_times(list.get(), false), doing);
  Check(H5Pset_layout(list.get(), H5Pget_layout(creation)), doing);
  if (chunks.empty()) return list;
  Check(H5Pset_chunk(list.get(), static_cast<int>(chunks.size()), chunks.data()), doing);
  const std::vector<FilterRecord> filters = FiltersOf(creation);
  for (size_t i = 0; i < filters.size(); i++) {
    const FilterRecord& filter = filters[i];
    unsigned flags = 0;
    size_t none = 0;
    Check(H5Pget_filter2(creation, static_cast<unsigned>(i), &flags, &none, nullptr, 0, nullptr,
                         nullptr),
          doing);
    Check(H5Pset_filter(list.get(), filter.id, flags, filter.params.size(), filter.params.data()),
          doing);
  }
  return list;
}

void CopyAttrs(hid_t from, hid_t to) {
  for (const std::string& name : AttrNames(from)) {
    if (Check(H5Aexists(to, name.c_str()), "looking for an attribute") > 0) continue;
    try {
      CopyAttr(from, to, name);
    } catch (const Failure& failure) {
      throw Failure(failure.code(),
                    "the attribute " + Quote(name) + " cannot be copied: " + failure.what(),
                    failure.key());
    }
  }
}

}  // namespace anndata::h5
