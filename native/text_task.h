// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstring>
#include <functional>
#include <limits>
#include <utility>

#include "h5/dataset.h"
#include "js_memory.h"
#include "task.h"

namespace anndata {

// Reads text into our memory, as its size is not known before, and from there into typed arrays:
// small results on the JS thread, large ones on the pool.
class TextTask : public Task {
 public:
  TextTask(Napi::Env env, std::function<h5::Text()> read) : Task(env), read_(std::move(read)) {}

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
    wide_ = text_.bytes.size() > static_cast<size_t>(std::numeric_limits<int32_t>::max());
    const size_t n = text_.offsets.size();
    offsets_ = JsMemory::New(env, wide_ ? "BigInt64Array" : "Int32Array", n);
    bytes_ = JsMemory::New(env, "Uint8Array", text_.bytes.size());
  }

  void Fill() {
    if (wide_) {
      std::memcpy(offsets_.data, text_.offsets.data(), offsets_.size);
    } else {
      auto* to = static_cast<int32_t*>(offsets_.data);
      for (size_t i = 0; i < text_.offsets.size(); i++)
        to[i] = static_cast<int32_t>(text_.offsets[i]);
    }
    if (bytes_.size > 0) std::memcpy(bytes_.data, text_.bytes.data(), bytes_.size);
    text_ = h5::Text();
  }

  std::function<h5::Text()> read_;
  h5::Text text_;
  bool allocated_ = false;
  bool wide_ = false;
  JsMemory offsets_;
  JsMemory bytes_;
};

}  // namespace anndata
