// SPDX-License-Identifier: BSD-3-Clause

#include "args.h"

#include <cmath>

#include "env_state.h"

namespace anndata {
namespace {

constexpr double kMaxExact = 9007199254740992.0;  // 2^53

hsize_t SizeOf(const Napi::Value& value, hsize_t unlimited) {
  const double number = value.IsNumber() ? value.As<Napi::Number>().DoubleValue() : NAN;
  if (number == -1 && unlimited != 0) return unlimited;
  if (!(number >= 0 && number <= kMaxExact) || std::floor(number) != number) {
    throw Napi::TypeError::New(value.Env(), "a list of sizes was expected");
  }
  return static_cast<hsize_t>(number);
}

}  // namespace

void Args::Wrong(const char* expected) const {
  throw Napi::TypeError::New(info_.Env(),
                             "argument " + std::to_string(at_) + ": " + expected + " was expected");
}

std::string Args::Text() {
  const Napi::Value value = Next();
  if (!value.IsString()) Wrong("a string");
  return value.As<Napi::String>().Utf8Value();
}

bool Args::Flag() {
  const Napi::Value value = Next();
  if (!value.IsBoolean()) Wrong("a boolean");
  return value.As<Napi::Boolean>().Value();
}

double Args::Number() {
  const Napi::Value value = Next();
  if (!value.IsNumber()) Wrong("a number");
  return value.As<Napi::Number>().DoubleValue();
}

uint64_t Args::Size() {
  const double number = Number();
  if (!(number >= 0)) Wrong("a size");
  return number >= kMaxExact ? static_cast<uint64_t>(kMaxExact) : static_cast<uint64_t>(number);
}

Napi::Array Args::List() {
  const Napi::Value value = Next();
  if (!value.IsArray()) Wrong("an array");
  return value.As<Napi::Array>();
}

std::vector<hsize_t> Args::Sizes() {
  if (NextIsNull()) {
    at_++;
    return {};
  }
  return SizesOf(List());
}

std::vector<std::string> Args::Texts() { return TextsOf(List()); }

h5::Box Args::Box() {
  h5::Box box;
  box.start = Sizes();
  box.count = Sizes();
  return box;
}

engine::Picks Args::Picks() {
  engine::Picks picks;
  for (auto* list : {&picks.starts, &picks.counts}) {
    const Napi::Array axes = List();
    for (uint32_t i = 0; i < axes.Length(); i++) {
      const Napi::Value axis = axes.Get(i);
      if (!axis.IsTypedArray() ||
          axis.As<Napi::TypedArray>().TypedArrayType() != napi_float64_array)
        Wrong("a list of Float64Array");
      const h5::Span span = SpanOf(axis.As<Napi::TypedArray>());
      const auto* values = reinterpret_cast<const double*>(span.data);
      std::vector<uint64_t> sizes(span.bytes / sizeof(double));
      for (size_t k = 0; k < sizes.size(); k++) {
        if (!(values[k] >= 0 && values[k] <= kMaxExact)) Wrong("a list of sizes");
        sizes[k] = static_cast<uint64_t>(values[k]);
      }
      list->push_back(std::move(sizes));
    }
  }
  return picks;
}

Napi::Object Args::Shared() {
  const Napi::Value value = Next();
  if (value.IsNull() || value.IsUndefined()) return {};
  if (!value.IsTypedArray() || SpanOf(value.As<Napi::TypedArray>()).kind != h5::ArrayKind::kInt32 ||
      value.As<Napi::TypedArray>().ElementLength() < 2)
    Wrong("an Int32Array of two");
  return value.As<Napi::Object>();
}

engine::Control ControlOf(Napi::Env env, const Napi::Object& shared) {
  int32_t* words = nullptr;
  if (!shared.IsEmpty())
    words = reinterpret_cast<int32_t*>(SpanOf(shared.As<Napi::TypedArray>()).data);
  return engine::Control(words, &EnvState::Of(env).closing());
}

Napi::TypedArray Args::Array() {
  const Napi::Value value = Next();
  if (!value.IsTypedArray()) Wrong("a typed array");
  return value.As<Napi::TypedArray>();
}

Napi::Function Args::Function() {
  const Napi::Value value = Next();
  if (!value.IsFunction()) Wrong("a function");
  return value.As<Napi::Function>();
}

h5::Span SpanOf(const Napi::TypedArray& array) {
  h5::ArrayKind kind;
  switch (array.TypedArrayType()) {
    case napi_int8_array:
      kind = h5::ArrayKind::kInt8;
      break;
    case napi_uint8_array:
    case napi_uint8_clamped_array:
      kind = h5::ArrayKind::kUint8;
      break;
    case napi_int16_array:
      kind = h5::ArrayKind::kInt16;
      break;
    case napi_uint16_array:
      kind = h5::ArrayKind::kUint16;
      break;
    case napi_int32_array:
      kind = h5::ArrayKind::kInt32;
      break;
    case napi_uint32_array:
      kind = h5::ArrayKind::kUint32;
      break;
    case napi_bigint64_array:
      kind = h5::ArrayKind::kInt64;
      break;
    case napi_biguint64_array:
      kind = h5::ArrayKind::kUint64;
      break;
    case napi_float32_array:
      kind = h5::ArrayKind::kFloat32;
      break;
    case napi_float64_array:
      kind = h5::ArrayKind::kFloat64;
      break;
    default:
      throw Napi::TypeError::New(array.Env(), "a typed array of an unknown kind");
  }
  auto* data = static_cast<unsigned char*>(array.ArrayBuffer().Data());
  return {kind, data == nullptr ? nullptr : data + array.ByteOffset(), array.ByteLength()};
}

std::vector<hsize_t> SizesOf(const Napi::Array& list) {
  std::vector<hsize_t> sizes(list.Length());
  for (uint32_t i = 0; i < list.Length(); i++) sizes[i] = SizeOf(list.Get(i), H5S_UNLIMITED);
  return sizes;
}

std::vector<std::string> TextsOf(const Napi::Array& list) {
  std::vector<std::string> texts(list.Length());
  for (uint32_t i = 0; i < list.Length(); i++) {
    const Napi::Value value = list.Get(i);
    if (!value.IsString())
      throw Napi::TypeError::New(list.Env(), "an array of strings was expected");
    texts[i] = value.As<Napi::String>().Utf8Value();
  }
  return texts;
}

}  // namespace anndata
