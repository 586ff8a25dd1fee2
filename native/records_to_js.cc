// SPDX-License-Identifier: BSD-3-Clause

#include "records_to_js.h"

#include <cstring>

namespace anndata {
namespace {

constexpr int64_t kMaxSafe = (int64_t{1} << 53) - 1;

Napi::Array Sizes(Napi::Env env, const std::vector<hsize_t>& sizes) {
  Napi::Array list = Napi::Array::New(env, sizes.size());
  for (uint32_t i = 0; i < sizes.size(); i++) {
    const double size = sizes[i] == H5S_UNLIMITED ? -1.0 : static_cast<double>(sizes[i]);
    list.Set(i, Napi::Number::New(env, size));
  }
  return list;
}

Napi::Value SizesOrNull(Napi::Env env, const std::vector<hsize_t>& sizes, bool null) {
  if (null) return env.Null();
  return Sizes(env, sizes);
}

template <class T>
Napi::Value Copy(Napi::Env env, const unsigned char* data, size_t bytes) {
  auto array = Napi::TypedArrayOf<T>::New(env, bytes / sizeof(T));
  if (bytes > 0) std::memcpy(array.Data(), data, bytes);
  return array;
}

Napi::Object ToJs(Napi::Env env, const h5::TypeRecord& type) {
  using Kind = h5::TypeRecord::Kind;
  Napi::Object js = Napi::Object::New(env);
  switch (type.kind) {
    case Kind::kNumeric:
      js.Set("kind", "numeric");
      js.Set("dtype", h5::InfoOf(type.dtype).name);
      js.Set("bigEndian", type.bigEndian);
      break;
    case Kind::kString:
      js.Set("kind", "string");
      js.Set("variable", type.variable);
      js.Set("size", static_cast<double>(type.size));
      js.Set("utf8", type.utf8);
      break;
    case Kind::kCompound: {
      js.Set("kind", "compound");
      Napi::Array fields = Napi::Array::New(env, type.fields.size());
      for (uint32_t i = 0; i < type.fields.size(); i++) {
        Napi::Object field = Napi::Object::New(env);
        field.Set("name", type.fields[i].name);
        field.Set("type", ToJs(env, type.fields[i].type));
        field.Set("dims", Sizes(env, type.fields[i].dims));
        fields.Set(i, field);
      }
      js.Set("fields", fields);
      break;
    }
    case Kind::kReference:
      js.Set("kind", "reference");
      break;
    case Kind::kUnsupported:
      js.Set("kind", "unsupported");
      js.Set("description", type.description);
  }
  return js;
}

Napi::Value Wrapped(Napi::Env env, const char* name, const std::string& text) {
  Napi::Object js = Napi::Object::New(env);
  js.Set(name, text);
  return js;
}

Napi::Value ToJs(Napi::Env env, const h5::AttrValue& value) {
  using Kind = h5::AttrValue::Kind;
  switch (value.kind) {
    case Kind::kText:
      return Napi::String::New(env, value.text);
    case Kind::kTexts: {
      Napi::Array list = Napi::Array::New(env, value.texts.size());
      for (uint32_t i = 0; i < value.texts.size(); i++) list.Set(i, value.texts[i]);
      return list;
    }
    case Kind::kBool:
      return Napi::Boolean::New(env, value.integer != 0);
    case Kind::kInt:
      if (value.integer >= -kMaxSafe && value.integer <= kMaxSafe) {
        return Napi::Number::New(env, static_cast<double>(value.integer));
      }
      return Napi::BigInt::New(env, value.integer);
    case Kind::kUint:
      if (value.natural <= static_cast<uint64_t>(kMaxSafe))
        return Napi::Number::New(env, static_cast<double>(value.natural));
      return Napi::BigInt::New(env, value.natural);
    case Kind::kFloat:
      return Napi::Number::New(env, value.real);
    case Kind::kArray:
      return ToTypedArray(env, value.array, value.bytes.data(), value.bytes.size());
    case Kind::kReference:
      return Wrapped(env, "reference", value.text);
    case Kind::kUnsupported:
      return Wrapped(env, "unsupported", value.text);
    default:
      return env.Null();
  }
}

Napi::Array ToJs(Napi::Env env, const std::vector<h5::AttrRecord>& attrs) {
  Napi::Array list = Napi::Array::New(env, attrs.size());
  for (uint32_t i = 0; i < attrs.size(); i++) {
    const h5::AttrRecord& attr = attrs[i];
    Napi::Object js = Napi::Object::New(env);
    js.Set("name", attr.name);
    js.Set("type", ToJs(env, attr.type));
    js.Set("shape", SizesOrNull(env, attr.shape, attr.null));
    js.Set("value", ToJs(env, attr.value));
    list.Set(i, js);
  }
  return list;
}

Napi::Array ToJs(Napi::Env env, const std::vector<h5::FilterRecord>& filters) {
  Napi::Array list = Napi::Array::New(env, filters.size());
  for (uint32_t i = 0; i < filters.size(); i++) {
    const h5::FilterRecord& filter = filters[i];
    Napi::Object js = Napi::Object::New(env);
    js.Set("id", filter.id);
    js.Set("name", filter.name);
    Napi::Array params = Napi::Array::New(env, filter.params.size());
    for (uint32_t p = 0; p < filter.params.size(); p++) params.Set(p, filter.params[p]);
    js.Set("params", params);
    js.Set("available", filter.available);
    list.Set(i, js);
  }
  return list;
}

void SetArray(Napi::Env env, Napi::Object& js, const h5::NodeRecord& node) {
  js.Set("kind", "array");
  js.Set("type", ToJs(env, node.type));
  js.Set("shape", SizesOrNull(env, node.shape, node.null));
  js.Set("maxShape", SizesOrNull(env, node.maxShape, node.null));
  js.Set("layout", node.layout);
  js.Set("chunks", SizesOrNull(env, node.chunks, node.chunks.empty()));
  js.Set("filters", ToJs(env, node.filters));
  js.Set("storedBytes", static_cast<double>(node.storedBytes));
}

}  // namespace

Napi::Object ToJs(Napi::Env env, const h5::NodeRecord& node) {
  using Kind = h5::NodeRecord::Kind;
  Napi::Object js = Napi::Object::New(env);
  js.Set("name", node.name);
  if (node.kind == Kind::kRefused) {
    js.Set("kind", "refused");
    js.Set("unsafe", node.unsafe);
    js.Set("reason", node.reason);
    return js;
  }
  js.Set("attrs", ToJs(env, node.attrs));
  if (node.kind == Kind::kArray) {
    SetArray(env, js, node);
    return js;
  }
  js.Set("kind", "group");
  if (!node.walked) return js;
  Napi::Array children = Napi::Array::New(env, node.children.size());
  for (uint32_t i = 0; i < node.children.size(); i++) {
    const Napi::HandleScope scope(env);
    children.Set(i, ToJs(env, node.children[i]));
  }
  js.Set("children", children);
  return js;
}

Napi::Value ToTypedArray(Napi::Env env, h5::ArrayKind kind, const unsigned char* data,
                         size_t bytes) {
  switch (kind) {
    case h5::ArrayKind::kInt8:
      return Copy<int8_t>(env, data, bytes);
    case h5::ArrayKind::kUint8:
      return Copy<uint8_t>(env, data, bytes);
    case h5::ArrayKind::kInt16:
      return Copy<int16_t>(env, data, bytes);
    case h5::ArrayKind::kUint16:
      return Copy<uint16_t>(env, data, bytes);
    case h5::ArrayKind::kInt32:
      return Copy<int32_t>(env, data, bytes);
    case h5::ArrayKind::kUint32:
      return Copy<uint32_t>(env, data, bytes);
    case h5::ArrayKind::kInt64:
      return Copy<int64_t>(env, data, bytes);
    case h5::ArrayKind::kUint64:
      return Copy<uint64_t>(env, data, bytes);
    case h5::ArrayKind::kFloat32:
      return Copy<float>(env, data, bytes);
    default:
      return Copy<double>(env, data, bytes);
  }
}

}  // namespace anndata
