// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "h5/records.h"
#include "napi_setup.h"

namespace anndata {

// A metadata record as the NativeNode of lib/native.ts. JS thread.
Napi::Object ToJs(Napi::Env env, const h5::NodeRecord& node);

// Numbers as a typed array of their own. JS thread.
Napi::Value ToTypedArray(Napi::Env env, h5::ArrayKind kind, const unsigned char* data,
                         size_t bytes);

}  // namespace anndata
