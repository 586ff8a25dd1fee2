// SPDX-License-Identifier: BSD-3-Clause

#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "advisory_lock.h"
#include "args.h"
#include "codecs/encode.h"
#include "codecs/filters.h"
#include "engine/counters.h"
#include "env_state.h"
#include "file_object.h"
#include "h5/library.h"
#include "kernels/sparse.h"
#include "name_index_to_js.h"
#include "napi_setup.h"
#include "sparse_calls.h"
#include "task.h"

// The addon's exports; lib/native.ts declares them.

namespace anndata {
namespace {

Napi::Value Init(const Napi::CallbackInfo& info) {
  if (!info[0].IsFunction()) throw Napi::TypeError::New(info.Env(), "a function was expected");
  EnvState::Of(info.Env()).makeError = Napi::Persistent(info[0].As<Napi::Function>());
  return info.Env().Undefined();
}

Napi::Value LockDescriptor(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(info.Env(), TryLock(static_cast<int>(Args(info).Number())));
}

Napi::Value Open(const Napi::CallbackInfo& info) {
  Args args(info);
  const std::string path = args.Text();
  return FileObject::Open(info.Env(), path, false, info.Length() > 1 ? args.Text() : path);
}

Napi::Value Create(const Napi::CallbackInfo& info) {
  const std::string path = Args(info).Text();
  return FileObject::Open(info.Env(), path, true, path);
}

Napi::Value Versions(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  Napi::Object versions = Napi::Object::New(env);
  versions.Set("hdf5", h5::LibraryVersion());
  versions.Set("node-api", std::to_string(NAPI_VERSION));
  for (const CodecInfo& codec : Codecs()) versions.Set(codec.name, codec.version);
  return versions;
}

Napi::Value Filters(const Napi::CallbackInfo& info) {
  const std::vector<int>& ids = h5::AvailableFilters();
  Napi::Array list = Napi::Array::New(info.Env(), ids.size());
  for (uint32_t i = 0; i < ids.size(); i++) list.Set(i, ids[i]);
  return list;
}

Napi::Value CountersToJs(const Napi::CallbackInfo& info) {
  const engine::Counters& all = engine::counters();
  Napi::Object js = Napi::Object::New(info.Env());
  js.Set("chunks", static_cast<double>(all.chunks));
  js.Set("storedBytes", static_cast<double>(all.storedBytes));
  js.Set("libraryReads", static_cast<double>(all.libraryReads));
  return js;
}

// Calls `f` with a pointer to the typed array's elements and their number.
template <class F>
auto WithIndices(const h5::Span& span, F f) {
  if (span.kind == h5::ArrayKind::kFloat64)
    return f(reinterpret_cast<const double*>(span.data), span.bytes / 8);
  return f(reinterpret_cast<const int32_t*>(span.data), span.bytes / 4);
}

h5::Span IndexSpan(const Napi::TypedArray& array) {
  const h5::Span span = SpanOf(array);
  if (span.kind == h5::ArrayKind::kInt32 || span.kind == h5::ArrayKind::kFloat64) return span;
  throw Napi::TypeError::New(array.Env(), "an Int32Array or Float64Array was expected");
}

Napi::Value FaultToJs(Napi::Env env, const sparse::Fault& fault) {
  if (fault.kind == sparse::Fault::Kind::kNone) return env.Null();
  Napi::Array js = Napi::Array::New(env, 3);
  js.Set(0u, sparse::Name(fault.kind));
  js.Set(1u, static_cast<double>(fault.position));
  js.Set(2u, fault.value);
  return js;
}

Napi::Value CheckIndptr(const Napi::CallbackInfo& info) {
  Args args(info);
  const Napi::TypedArray indptr = args.Array();
  const double entries = args.Number();
  const h5::Span span = IndexSpan(indptr);
  const auto work = [=] {
    return WithIndices(span, [&](auto* p, size_t n) { return sparse::CheckIndptr(p, n, entries); });
  };
  return OnPool<sparse::Fault>(info.Env(), {indptr}, work, [](Napi::Env env, sparse::Fault& fault) {
    return FaultToJs(env, fault);
  });
}

template <class T>
double FirstBadCode(const h5::Span& span, double n) {
  const size_t count = span.bytes / sizeof(T);
  const size_t at = sparse::CheckCodes(reinterpret_cast<const T*>(span.data), count, n);
  return at == count ? -1 : static_cast<double>(at);
}

double FirstBadCodeOf(const h5::Span& span, double n) {
  switch (span.kind) {
    case h5::ArrayKind::kInt8:
      return FirstBadCode<int8_t>(span, n);
    case h5::ArrayKind::kUint8:
      return FirstBadCode<uint8_t>(span, n);
    case h5::ArrayKind::kInt16:
      return FirstBadCode<int16_t>(span, n);
    case h5::ArrayKind::kUint16:
      return FirstBadCode<uint16_t>(span, n);
    case h5::ArrayKind::kInt32:
      return FirstBadCode<int32_t>(span, n);
    case h5::ArrayKind::kUint32:
      return FirstBadCode<uint32_t>(span, n);
    case h5::ArrayKind::kInt64:
      return FirstBadCode<int64_t>(span, n);
    case h5::ArrayKind::kUint64:
      return FirstBadCode<uint64_t>(span, n);
    case h5::ArrayKind::kFloat32:
      return FirstBadCode<float>(span, n);
    default:
      return FirstBadCode<double>(span, n);
  }
}

Napi::Value CheckCodes(const Napi::CallbackInfo& info) {
  Args args(info);
  const Napi::TypedArray codes = args.Array();
  const double n = args.Number();
  const h5::Span span = SpanOf(codes);
  return OnPool<double>(
      info.Env(), {codes}, [=] { return FirstBadCodeOf(span, n); },
      [](Napi::Env env, double& at) { return Napi::Number::New(env, at); });
}

// (array, filter, level, element width) → bytes the codec makes of it: as it is, and shuffled.
Napi::Value EncodedSizes(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  Args args(info);
  const h5::Span span = SpanOf(args.Array());
  const auto filter = static_cast<int>(args.Size());
  const auto level = static_cast<unsigned>(args.Size());
  const auto width = static_cast<unsigned>(args.Size());
  const pipeline::EncodeStage codec{filter, {level}, true}, shuffle{2, {width}, true};
  Napi::Array sizes = Napi::Array::New(env, 2);
  uint32_t at = 0;
  for (const auto& stages : {std::vector{codec}, std::vector{shuffle, codec}}) {
    Buffer data, scratch;
    uint32_t skipped = 0;
    pipeline::Encode(stages, span.data, span.bytes, data, scratch, skipped);
    sizes.Set(at++, static_cast<double>(data.size()));
  }
  return sizes;
}

Napi::Object InitModule(Napi::Env env, Napi::Object exports) {
  const std::shared_ptr<EnvState> state = EnvState::Create(env);
  state->fileClass = Napi::Persistent(FileObject::Define(env));
  exports.Set("init", Napi::Function::New(env, Init, "init"));
  exports.Set("versions", Napi::Function::New(env, Versions, "versions"));
  exports.Set("filters", Napi::Function::New(env, Filters, "filters"));
  exports.Set("counters", Napi::Function::New(env, CountersToJs, "counters"));
  exports.Set("tryLock", Napi::Function::New(env, LockDescriptor, "tryLock"));
  exports.Set("open", Napi::Function::New(env, Open, "open"));
  exports.Set("create", Napi::Function::New(env, Create, "create"));
  exports.Set("checkIndptr", Napi::Function::New(env, CheckIndptr, "checkIndptr"));
  exports.Set("checkCodes", Napi::Function::New(env, CheckCodes, "checkCodes"));
  exports.Set("encodedSizes", Napi::Function::New(env, EncodedSizes, "encodedSizes"));
  ExportNameIndex(env, exports);
  ExportSparseCalls(env, exports);
  return exports;
}

}  // namespace

NODE_API_MODULE(anndata, InitModule)

}  // namespace anndata
