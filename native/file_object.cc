// SPDX-License-Identifier: BSD-3-Clause

#include "file_object.h"

#include <algorithm>
#include <utility>

#include "args.h"
#include "engine/copy_array.h"
#include "engine/numbers.h"
#include "engine/stored_moments.h"
#include "engine/texts.h"
#include "engine/write_numbers.h"
#include "env_state.h"
#include "gather_task.h"
#include "h5/attribute.h"
#include "h5/create.h"
#include "h5/dataset.h"
#include "h5/lock.h"
#include "h5/path.h"
#include "h5/walk.h"
#include "records_to_js.h"
#include "task.h"
#include "text_task.h"

namespace anndata {
namespace {

using Session = std::shared_ptr<FileSession>;

template <class Class, class... Rest>
Napi::Value Start(Napi::Env env, const std::string& path, const EnvState::Way& way,
                  std::initializer_list<Napi::Object> kept, Rest&&... rest) {
  auto task = std::make_unique<Class>(env, std::forward<Rest>(rest)...);
  task->file = path;
  for (const Napi::Object& object : kept) {
    if (!object.IsEmpty()) task->Keep(object);
  }
  const Napi::Promise promise = task->deferred().Promise();
  EnvState::Of(env).Submit(std::move(task), way);
  return promise;
}

// The arguments of createArray after the key; see lib/native.ts.
h5::ArraySpec SpecFrom(Args& args) {
  h5::ArraySpec spec;
  const std::vector<std::string> types = args.Texts();
  const std::vector<std::string> names = args.Texts();
  const Napi::Array dims = args.List();
  spec.compound = !names.empty();
  for (size_t i = 0; i < types.size(); i++) {
    h5::FieldSpec field;
    if (i < names.size()) field.name = names[i];
    field.text = types[i] == "string";
    if (!field.text) field.dtype = h5::DTypeByName(types[i]);
    const auto index = static_cast<uint32_t>(i);
    if (index < dims.Length()) field.dims = SizesOf(dims.Get(index).As<Napi::Array>());
    spec.fields.push_back(std::move(field));
  }
  spec.null = args.NextIsNull();
  spec.shape = args.Sizes();
  spec.maxShape = args.Sizes();
  spec.chunks = args.Sizes();
  const std::vector<hsize_t> filters = args.Sizes();
  for (size_t i = 0; i + 1 < filters.size();) {
    h5::FilterSpec filter;
    filter.id = static_cast<int>(filters[i]);
    const size_t end = i + 2 + static_cast<size_t>(filters[i + 1]);
    for (i += 2; i < end && i < filters.size(); i++)
      filter.params.push_back(static_cast<unsigned>(filters[i]));
    spec.filters.push_back(std::move(filter));
  }
  return spec;
}

void CheckSpec(Napi::Env env, const h5::ArraySpec& spec) {
  const size_t rank = spec.shape.size();
  const auto fits = [&](const std::vector<hsize_t>& sizes) {
    return sizes.empty() || sizes.size() == rank;
  };
  if (spec.fields.empty() || rank > H5S_MAX_RANK || !fits(spec.chunks) || !fits(spec.maxShape)) {
    throw Napi::TypeError::New(
        env, "createArray: types, shape, maxShape and chunks do not fit together");
  }
}

h5::Text CopiedText(Args& args) {
  const h5::Span offsets = SpanOf(args.Array());
  const h5::Span bytes = SpanOf(args.Array());
  h5::Text text;
  text.offsets.clear();
  if (offsets.kind == h5::ArrayKind::kInt64) {
    const auto* from = reinterpret_cast<const int64_t*>(offsets.data);
    text.offsets.assign(from, from + offsets.bytes / sizeof *from);
  } else if (offsets.kind == h5::ArrayKind::kInt32) {
    const auto* from = reinterpret_cast<const int32_t*>(offsets.data);
    text.offsets.assign(from, from + offsets.bytes / sizeof *from);
  }
  if (text.offsets.empty()) return text;
  // Only the part in use: a slice of a large column carries the bytes of all of it.
  const int64_t first = text.offsets.front();
  const int64_t last = text.offsets.back();
  if (first < 0 || last < first || static_cast<uint64_t>(last) > bytes.bytes) return text;
  text.bytes.assign(bytes.data + first, bytes.data + last);
  for (int64_t& offset : text.offsets) offset -= first;
  return text;
}

h5::AttrData AttrFrom(Args& args, Napi::Env env) {
  h5::AttrData data;
  const std::string type = args.Text();
  data.shape = args.Sizes();
  data.text = type == "string";
  if (data.text) {
    data.texts = args.Texts();
    return data;
  }
  data.dtype = h5::DTypeByName(type);
  const h5::Span span = SpanOf(args.Array());
  if (span.kind != h5::InfoOf(data.dtype).array)
    throw Napi::TypeError::New(env, "writeAttr: the array does not hold " + type);
  data.bytes.assign(span.data, span.data + span.bytes);
  return data;
}

}  // namespace

template <class T, class Work, class Result>
Napi::Value FileObject::Run(Napi::Env env, Work work, Result result,
                            std::initializer_list<Napi::Object> kept) {
  return RunOn<T>(env, {session_->strand, false}, std::move(work), std::move(result), kept);
}

template <class T, class Work, class Result>
Napi::Value FileObject::RunShared(Napi::Env env, Work work, Result result,
                                  std::initializer_list<Napi::Object> kept) {
  return RunOn<T>(env, Way(), std::move(work), std::move(result), kept);
}

template <class T, class Work, class Result>
Napi::Value FileObject::RunOn(Napi::Env env, const EnvState::Way& way, Work work, Result result,
                              std::initializer_list<Napi::Object> kept) {
  auto job = [session = session_, work = std::move(work)]() mutable -> T {
    session->file->id();  // throws when closed
    return work(*session->file);
  };
  return Start<TaskOf<T>>(env, path_, way, kept, std::move(job), std::move(result));
}

// Reading calls run together, unless the file is being written.
EnvState::Way FileObject::Way() const {
  return {session_->strand, session_->file && !session_->file->writable()};
}

Napi::Function FileObject::Define(Napi::Env env) {
  return DefineClass(
      env, "NativeFile",
      {InstanceMethod("describe", &FileObject::Describe), InstanceMethod("read", &FileObject::Read),
       InstanceMethod("readIndices", &FileObject::ReadIndices),
       InstanceMethod("readCodes", &FileObject::ReadCodes),
       InstanceMethod("readRuns", &FileObject::ReadRuns),
       InstanceMethod("readStrings", &FileObject::ReadStrings),
       InstanceMethod("gather", &FileObject::Gather),
       InstanceMethod("addMoments", &FileObject::AddMoments),
       InstanceMethod("createGroup", &FileObject::CreateGroup),
       InstanceMethod("createArray", &FileObject::CreateArray),
       InstanceMethod("write", &FileObject::Write), InstanceMethod("resize", &FileObject::Resize),
       InstanceMethod("writeStrings", &FileObject::WriteStrings),
       InstanceMethod("writeAttr", &FileObject::WriteAttr),
       InstanceMethod("copyArray", &FileObject::CopyArray),
       InstanceMethod("copyGroup", &FileObject::CopyGroup),
       InstanceMethod("copyAttrs", &FileObject::CopyAttrs),
       InstanceMethod("close", &FileObject::Close),
       InstanceMethod("abandon", &FileObject::Abandon)});
}

Napi::Value FileObject::Open(Napi::Env env, const std::string& path, bool create,
                             const std::string& name) {
  auto session = std::make_shared<FileSession>();
  EnvState::Of(env).Track(session);
  auto open = [session, path, create] {
    session->file = create ? h5::File::Create(path) : h5::File::Open(path);
    return session;
  };
  auto wrap = [name](Napi::Env e, Session& opened) -> Napi::Value {
    EnvState& state = EnvState::Of(e);
    state.opened = opened;
    try {
      return state.fileClass.New({Napi::String::New(e, name)});
    } catch (...) {
      // In a worker that ends. The file is not to be closed on the JS thread.
      state.opened.reset();
      AbandonLater(opened);
      throw;
    }
  };
  return Start<TaskOf<Session>>(env, name, {session->strand, false}, {}, std::move(open),
                                std::move(wrap));
}

FileObject::FileObject(const Napi::CallbackInfo& info) : Napi::ObjectWrap<FileObject>(info) {
  session_ = std::move(EnvState::Of(info.Env()).opened);
  if (!session_) throw Napi::TypeError::New(info.Env(), "files are made by open and create");
  path_ = info[0].As<Napi::String>().Utf8Value();
}

FileObject::~FileObject() {
  if (session_) AbandonLater(session_);
}

Napi::Value FileObject::Describe(const Napi::CallbackInfo& info) {
  Args args(info);
  const std::string key = args.Text();
  const uint64_t depth = args.Size();
  const uint64_t maxObjects = args.Size();
  const auto levels = static_cast<unsigned>(depth > 1000 ? 1000 : depth);
  return Run<h5::NodeRecord>(
      info.Env(), [=](h5::File& file) { return h5::Walk(file, key, levels, maxObjects); },
      [](Napi::Env env, h5::NodeRecord& node) { return ToJs(env, node); });
}

Napi::Value FileObject::Read(const Napi::CallbackInfo& info) {
  Args args(info);
  const std::string key = args.Text();
  const std::string field = args.Text();
  const auto picks = std::make_shared<engine::Picks>(args.Picks());
  const Napi::TypedArray dest = args.Array();
  const Napi::Object shared = args.Shared();
  const h5::Span span = SpanOf(dest);
  const engine::Control control = ControlOf(info.Env(), shared);
  return RunShared<Nothing>(info.Env(),
                            [=](h5::File& file) {
                              engine::ReadNumbers(file, key, field, *picks, span, control);
                              return Nothing();
                            },
                            Undefined, {dest, shared});
}

Napi::Value FileObject::ReadIndices(const Napi::CallbackInfo& info) {
  Args args(info);
  const std::string key = args.Text();
  const std::string field = args.Text();
  const auto picks = std::make_shared<engine::Picks>(args.Picks());
  engine::ElementCopy::Bounds bounds;
  bounds.min = static_cast<int64_t>(args.Number());
  bounds.below = std::min(bounds.below, static_cast<int64_t>(args.Size()));
  const Napi::TypedArray dest = args.Array();
  const Napi::Object shared = args.Shared();
  const h5::Span span = SpanOf(dest);
  const engine::Control control = ControlOf(info.Env(), shared);
  return RunShared<bool>(
      info.Env(),
      [=](h5::File& file) {
        return engine::ReadIndices(file, key, field, *picks, bounds, span, control);
      },
      [](Napi::Env env, bool& fits) { return Napi::Boolean::New(env, fits); }, {dest, shared});
}

Napi::Value FileObject::ReadCodes(const Napi::CallbackInfo& info) {
  Args args(info);
  const std::string key = args.Text();
  const auto picks = std::make_shared<engine::Picks>(args.Picks());
  const Napi::TypedArray dest = args.Array();
  const Napi::Object shared = args.Shared();
  const h5::Span span = SpanOf(dest);
  const engine::Control control = ControlOf(info.Env(), shared);
  return RunShared<sparse::Extremes>(
      info.Env(),
      [=](h5::File& file) { return engine::ReadCodes(file, key, *picks, span, control); },
      [](Napi::Env env, sparse::Extremes& found) {
        Napi::Array js = Napi::Array::New(env, 2);
        js.Set(0u, static_cast<double>(found.least));
        js.Set(1u, static_cast<double>(found.greatest));
        return js;
      },
      {dest, shared});
}

Napi::Value FileObject::ReadRuns(const Napi::CallbackInfo& info) {
  Args args(info);
  auto spec = std::make_shared<engine::RunsSpec>();
  spec->indices = args.Text();
  spec->data = args.Text();
  spec->picks = args.Picks();
  spec->bounds.below = std::min(spec->bounds.below, static_cast<int64_t>(args.Size()));
  const Napi::TypedArray indices = args.Array();
  const Napi::TypedArray data = args.Array();
  const Napi::Object shared = args.Shared();
  const engine::Control control = ControlOf(info.Env(), shared);
  return RunShared<bool>(
      info.Env(),
      [=, to = SpanOf(indices), values = SpanOf(data)](h5::File& file) {
        return engine::ReadRuns(file, *spec, to, values, control);
      },
      [](Napi::Env env, bool& fits) { return Napi::Boolean::New(env, fits); },
      {indices, data, shared});
}

Napi::Value FileObject::ReadStrings(const Napi::CallbackInfo& info) {
  Args args(info);
  const std::string key = args.Text();
  const std::string field = args.Text();
  const auto picks = std::make_shared<engine::Picks>(args.Picks());
  const uint64_t maxBytes = args.Size();
  const Napi::Object shared = args.Shared();
  const engine::Control control = ControlOf(info.Env(), shared);
  auto read = [session = session_, key, field, picks, maxBytes, control] {
    session->file->id();
    return engine::ReadTexts(*session->file, key, field, *picks, maxBytes, control);
  };
  return Start<TextTask>(info.Env(), path_, Way(), {shared}, std::move(read));
}

Napi::Value FileObject::Gather(const Napi::CallbackInfo& info) {
  Args args(info);
  engine::GatherSpec spec;
  spec.indices = args.Text();
  spec.data = args.Text();
  engine::Picks picks = args.Picks();
  const Napi::TypedArray map = args.Array();
  const Napi::Function make = args.Function();
  const Napi::Object shared = args.Shared();
  const h5::Span span = SpanOf(map);
  if (span.kind != h5::ArrayKind::kInt32 || picks.starts.size() != 1 || picks.counts.size() != 1)
    throw Napi::TypeError::New(info.Env(), "gather: one axis and an Int32Array were expected");
  spec.starts = std::move(picks.starts[0]);
  spec.counts = std::move(picks.counts[0]);
  spec.map = reinterpret_cast<const int32_t*>(span.data);
  spec.minor = span.bytes / sizeof(int32_t);
  auto open = [session = session_, spec = std::move(spec)] {
    session->file->id();
    return engine::Gather::Of(*session->file, spec);
  };
  return Start<GatherTask>(info.Env(), path_, Way(), {map, shared}, std::move(open), make,
                           ControlOf(info.Env(), shared));
}

Napi::Value FileObject::AddMoments(const Napi::CallbackInfo& info) {
  Args args(info);
  engine::MomentsSpec spec;
  spec.indices = args.Text();
  spec.data = args.Text();
  const Napi::TypedArray indptr = args.Array();
  spec.length = static_cast<size_t>(args.Size());
  spec.along = args.Flag();
  const Napi::TypedArray total = args.Array();
  // The limits are both there or both null.
  Napi::TypedArray lows, highs;
  const bool limited = !args.NextIsNull();
  if (limited) {
    lows = args.Array();
    highs = args.Array();
    spec.lows = SpanOf(lows);
    spec.highs = SpanOf(highs);
  } else {
    args.Shared();
    args.Shared();
  }
  const Napi::Object shared = args.Shared();
  spec.indptr = SpanOf(indptr);
  spec.total = SpanOf(total);
  const engine::Control control = ControlOf(info.Env(), shared);
  return RunShared<engine::MomentsOutcome>(
      info.Env(), [=](h5::File& file) { return engine::AddStored(file, spec, control); },
      [](Napi::Env env, engine::MomentsOutcome& outcome) -> Napi::Value {
        static constexpr const char* kNames[] = {"done", "disorder", "elsewhere"};
        return Napi::String::New(env, kNames[static_cast<int>(outcome)]);
      },
      {indptr, total, lows, highs, shared});
}

Napi::Value FileObject::CreateGroup(const Napi::CallbackInfo& info) {
  Args args(info);
  const std::string key = args.Text();
  const bool largeAttrs = args.Flag();
  return Run<Nothing>(
      info.Env(),
      [=](h5::File& file) {
        h5::CreateGroup(file, key, largeAttrs);
        return Nothing();
      },
      Undefined);
}

Napi::Value FileObject::CreateArray(const Napi::CallbackInfo& info) {
  Args args(info);
  const std::string key = args.Text();
  h5::ArraySpec spec;
  try {
    spec = SpecFrom(args);
  } catch (const Failure& failure) {
    throw Napi::TypeError::New(info.Env(), failure.what());
  }
  CheckSpec(info.Env(), spec);
  return Run<Nothing>(
      info.Env(),
      [=](h5::File& file) {
        h5::CreateArray(file, key, spec);
        return Nothing();
      },
      Undefined);
}

Napi::Value FileObject::Write(const Napi::CallbackInfo& info) {
  Args args(info);
  const std::string key = args.Text();
  const std::string field = args.Text();
  const h5::Box box = args.Box();
  const Napi::TypedArray data = args.Array();
  const h5::Span span = SpanOf(data);
  return Run<Nothing>(info.Env(),
                      [=](h5::File& file) {
                        engine::WriteNumbers(file, key, field, box, span);
                        return Nothing();
                      },
                      Undefined, {data});
}

Napi::Value FileObject::Resize(const Napi::CallbackInfo& info) {
  Args args(info);
  const std::string key = args.Text();
  const uint64_t length = args.Size();
  return Run<Nothing>(
      info.Env(),
      [=](h5::File& file) {
        engine::Resize(file, key, length);
        return Nothing();
      },
      Undefined);
}

Napi::Value FileObject::WriteStrings(const Napi::CallbackInfo& info) {
  Args args(info);
  const std::string key = args.Text();
  const std::string field = args.Text();
  const h5::Box box = args.Box();
  auto text = std::make_shared<h5::Text>(CopiedText(args));
  return Run<Nothing>(
      info.Env(),
      [=](h5::File& file) {
        h5::WriteTexts(file, key, field, box, *text);
        return Nothing();
      },
      Undefined);
}

Napi::Value FileObject::WriteAttr(const Napi::CallbackInfo& info) {
  Args args(info);
  const std::string key = args.Text();
  const std::string name = args.Text();
  std::shared_ptr<h5::AttrData> data;
  try {
    data = std::make_shared<h5::AttrData>(AttrFrom(args, info.Env()));
  } catch (const Failure& failure) {
    throw Napi::TypeError::New(info.Env(), failure.what());
  }
  return Run<Nothing>(
      info.Env(),
      [=](h5::File& file) {
        h5::WriteAttr(file, key, name, *data);
        return Nothing();
      },
      Undefined);
}

// The file that is copied from stays open until the work is done.
template <class Work>
Napi::Value FileObject::Copy(const Napi::CallbackInfo& info, Work work,
                             const Napi::Object& shared) {
  const Napi::Env env = info.Env();
  if (!info[0].IsObject() ||
      !info[0].As<Napi::Object>().InstanceOf(EnvState::Of(env).fileClass.Value()))
    throw Napi::TypeError::New(env, "argument 0: an open file was expected");
  const Napi::Object from = info[0].As<Napi::Object>();
  const Session source = FileObject::Unwrap(from)->session_;
  return RunOn<Nothing>(env, {session_->strand, false},
                        [=](h5::File& file) {
                          if (source->file.get() == &file)
                            throw Failure("ERR_ARGUMENT", "a file cannot be copied into itself");
                          const std::shared_lock<std::shared_mutex> open(source->lent);
                          source->file->id();  // throws when closed
                          work(*source->file, file);
                          return Nothing();
                        },
                        Undefined, {from, shared});
}

Napi::Value FileObject::CopyArray(const Napi::CallbackInfo& info) {
  Args args(info, 1);
  const std::string from = args.Text();
  const std::string to = args.Text();
  const Napi::Object shared = args.Shared();
  const engine::Control control = ControlOf(info.Env(), shared);
  return Copy(
      info,
      [=](h5::File& source, h5::File& target) {
        engine::CopyArray(source, from, target, to, control);
      },
      shared);
}

Napi::Value FileObject::CopyGroup(const Napi::CallbackInfo& info) {
  Args args(info, 1);
  const std::string from = args.Text();
  const std::string to = args.Text();
  return Copy(
      info,
      [=](h5::File& source, h5::File& target) { engine::CopyGroup(source, from, target, to); }, {});
}

Napi::Value FileObject::CopyAttrs(const Napi::CallbackInfo& info) {
  Args args(info, 1);
  const std::string from = args.Text();
  const std::string to = args.Text();
  return Copy(
      info,
      [=](h5::File& source, h5::File& target) { engine::CopyAttrs(source, from, target, to); }, {});
}

Napi::Value FileObject::Close(const Napi::CallbackInfo& info) {
  auto close = [session = session_] {
    session->Close();
    return Nothing();
  };
  return Start<TaskOf<Nothing>>(info.Env(), path_, {session_->strand, false}, {}, std::move(close),
                                Undefined);
}

Napi::Value FileObject::Abandon(const Napi::CallbackInfo& info) {
  auto abandon = [session = session_] {
    session->Abandon();
    return Nothing();
  };
  return Start<TaskOf<Nothing>>(info.Env(), path_, {session_->strand, false}, {},
                                std::move(abandon), Undefined);
}

}  // namespace anndata
