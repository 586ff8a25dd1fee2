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

// Finds entries of a sparse matrix on our threads, makes arrays for them on the JS thread, and
// fills them on our threads again. Null when only the library could read the matrix.
class GatherTask : public Task {
 public:
  using OpenFn = std::function<std::unique_ptr<engine::Gather>()>;

  GatherTask(Napi::Env env, OpenFn open, engine::Control control)
      : Task(env), open_(std::move(open)), control_(control) {}

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
    const size_t n = static_cast<size_t>(gather_->found());
    counts_ = JsMemory::New(env, "Int32Array", gather_->counts().size());
    indices_ = JsMemory::New(env, "Int32Array", n);
    data_ = JsMemory::New(env, NameOf(gather_->data_kind()), n * gather_->data_slots());
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
  engine::Control control_;
  std::unique_ptr<engine::Gather> gather_;
  bool allocated_ = false;
  JsMemory counts_, indices_, data_;
};

}  // namespace anndata
