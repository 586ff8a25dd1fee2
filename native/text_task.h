// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <limits>
#include <utility>

#include "engine/texts.h"
#include "js_memory.h"
#include "task.h"

namespace anndata {

// Reads text into our memory, as its size is not known before, and from there into typed arrays:
// small results on the JS thread, large ones on the pool.
class TextTask : public Task {
 public:
  TextTask(Napi::Env env, std::function<engine::Texts()> read)
      : Task(env), read_(std::move(read)) {}

  bool Prepare(Napi::Env env) override {
    if (allocated_) return false;
    Allocate(env);
    allocated_ = true;
    if (bytes_.size + offsets_.size > kLarge) return true;
    Fill();
    return false;
  }

  Napi::Value Result(Napi::Env env) override {
    Napi::Object result = Napi::Object::New(env);
    result.Set("offsets", offsets_.array.Value());
    result.Set("bytes", bytes_.array.Value());
    return result;
  }

 protected:
  void Work() override {
    if (allocated_) {
      Fill();
    } else {
      text_ = read_();
    }
  }

 private:
  static constexpr size_t kLarge = 4u << 20;

  void Allocate(Napi::Env env) {
    wide_ = text_.bytes() > static_cast<size_t>(std::numeric_limits<int32_t>::max());
    offsets_ = JsMemory::New(env, wide_ ? "BigInt64Array" : "Int32Array", text_.count() + 1);
    bytes_ = JsMemory::New(env, "Uint8Array", text_.bytes());
  }

  void Fill() {
    auto* bytes = static_cast<char*>(bytes_.data);
    if (wide_) {
      text_.MoveTo(static_cast<int64_t*>(offsets_.data), bytes);
    } else {
      text_.MoveTo(static_cast<int32_t*>(offsets_.data), bytes);
    }
  }

  std::function<engine::Texts()> read_;
  engine::Texts text_;
  bool allocated_ = false;
  bool wide_ = false;
  JsMemory offsets_;
  JsMemory bytes_;
};

}  // namespace anndata
