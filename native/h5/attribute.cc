// SPDX-License-Identifier: BSD-3-Clause

#include "h5/attribute.h"

#include <algorithm>
#include <cstring>

#include "h5/checked.h"
#include "h5/convert.h"
#include "h5/error.h"
#include "h5/lock.h"
#include "h5/path.h"
#include "h5/vlen.h"
#include "kernels/utf8.h"

namespace anndata::h5 {
namespace {

// Finding one by its name takes as long as there are many.
constexpr size_t kMaxAttributes = 4096;

struct NameList {
  std::vector<std::string> names;
  bool full = false;
};

herr_t AddName(hid_t, const char* name, const H5A_info_t*, void* data) {
  auto& list = *static_cast<NameList*>(data);
  try {
    if (list.names.size() < kMaxAttributes) {
      list.names.emplace_back(name);
      return 0;
    }
  } catch (...) {
  }
  list.full = true;
  return 1;
}

AttrValue Unsupported(const std::string& what) {
  AttrValue value;
  value.kind = AttrValue::Kind::kUnsupported;
  value.text = what;
  return value;
}

// Sets a record's shape; false for a null dataspace.
bool ReadShape(hid_t attr, AttrRecord& record) {
  const SpaceId space(Check(H5Aget_space(attr), "looking at an attribute"));
  const H5S_class_t cls = H5Sget_simple_extent_type(space.get());
  if (cls == H5S_NULL) return false;
  const int rank = Check(H5Sget_simple_extent_ndims(space.get()), "looking at an attribute");
  record.shape.resize(static_cast<size_t>(rank));
  if (rank > 0)
    Check(H5Sget_simple_extent_dims(space.get(), record.shape.data(), nullptr),
          "looking at an attribute");
  return true;
}

AttrValue FromTexts(std::vector<std::string> texts, bool scalar) {
  for (const std::string& text : texts) {
    if (Utf8Check(text.data(), text.size()) != text.size())
      return Unsupported("text that is not valid UTF-8");
  }
  AttrValue value;
  value.kind = scalar ? AttrValue::Kind::kText : AttrValue::Kind::kTexts;
  if (scalar) {
    value.text = std::move(texts.at(0));
  } else {
    value.texts = std::move(texts);
  }
  return value;
}

AttrValue ReadVariableTexts(hid_t attr, hid_t type, uint64_t n, bool scalar, uint64_t& budget) {
  GlobalHeap heap(attr);
  VlenReading reading(heap, budget);
  std::vector<char*> pointers(n, nullptr);
  const TypeId memory(Check(H5Tcopy(type), "reading an attribute"));
  const herr_t status = H5Aread(attr, memory.get(), pointers.data());
  if (reading.refused()) {
    H5Eclear2(H5E_DEFAULT);
    return Unsupported("text of more than " + std::to_string(budget) +
                       " bytes, too much for an attribute");
  }
  if (status < 0) reading.Rethrow();
  Check(status, "reading an attribute");
  budget -= reading.taken();
  std::vector<std::string> texts;
  texts.reserve(n);
  for (const char* text : pointers) texts.emplace_back(text != nullptr ? text : "");
  return FromTexts(std::move(texts), scalar);
}

AttrValue ReadFixedTexts(hid_t attr, hid_t type, const TypeRecord& record, uint64_t n,
                         bool scalar) {
  const TypeId memory = PaddedStringType(type);
  std::vector<char> bytes(n * record.size);
  Check(H5Aread(attr, memory.get(), bytes.data()), "reading an attribute");
  std::vector<std::string> texts;
  texts.reserve(n);
  for (uint64_t i = 0; i < n; i++) {
    const char* text = bytes.data() + i * record.size;
    texts.emplace_back(text, TrimmedLength(text, record.size));
  }
  return FromTexts(std::move(texts), scalar);
}

template <class T>
T As(const std::vector<unsigned char>& bytes) {
  T value;
  std::memcpy(&value, bytes.data(), sizeof value);
  return value;
}

AttrValue FromScalar(DType dtype, const std::vector<unsigned char>& bytes) {
  AttrValue value;
  const auto integer = [&](int64_t v) {
    value.kind = AttrValue::Kind::kInt;
    value.integer = v;
  };
  switch (dtype) {
    case DType::kBool:
      value.kind = AttrValue::Kind::kBool;
      value.integer = bytes[0];
      break;
    case DType::kInt8:
      integer(As<int8_t>(bytes));
      break;
    case DType::kInt16:
      integer(As<int16_t>(bytes));
      break;
    case DType::kInt32:
      integer(As<int32_t>(bytes));
      break;
    case DType::kInt64:
      integer(As<int64_t>(bytes));
      break;
    case DType::kUint8:
      integer(As<uint8_t>(bytes));
      break;
    case DType::kUint16:
      integer(As<uint16_t>(bytes));
      break;
    case DType::kUint32:
      integer(As<uint32_t>(bytes));
      break;
    case DType::kUint64:
      value.kind = AttrValue::Kind::kUint;
      value.natural = As<uint64_t>(bytes);
      break;
    case DType::kFloat16:
    case DType::kFloat32:
      value.kind = AttrValue::Kind::kFloat;
      value.real = As<float>(bytes);
      break;
    default:
      value.kind = AttrValue::Kind::kFloat;
      value.real = As<double>(bytes);
  }
  return value;
}

AttrValue ReadNumbers(hid_t attr, hid_t type, const TypeRecord& record, uint64_t n, bool scalar) {
  const DTypeInfo& info = InfoOf(record.dtype);
  std::vector<unsigned char> bytes(n * info.memoryBytes);
  const TypeId memory = ReadType(record, type);
  if (n > 0)
    Check(H5Aread(attr, memory.get(), ReadPlace(record.dtype, bytes.data(), n)),
          "reading an attribute");
  FinishRead(record.dtype, bytes.data(), n);
  const bool complex = record.dtype == DType::kComplex64 || record.dtype == DType::kComplex128;
  if (scalar && !complex) return FromScalar(record.dtype, bytes);
  AttrValue value;
  value.kind = AttrValue::Kind::kArray;
  value.array = info.array;
  value.bytes = std::move(bytes);
  return value;
}

AttrValue ReadReference(hid_t attr, const ReferenceResolver& resolve) {
  hobj_ref_t reference = 0;
  Check(H5Aread(attr, H5T_STD_REF_OBJ, &reference), "reading an attribute");
  const ObjectId object(H5Rdereference2(attr, H5P_DEFAULT, H5R_OBJECT, &reference));
  if (!object.valid()) {
    H5Eclear2(H5E_DEFAULT);
    return Unsupported("a reference to nothing");
  }
  AttrValue value;
  value.text = resolve(AddressOf(object.get()));
  if (value.text.empty()) return Unsupported("a reference to something no key leads to");
  value.kind = AttrValue::Kind::kReference;
  return value;
}

AttrValue ReadValue(hid_t attr, hid_t type, const AttrRecord& record, uint64_t& budget,
                    const ReferenceResolver& resolve) {
  const uint64_t n = Product(record.shape);
  const bool scalar = record.shape.empty();
  const uint64_t bytes = Multiply(n, std::max<uint64_t>(H5Tget_size(type), 1));
  if (bytes > budget)
    return Unsupported(std::to_string(bytes) + " bytes, too much for an attribute");
  budget -= bytes;
  switch (record.type.kind) {
    case TypeRecord::Kind::kNumeric:
      return ReadNumbers(attr, type, record.type, n, scalar);
    case TypeRecord::Kind::kString:
      if (n == 0) return FromTexts({}, false);
      return record.type.variable ? ReadVariableTexts(attr, type, n, scalar, budget)
                                  : ReadFixedTexts(attr, type, record.type, n, scalar);
    case TypeRecord::Kind::kReference:
      if (n == 1) return ReadReference(attr, resolve);
      break;
    default:
      break;
  }
  return Unsupported(Describe(record.type));
}

AttrRecord ReadAttr(hid_t object, const std::string& name, uint64_t& budget,
                    const ReferenceResolver& resolve) {
  AttrRecord record;
  record.name = name;
  const AttrId attr(
      Check(H5Aopen(object, name.c_str(), H5P_DEFAULT), "opening the attribute " + Quote(name)));
  const TypeId type(Check(H5Aget_type(attr.get()), "looking at the attribute " + Quote(name)));
  record.type = Classify(type.get());
  // Nobody asks for these, and a shared type of many fields is a bomb.
  if (record.type.kind == TypeRecord::Kind::kCompound) {
    record.type = TypeRecord();
    record.type.description = "records";
  }
  if (!ReadShape(attr.get(), record)) {
    record.null = true;
    return record;
  }
  record.value = ReadValue(attr.get(), type.get(), record, budget, resolve);
  return record;
}

SpaceId MakeSpace(const std::vector<hsize_t>& shape) {
  if (shape.empty()) return SpaceId(Check(H5Screate(H5S_SCALAR), "writing an attribute"));
  return SpaceId(Check(H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr),
                       "writing an attribute"));
}

std::vector<const char*> Pointers(const std::vector<std::string>& texts, const std::string& name) {
  std::vector<const char*> pointers;
  for (const std::string& text : texts) {
    if (text.find('\0') != std::string::npos) {
      throw Failure("ERR_UNWRITEABLE", "the attribute " + Quote(name) +
                                           " holds text with a NUL in it, which HDF5 cannot store");
    }
    pointers.push_back(text.c_str());
  }
  return pointers;
}

}  // namespace

