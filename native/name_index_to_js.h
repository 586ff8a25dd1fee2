// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "napi_setup.h"

namespace anndata {

// Adds the functions over kernels/name_index.h to the addon's exports; lib/native.ts declares them.
void ExportNameIndex(Napi::Env env, Napi::Object exports);

}  // namespace anndata
