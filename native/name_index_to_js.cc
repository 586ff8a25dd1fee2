// SPDX-License-Identifier: BSD-3-Clause

#include "name_index_to_js.h"

#include <functional>
#include <memory>
#include <random>
#include <string>
#include <type_traits>
#include <vector>

#include "args.h"
#include "kernels/name_index.h"
#include "task.h"

namespace anndata {
namespace {

constexpr napi_type_tag kTag = {0x6f1d2b9c4a7e4e35, 0x9d0c8be2f3a1475b};

// Calls `f` with the rows of a text whose offsets are 32 or 64 bits wide.
template <class F>
auto WithRows(const Napi::TypedArray& offsets, const Napi::TypedArray& bytes, F f) {
  const h5::Span ends = SpanOf(offsets);
  const h5::Span text = SpanOf(bytes);
  const auto rows = [&](auto zero) {
    using Offset = decltype(zero);
    TextRows<Offset> result;
    const size_t count = ends.bytes / sizeof(Offset);
    result.offsets = reinterpret_cast<const Offset*>(ends.data);
    result.count = count == 0 ? 0 : count - 1;
    result.bytes = reinterpret_cast<const char*>(text.data);
    result.size = text.bytes;
    return result;
  };
  if (ends.kind == h5::ArrayKind::kInt64) return f(rows(int64_t{}));
  if (ends.kind == h5::ArrayKind::kInt32) return f(rows(int32_t{}));
  throw Napi::TypeError::New(offsets.Env(), "an Int32Array or BigInt64Array was expected");
}

uint64_t ProcessSeed() {
  static const uint64_t seed = [] {
    std::random_device device;
    return (static_cast<uint64_t>(device()) << 32) ^ device();
  }();
  return seed;
}

const NameIndex& IndexOf(const Napi::Value& value) {
  if (value.IsExternal()) {
    const auto external = value.As<Napi::External<NameIndex>>();
    if (external.CheckTypeTag(&kTag)) return *external.Data();
  }
  throw Napi::TypeError::New(value.Env(), "a name index was expected");
}

using Built = std::unique_ptr<NameIndex>;

// [index, repeats, firstRepeat]
Napi::Value ToJs(Napi::Env env, Built& index) {
  const auto size = static_cast<int64_t>(index->bytes());
  const double repeats = static_cast<double>(index->repeats());
  const double first = index->repeats() == 0 ? -1.0 : static_cast<double>(index->firstRepeat());
  auto external =
      Napi::External<NameIndex>::New(env, index.get(), [size](Napi::Env at, NameIndex* done) {
        Napi::MemoryManagement::AdjustExternalMemory(at, -size);
        delete done;
      });
  index.release();  // NOLINT(bugprone-unused-return-value): the finalizer owns it now
  Napi::MemoryManagement::AdjustExternalMemory(env, size);
  external.TypeTag(&kTag);
  Napi::Array result = Napi::Array::New(env, 3);
  result.Set(0u, external);
  result.Set(1u, repeats);
  result.Set(2u, first);
  return result;
}

// (offsets, bytes, validity | null): what builds their index, on any thread.
std::function<Built()> Builder(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  Args args(info);
  const Napi::TypedArray offsets = args.Array();
  const Napi::TypedArray bytes = args.Array();
  const bool complete = args.NextIsNull();
  const h5::Span valid = complete ? h5::Span{} : SpanOf(args.Array());
  return WithRows(offsets, bytes, [&](const auto& names) -> std::function<Built()> {
    if (names.count > NameIndex::kMaxRows)
      throw Napi::RangeError::New(env, "too many names for an index");
    if (!complete && valid.bytes < names.count)
      throw Napi::TypeError::New(env, "validity is too short");
    return [=] { return std::make_unique<NameIndex>(names, valid.data, ProcessSeed()); };
  });
}

Napi::Value Build(const Napi::CallbackInfo& info) {
  Built index = Builder(info)();
  return ToJs(info.Env(), index);
}

// The same on the pool.
Napi::Value BuildAsync(const Napi::CallbackInfo& info) {
  std::vector<Napi::Object> kept;
  for (size_t i = 0; i < 3; i++) {
    if (info[i].IsObject()) kept.push_back(info[i].As<Napi::Object>());
  }
  return OnPool<Built>(info.Env(), kept, Builder(info), ToJs);
}

// (index, offsets, bytes, name) → every row of that name
Napi::Value Rows(const Napi::CallbackInfo& info) {
  const NameIndex& index = IndexOf(info[0]);
  Args args(info, 1);
  const Napi::TypedArray offsets = args.Array();
  const Napi::TypedArray bytes = args.Array();
  const std::string name = args.Text();
  const uint32_t first =
      WithRows(offsets, bytes, [&](const auto& names) { return index.Find(names, name); });
  size_t count = 0;
  for (uint32_t row = first; row != NameIndex::kNone; row = index.Next(row)) count++;
  Napi::Int32Array rows = Napi::Int32Array::New(info.Env(), count);
  size_t at = 0;
  for (uint32_t row = first; row != NameIndex::kNone; row = index.Next(row))
    rows[at++] = static_cast<int32_t>(row);
  return rows;
}

// (index, offsets, bytes, wantedOffsets, wantedBytes, rows) → how many are missing
Napi::Value Lookup(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const NameIndex& index = IndexOf(info[0]);
  Args args(info, 1);
  const Napi::TypedArray offsets = args.Array();
  const Napi::TypedArray bytes = args.Array();
  const Napi::TypedArray wantedOffsets = args.Array();
  const Napi::TypedArray wantedBytes = args.Array();
  const h5::Span rows = SpanOf(args.Array());
  const size_t missing = WithRows(offsets, bytes, [&](const auto& names) {
    return WithRows(wantedOffsets, wantedBytes, [&](const auto& wanted) {
      if (rows.kind != h5::ArrayKind::kInt32 || rows.bytes / sizeof(int32_t) < wanted.count)
        throw Napi::TypeError::New(env, "an Int32Array with room for all rows was expected");
      return index.FindAll(names, wanted, reinterpret_cast<int32_t*>(rows.data));
    });
  });
  return Napi::Number::New(env, static_cast<double>(missing));
}

}  // namespace

void ExportNameIndex(Napi::Env env, Napi::Object exports) {
  exports.Set("nameIndex", Napi::Function::New(env, Build, "nameIndex"));
  exports.Set("nameIndexAsync", Napi::Function::New(env, BuildAsync, "nameIndexAsync"));
  exports.Set("nameIndexRows", Napi::Function::New(env, Rows, "nameIndexRows"));
  exports.Set("nameIndexLookup", Napi::Function::New(env, Lookup, "nameIndexLookup"));
}

}  // namespace anndata
