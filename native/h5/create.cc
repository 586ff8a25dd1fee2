// SPDX-License-Identifier: BSD-3-Clause

#include "h5/create.h"

#include "h5/copy.h"
#include "h5/error.h"
#include "h5/lock.h"
#include "h5/path.h"

namespace anndata::h5 {
namespace {

TypeId FieldType(const FieldSpec& field) {
  TypeId type = field.text ? StringType() : FileType(field.dtype);
  if (field.dims.empty()) return type;
  const auto rank = static_cast<unsigned>(field.dims.size());
  return TypeId(
      Check(H5Tarray_create2(type.get(), rank, field.dims.data()), "making an array type"));
}

TypeId CompoundType(const ArraySpec& spec) {
  std::vector<TypeId> types;
  size_t size = 0;
  for (const FieldSpec& field : spec.fields) {
    types.push_back(FieldType(field));
    size += H5Tget_size(types.back().get());
  }
  TypeId compound(Check(H5Tcreate(H5T_COMPOUND, size), "making a compound type"));
  size_t offset = 0;
  for (size_t i = 0; i < types.size(); i++) {
    Check(H5Tinsert(compound.get(), spec.fields[i].name.c_str(), offset, types[i].get()),
          "making a compound type");
    offset += H5Tget_size(types[i].get());
  }
  return compound;
}

SpaceId MakeSpace(const ArraySpec& spec) {
  if (spec.null) return SpaceId(Check(H5Screate(H5S_NULL), "making a dataspace"));
  if (spec.shape.empty()) return SpaceId(Check(H5Screate(H5S_SCALAR), "making a dataspace"));
  const hsize_t* max = spec.maxShape.empty() ? nullptr : spec.maxShape.data();
  return SpaceId(
      Check(H5Screate_simple(static_cast<int>(spec.shape.size()), spec.shape.data(), max),
            "making a dataspace"));
}

PropsId Creation(const ArraySpec& spec) {
  PropsId list(Check(H5Pcreate(H5P_DATASET_CREATE), "preparing the array"));
  // No time stamps, as h5py: the same content gives the same bytes.
  Check(H5Pset_obj_track_times(list.get(), false), "preparing the array");
  if (spec.chunks.empty()) return list;
  Check(H5Pset_chunk(list.get(), static_cast<int>(spec.chunks.size()), spec.chunks.data()),
        "setting the chunks");
  for (const FilterSpec& filter : spec.filters) {
    if (H5Zfilter_avail(filter.id) <= 0) {
      throw Failure("ERR_UNSUPPORTED_FILTER",
                    "compression filter " + std::to_string(filter.id) + " is not built in");
    }
    if (filter.id == H5Z_FILTER_DEFLATE && !filter.params.empty()) {
      Check(H5Pset_deflate(list.get(), filter.params[0]), "setting the compression");
    } else if (filter.id == H5Z_FILTER_SHUFFLE) {
      Check(H5Pset_shuffle(list.get()), "setting the compression");
    } else {
      Check(H5Pset_filter(list.get(), filter.id, H5Z_FLAG_OPTIONAL, filter.params.size(),
                          filter.params.data()),
            "setting the compression");
    }
  }
  return list;
}

}  // namespace

PropsId LinkCreation() {
  PropsId list(Check(H5Pcreate(H5P_LINK_CREATE), "preparing a link"));
  Check(H5Pset_char_encoding(list.get(), H5T_CSET_UTF8), "preparing a link");
  return list;
}

void CreateGroup(File& file, const std::string& key, bool largeAttrs) {
  const hid_t id = file.id();
  LibraryLock lock;
  const NewPlace place = ParentOf(id, key);
  const PropsId links = LinkCreation();
  const PropsId creation(Check(H5Pcreate(H5P_GROUP_CREATE), "preparing the group", key));
  if (largeAttrs) AllowLargeAttrs(creation.get());
  const GroupId group(Check(
      H5Gcreate2(place.parent.get(), place.name.c_str(), links.get(), creation.get(), H5P_DEFAULT),
      "creating the group", key));
}

void CreateArray(File& file, const std::string& key, const ArraySpec& spec) {
  const hid_t id = file.id();
  LibraryLock lock;
  const NewPlace place = ParentOf(id, key);
  const PropsId links = LinkCreation();
  const TypeId type = spec.compound ? CompoundType(spec) : FieldType(spec.fields.at(0));
  const SpaceId space = MakeSpace(spec);
  const PropsId creation = Creation(spec);
  const DatasetId dataset(Check(H5Dcreate2(place.parent.get(), place.name.c_str(), type.get(),
                                           space.get(), links.get(), creation.get(), H5P_DEFAULT),
                                "creating the array", key));
}

}  // namespace anndata::h5
