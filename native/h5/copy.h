// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <hdf5.h>

#include <cstdint>
#include <vector>

#include "h5/handle.h"

namespace anndata::h5 {

// What copies from one file to another without decoding are made of. All under the lock.

// What stands in the elements of a type: plain bytes, which can be copied as they are; references
// to text, which lies elsewhere in the file; what cannot be carried over to another file.
enum class Content { kBytes, kText, kSequences, kReferences };
Content ContentOf(hid_t type);

// Throws ERR_UNSUPPORTED_TYPE for what cannot be carried over.
void CheckCarried(Content content);

// Whether the attributes of an object need a header that keeps them outside of it.
bool HasLargeAttrs(hid_t object);

// Lets attributes of more than 64 KiB be written to what is created with the list. Tracking makes
// the header one that can keep attributes elsewhere, in any format version.
void AllowLargeAttrs(hid_t creation);

// A creation list of the same layout and filters; `chunks`: none for data that are not chunked.
PropsId WithoutFill(hid_t creation, const std::vector<hsize_t>& chunks);

// Copies the attributes that `to` does not have.
void CopyAttrs(hid_t from, hid_t to);

}  // namespace anndata::h5
