// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include "engine/control.h"
#include "h5/file.h"

namespace anndata::engine {

// Copying from a file opened for reading to one being written. Each takes the lock. They throw
// ERR_UNSUPPORTED_TYPE for what cannot be carried over (references, sequences of varying length).

// A dataset with its datatype, shape, layout, filters, fill value and attributes. Stored chunks go
// over as they are, without being decoded; texts are read and written anew.
void CopyArray(h5::File& source, const std::string& from, h5::File& target, const std::string& to,
               const Control& control);

// A group with its attributes, but not its members. The root is there already.
void CopyGroup(h5::File& source, const std::string& from, h5::File& target, const std::string& to);

// The attributes that the object at `to` does not have yet.
void CopyAttrs(h5::File& source, const std::string& from, h5::File& target, const std::string& to);

}  // namespace anndata::engine
