// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <hdf5.h>

#include <string>

#include "failure.h"
#include "h5/handle.h"

namespace anndata::h5 {

// Turns the library's error stack of this thread into a Failure: the code comes from the kinds of
// error on the stack, the message is `doing` ("reading the attribute \"x\"") and the deepest cause.
// Under the lock.
[[noreturn]] void ThrowStack(const std::string& doing, const std::string& key = {});

// Whether the deepest cause on the library's error stack of this thread is of that kind. Under the
// lock.
bool DeepestIs(hid_t major, hid_t minor);

// Throws when a library call reported failure by a negative value; gives the value back otherwise.
template <class T>
T Check(T status, const std::string& doing, const std::string& key = {}) {
  if (status < 0) ThrowStack(doing, key);
  return status;
}

// Text from a file in double quotes, control characters escaped, length bounded, always valid
// UTF-8.
std::string Quote(const std::string& text);

}  // namespace anndata::h5
