// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "args.h"

// What calls of kernels are made of: lists of primitives and typed arrays, whose memory is taken
// for what it holds.
namespace anndata {

using h5::ArrayKind;
using h5::Span;
using KernelWork = std::function<void()>;

// The arguments of one call, [name, starts, ends, first, indices, data, …], one after the other.
class CallArgs {
 public:
  explicit CallArgs(Napi::Array list) : list_(list) {}

  std::string Text() { return Next().As<Napi::String>().Utf8Value(); }
  double Number() { return Next().ToNumber().DoubleValue(); }
  size_t Size() {
    const double number = Number();
    if (!(number >= 0 && number <= 0x1p53)) Wrong("a size");
    return static_cast<size_t>(number);
  }
  bool Flag() { return Next().ToBoolean().Value(); }
  Span Array() {
    const Napi::Value value = Next();
    if (!value.IsTypedArray()) Wrong("a typed array");
    return SpanOf(value.As<Napi::TypedArray>());
  }
  Span Array(ArrayKind kind) {
    const Span span = Array();
    if (span.kind != kind) Wrong("another kind of typed array");
    return span;
  }
  Span Indices() {
    const Span span = Array();
    if (span.kind != ArrayKind::kInt32 && span.kind != ArrayKind::kFloat64)
      Wrong("an Int32Array or Float64Array");
    return span;
  }
  // Of no bytes and no memory for null.
  Span ArrayOrNull() { return NextIsNull() ? Skip() : Array(); }
  bool NextIsNull() const { return list_.Get(at_).IsNull(); }

  [[noreturn]] void Wrong(const char* expected) const {
    throw Napi::TypeError::New(list_.Env(), "argument " + std::to_string(at_) +
                                                " of a kernel: " + expected + " was expected");
  }

 private:
  Napi::Value Next() { return list_.Get(at_++); }
  Span Skip() {
    at_++;
    return {};
  }

  Napi::Array list_;
  uint32_t at_ = 0;
};

template <class T>
T* As(const Span& span) {
  return reinterpret_cast<T*>(span.data);
}

inline size_t SizeOfKind(ArrayKind kind) {
  switch (kind) {
    case ArrayKind::kInt8:
    case ArrayKind::kUint8:
      return 1;
    case ArrayKind::kInt16:
    case ArrayKind::kUint16:
      return 2;
    case ArrayKind::kInt32:
    case ArrayKind::kUint32:
    case ArrayKind::kFloat32:
      return 4;
    default:
      return 8;
  }
}

inline size_t Length(const Span& span) { return span.bytes / SizeOfKind(span.kind); }

// Calls `f` with a pointer to positions.
template <class F>
void WithIndex(const Span& span, F f) {
  if (span.kind == ArrayKind::kInt32) {
    f(As<int32_t>(span));
  } else {
    f(As<double>(span));
  }
}

// Calls `f` with a pointer to values of their type.
template <class F>
void WithType(const Span& span, F f) {
  switch (span.kind) {
    case ArrayKind::kInt8:
      return f(As<int8_t>(span));
    case ArrayKind::kUint8:
      return f(As<uint8_t>(span));
    case ArrayKind::kInt16:
      return f(As<int16_t>(span));
    case ArrayKind::kUint16:
      return f(As<uint16_t>(span));
    case ArrayKind::kInt32:
      return f(As<int32_t>(span));
    case ArrayKind::kUint32:
      return f(As<uint32_t>(span));
    case ArrayKind::kInt64:
      return f(As<int64_t>(span));
    case ArrayKind::kUint64:
      return f(As<uint64_t>(span));
    case ArrayKind::kFloat32:
      return f(As<float>(span));
    case ArrayKind::kFloat64:
      return f(As<double>(span));
  }
}

// Calls `f` with the sums as numbers of their type.
template <class F>
void WithSums(const Span& sums, F f) {
  switch (sums.kind) {
    case ArrayKind::kInt64:
      return f(As<int64_t>(sums));
    case ArrayKind::kUint64:
      return f(As<uint64_t>(sums));
    default:
      return f(As<double>(sums));
  }
}

inline Span SumsOf(CallArgs& args) {
  const Span sums = args.Array();
  if (sums.kind != ArrayKind::kInt64 && sums.kind != ArrayKind::kUint64 &&
      sums.kind != ArrayKind::kFloat64)
    args.Wrong("an array of sums");
  return sums;
}

}  // namespace anndata
