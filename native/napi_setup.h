// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The only place that includes napi.h, so that every source sees the same settings.

#define NAPI_VERSION 9
#define NODE_ADDON_API_CPP_EXCEPTIONS_ALL  // std::bad_alloc becomes a JS error, too
#define NODE_ADDON_API_DISABLE_DEPRECATED
#define NODE_API_NO_EXTERNAL_BUFFERS_ALLOWED
#define NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS

#include <napi.h>
