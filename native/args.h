// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "engine/numbers.h"
#include "h5/attribute.h"
#include "h5/create.h"
#include "h5/dataset.h"
#include "napi_setup.h"

namespace anndata {

// Positional arguments of a call, taken one after the other. JS has validated them; here only the
// kinds are looked at, a wrong one throws a TypeError.
class Args {
 public:
  explicit Args(const Napi::CallbackInfo& info, size_t first = 0) : info_(info), at_(first) {}

  std::string Text();
  bool Flag();
  double Number();
  uint64_t Size();
  std::vector<hsize_t> Sizes();  // [] for null
  bool NextIsNull() const { return info_[at_].IsNull(); }
  std::vector<std::string> Texts();
  h5::Box Box();
  // Two lists of Float64Array, one an axis: starts and counts.
  engine::Picks Picks();
  // An Int32Array of two, or null; it must be kept alive while the request runs.
  Napi::Object Shared();
  Napi::TypedArray Array();
  Napi::Array List();
  Napi::Function Function();

 private:
  Napi::Value Next() { return info_[at_++]; }
  [[noreturn]] void Wrong(const char* expected) const;

  const Napi::CallbackInfo& info_;
  size_t at_;
};

// What a request and JS share; see engine/control.h. `shared`: an Int32Array, or nothing.
engine::Control ControlOf(Napi::Env env, const Napi::Object& shared);

// The memory of a typed array, and whether it is one we know.
h5::Span SpanOf(const Napi::TypedArray& array);

std::vector<hsize_t> SizesOf(const Napi::Array& list);
std::vector<std::string> TextsOf(const Napi::Array& list);

}  // namespace anndata
