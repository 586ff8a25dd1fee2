// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <string>

#include "args.h"
#include "failure.h"
#include "napi_setup.h"

namespace anndata {

// A typed array of V8's, made on the JS thread when its size is known, to be filled on any.
struct JsMemory {
  Napi::ObjectReference array;
  void* data = nullptr;
  size_t size = 0;  // bytes

  // By the constructor of JS, which throws when there is no memory; Node-API's ends the process.
  // `kind`: its name, such as "Int32Array". Throws ERR_LIMIT.
  static JsMemory New(Napi::Env env, const char* kind, size_t length) {
    try {
      const Napi::Function make = env.Global().Get(kind).As<Napi::Function>();
      const Napi::Object made = make.New({Napi::Number::New(env, static_cast<double>(length))});
      const Napi::TypedArray array = made.As<Napi::TypedArray>();
      auto* data = static_cast<unsigned char*>(array.ArrayBuffer().Data());
      return {Napi::Persistent(made), data + array.ByteOffset(), array.ByteLength()};
    } catch (const Napi::Error&) {
      throw Failure("ERR_LIMIT", std::string("there is no memory for ") + std::to_string(length) +
                                     " elements of a new " + kind);
    }
  }

  // An array the caller made, which must be of that kind and size.
  static JsMemory Of(const Napi::Value& value, h5::ArrayKind kind, size_t bytes) {
    if (value.IsTypedArray()) {
      const h5::Span span = SpanOf(value.As<Napi::TypedArray>());
      if (span.kind == kind && span.bytes == bytes)
        return {Napi::Persistent(value.As<Napi::Object>()), span.data, bytes};
    }
    throw Napi::TypeError::New(value.Env(), std::string("a ") + h5::NameOf(kind) + " of " +
                                                std::to_string(bytes) + " bytes was expected");
  }
};

}  // namespace anndata
