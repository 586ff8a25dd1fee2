// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "kernel_args.h"

namespace anndata {

// The kernels of lib/stats; what they take stands in lib/stats/kernels.ts.
KernelWork AddToMoments(CallArgs& args);
KernelWork FinishMoments(CallArgs& args);

}  // namespace anndata
