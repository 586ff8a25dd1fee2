// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstring>
#include <functional>
#include <memory>
#include <utility>

#include "engine/gather.h"
#include "js_memory.h"
#include "task.h"

namespace anndata {

// Finds entries of a sparse matrix on our threads, asks the caller on the JS thread for arrays of
// so many, and fills them on our threads again. Null when only the library could read the matrix.
class GatherTask : public Task {
 public:
  using OpenFn = std::function<std::unique_ptr<engine::Gather>()>;

  // `make`: called with how many entries were found; gives arrays of indices and of values.
  GatherTask(Napi::Env env, OpenFn open, Napi::Function make, engine::Control control)
      : Task(env), open_(std::move(open)), make_(Napi::Persistent(make)), control_(control) {}

  // The library is not to be called on the JS thread.
  ~GatherTask() override {
    if (!gather_) return;
    Pool::Post([gather = std::shared_ptr<engine::Gather>(std::move(gather_)),
                turn = std::move(turn)]() mutable { gather.reset(); });
  }

  // Between its passes the file must stay open.
  bool HasMore() const override { return gather_ != nullptr; }
  void Drop() override {
    gather_.reset();
    Task::Drop();
  }

  bool Prepare(Napi::Env env) override {
    if (!gather_) return false;
    allocated_ = true;
    const auto found = static_cast<size_t>(gather_->found());
    counts_ = JsMemory::New(env, "Int32Array", gather_->counts().size());
    const Napi::Object made =
        make_.Call({Napi::Number::New(env, static_cast<double>(found))}).As<Napi::Object>();
    indices_ = JsMemory::Of(made.Get(0u), h5::ArrayKind::kInt32, found * sizeof(int32_t));
    data_ = JsMemory::Of(made.Get(1u), gather_->data_kind(), found * gather_->data_bytes());
    return true;
  }

  Napi::Value Result(Napi::Env env) override {
    if (!allocated_) return env.Null();
    Napi::Object result = Napi::Object::New(env);
    result.Set("counts", counts_.array.Value());
    result.Set("indices", indices_.array.Value());
    result.Set("data", data_.array.Value());
    return result;
  }

 protected:
  void Work() override {
    std::unique_ptr<engine::Gather> gather = allocated_ ? std::move(gather_) : open_();
    if (!allocated_) {
      if (gather) gather->Scan(control_);
      gather_ = std::move(gather);
      return;
    }
    if (counts_.size > 0) std::memcpy(counts_.data, gather->counts().data(), counts_.size);
    if (indices_.size == 0) return;
    gather->Fill(static_cast<int32_t*>(indices_.data), static_cast<uint8_t*>(data_.data), control_);
  }

 private:
  OpenFn open_;
  Napi::FunctionReference make_;
  engine::Control control_;
  std::unique_ptr<engine::Gather> gather_;
  bool allocated_ = false;
  JsMemory counts_, indices_, data_;
};

}  // namespace anndata