std::vector<std::string> AttrNames(hid_t object) {
  NameList list;
  hsize_t at = 0;
  Check(H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_NATIVE, &at, AddName, &list),
        "listing the attributes");
  if (list.full)
    throw Failure("ERR_LIMIT",
                  "an object has more than " + std::to_string(kMaxAttributes) + " attributes");
  std::sort(list.names.begin(), list.names.end());
  return std::move(list.names);
}

std::vector<AttrRecord> ReadAttrs(hid_t object, uint64_t& budget,
                                  const ReferenceResolver& resolve) {
  std::vector<AttrRecord> records;
  for (const std::string& name : AttrNames(object)) {
    // A name nobody can ask for is left alone, as unknown attributes are.
    if (Utf8Check(name.data(), name.size()) != name.size()) continue;
    records.push_back(ReadAttr(object, name, budget, resolve));
  }
  return records;
}

namespace {

void WriteTo(hid_t object, const std::string& name, const AttrData& data) {
  const std::string doing = "writing the attribute " + Quote(name);
  if (name.empty() || name.find('\0') != std::string::npos)
    throw Failure("ERR_NAME", "an attribute cannot have this name");
  const uint64_t n = Product(data.shape);
  const size_t given =
      data.text ? data.texts.size() : data.bytes.size() / InfoOf(data.dtype).memoryBytes;
  if (given != n)
    throw Failure("ERR_ARGUMENT", "the attribute " + Quote(name) + " has " + std::to_string(given) +
                                      " values for its shape");
  const std::vector<const char*> pointers = Pointers(data.texts, name);
  const TypeId type = data.text ? StringType() : FileType(data.dtype);
  const SpaceId space = MakeSpace(data.shape);
  const PropsId creation(Check(H5Pcreate(H5P_ATTRIBUTE_CREATE), doing));
  Check(H5Pset_char_encoding(creation.get(), H5T_CSET_UTF8), doing);
  if (Check(H5Aexists(object, name.c_str()), doing) > 0)
    Check(H5Adelete(object, name.c_str()), doing);
  const AttrId attr(
      Check(H5Acreate2(object, name.c_str(), type.get(), space.get(), creation.get(), H5P_DEFAULT),
            doing));
  if (n == 0) return;
  if (data.text) {
    Check(H5Awrite(attr.get(), type.get(), pointers.data()), doing);
    return;
  }
  std::vector<unsigned char> scratch;
  const TypeId memory = MemoryType(data.dtype);
  Check(H5Awrite(attr.get(), memory.get(), WritePlace(data.dtype, data.bytes.data(), n, scratch)),
        doing);
}

}  // namespace

void WriteAttr(File& file, const std::string& key, const std::string& name, const AttrData& data) {
  const hid_t id = file.id();
  LibraryLock lock;
  try {
    WriteTo(OpenKey(id, key).get(), name, data);
  } catch (Failure& failure) {
    failure.SetKey(key);
    throw;
  }
}

}  // namespace anndata::h5
