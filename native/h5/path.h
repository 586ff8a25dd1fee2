// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <hdf5.h>

#include <string>
#include <vector>

#include "h5/handle.h"

namespace anndata::h5 {

// Finding objects without ever letting libhdf5 follow a path: each component is looked up by
// itself, hard links and (a bounded number of) soft links inside the file are followed, everything
// else is refused. All under the lock.

// Throws ERR_KEY_NOT_FOUND, ERR_UNSAFE_FILE.
ObjectId OpenKey(hid_t file, const std::string& key);

// What one link leads to: an open object, or the reason why it is not followed.
struct LinkTarget {
  ObjectId object;
  bool unsafe = false;
  std::string reason;
};

// `group` is the open group at `groupKey` that holds the link.
LinkTarget FollowLink(hid_t file, hid_t group, const std::string& groupKey,
                      const std::string& name);

// Where an object stands in the file; the same for two links to one object.
haddr_t AddressOf(hid_t object);

// Group that is to hold `key`, and the last component. Throws ERR_KEY_NOT_FOUND when the group is
// missing and ERR_NAME when the name cannot be one.
struct NewPlace {
  ObjectId parent;
  std::string name;
};
NewPlace ParentOf(hid_t file, const std::string& key);

// Names of a group's links. Throws ERR_LIMIT past `max`.
std::vector<std::string> LinkNames(hid_t group, size_t max);

}  // namespace anndata::h5
