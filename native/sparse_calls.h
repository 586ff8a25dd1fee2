// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "napi_setup.h"

namespace anndata {

// Adds the exports that run kernels on sparse matrices: `sparse`, `sparseAsync` and `hugePages`;
// see lib/native.ts.
void ExportSparseCalls(Napi::Env env, Napi::Object exports);

}  // namespace anndata
