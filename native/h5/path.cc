// SPDX-License-Identifier: BSD-3-Clause

#include "h5/path.h"

#include <algorithm>
#include <deque>

#include "h5/error.h"
#include "kernels/utf8.h"

namespace anndata::h5 {
namespace {

constexpr int kMaxSoftLinks = 32;
// Names a soft link may lead through: groups are not walked deeper than 64 levels.
constexpr size_t kMaxSteps = 256;
constexpr size_t kMaxLinkValue = 64 * 1024;

// Nothing that leads out of the file may be traversed, should libhdf5 ever be asked to.
herr_t DenyExternal(const char*, const char*, const char*, const char*, unsigned*, hid_t, void*) {
  return -1;
}

// Made once and never closed: every step of every path needs it. Guarded by the lock.
hid_t LinkAccess() {
  static hid_t shared = -1;
  if (shared >= 0) return shared;
  PropsId list(Check(H5Pcreate(H5P_LINK_ACCESS), "preparing to follow a link"));
  Check(H5Pset_elink_cb(list.get(), DenyExternal, nullptr), "preparing to follow a link");
  Check(H5Pset_nlinks(list.get(), 1), "preparing to follow a link");
  shared = list.Release();
  return shared;
}

std::deque<std::string> Split(const std::string& path) {
  std::deque<std::string> parts;
  size_t from = 0;
  while (from <= path.size()) {
    const size_t slash = std::min(path.find('/', from), path.size());
    if (slash > from) parts.push_back(path.substr(from, slash - from));
    from = slash + 1;
  }
  return parts;
}

ObjectId Root(hid_t file) {
  return ObjectId(Check(H5Oopen(file, "/", H5P_DEFAULT), "opening the root group"));
}

std::string LinkValue(hid_t group, const std::string& name, size_t size) {
  if (size > kMaxLinkValue) throw Failure("ERR_LIMIT", "the link " + Quote(name) + " is too long");
  std::vector<char> value(size + 1, 0);
  Check(H5Lget_val(group, name.c_str(), value.data(), size, H5P_DEFAULT),
        "reading the link " + Quote(name));
  return std::string(value.data(), size);
}

std::string ExternalTarget(const std::string& value) {
  const char* file = nullptr;
  const char* object = nullptr;
  unsigned flags = 0;
  if (value.empty() ||
      H5Lunpack_elink_val(value.data(), value.size(), &flags, &file, &object) < 0) {
    H5Eclear2(H5E_DEFAULT);
    return "an external link";
  }
  return "an external link to " + Quote(file);
}

class Resolver {
 public:
  Resolver(hid_t file, ObjectId from) : file_(file), current_(std::move(from)) {}

  ObjectId Run(std::deque<std::string> parts, const std::string& key) {
    todo_ = std::move(parts);
    while (!todo_.empty()) {
      const std::string name = std::move(todo_.front());
      todo_.pop_front();
      Step(name, key);
    }
    return std::move(current_);
  }

 private:
  void Step(const std::string& name, const std::string& key) {
    if (H5Iget_type(current_.get()) != H5I_GROUP || name.find('\0') != std::string::npos)
      NotFound(name, key);
    H5L_info_t info;
    if (name == "." || H5Lget_info(current_.get(), name.c_str(), &info, H5P_DEFAULT) < 0)
      NotFound(name, key);
    switch (info.type) {
      case H5L_TYPE_HARD: {
        current_ = ObjectId(
            Check(H5Oopen(current_.get(), name.c_str(), LinkAccess()), "opening the object", key));
        return;
      }
      case H5L_TYPE_SOFT:
        return FollowSoft(name, info.u.val_size, key);
      case H5L_TYPE_EXTERNAL:
        throw Failure("ERR_UNSAFE_FILE",
                      ExternalTarget(LinkValue(current_.get(), name, info.u.val_size)) +
                          "; links out of the file are not followed",
                      key);
      default:
        throw Failure("ERR_UNSAFE_FILE", "a user-defined link, which is not followed", key);
    }
  }

  void FollowSoft(const std::string& name, size_t size, const std::string& key) {
    if (++followed_ > kMaxSoftLinks) {
      throw Failure(
          "ERR_UNSAFE_FILE",
          "more than " + std::to_string(kMaxSoftLinks) + " soft links in a row: a link cycle", key);
    }
    std::string target = LinkValue(current_.get(), name, size);
    target.resize(std::min(target.size(), target.find('\0')));
    if (!target.empty() && target[0] == '/') current_ = Root(file_);
    std::deque<std::string> parts = Split(target);
    if (parts.size() + todo_.size() > kMaxSteps)
      throw Failure("ERR_UNSAFE_FILE", "a soft link to a path of very many names", key);
    todo_.insert(todo_.begin(), parts.begin(), parts.end());
  }

  [[noreturn]] void NotFound(const std::string& name, const std::string& key) {
    H5Eclear2(H5E_DEFAULT);
    const std::string why = followed_ > 0 ? "a soft link on the way leads to nothing: "
                                          : "there is nothing at this key: ";
    throw Failure("ERR_KEY_NOT_FOUND", why + Quote(name) + " does not exist", key);
  }

  hid_t file_;
  ObjectId current_;
  std::deque<std::string> todo_;
  int followed_ = 0;
};

struct NameList {
  std::vector<std::string> names;
  size_t max;
  bool full = false;
  bool failed = false;
};

herr_t AddName(hid_t, const char* name, const H5L_info_t*, void* data) {
  auto& list = *static_cast<NameList*>(data);
  if (list.names.size() >= list.max) {
    list.full = true;
    return 1;
  }
  try {
    list.names.emplace_back(name);
  } catch (...) {
    list.failed = true;
    return 1;
  }
  return 0;
}

}  // namespace

ObjectId OpenKey(hid_t file, const std::string& key) {
  return Resolver(file, Root(file)).Run(Split(key), key);
}

LinkTarget FollowLink(hid_t file, hid_t group, const std::string& groupKey,
                      const std::string& name) {
  LinkTarget target;
  const std::string key = groupKey.empty() ? name : groupKey + "/" + name;
  try {
    ObjectId from(Check(H5Oopen(group, ".", H5P_DEFAULT), "opening the group", groupKey));
    target.object = Resolver(file, std::move(from)).Run({name}, key);
  } catch (const Failure& failure) {
    const std::string code = failure.code();
    if (code != "ERR_UNSAFE_FILE" && code != "ERR_KEY_NOT_FOUND") throw;
    target.unsafe = code == "ERR_UNSAFE_FILE";
    target.reason = target.unsafe ? failure.what() : "a dangling soft link";
  }
  return target;
}

haddr_t AddressOf(hid_t object) {
  H5O_info_t info;
#if H5_VERSION_GE(1, 10, 3)
  Check(H5Oget_info2(object, &info, H5O_INFO_BASIC), "looking at an object");
#else
  Check(H5Oget_info(object, &info), "looking at an object");
#endif
  return info.addr;
}

NewPlace ParentOf(hid_t file, const std::string& key) {
  std::deque<std::string> parts = Split(key);
  if (parts.empty() || parts.back() == "." || key.find('\0') != std::string::npos) {
    throw Failure("ERR_NAME", "an object cannot have this name", key);
  }
  NewPlace place;
  place.name = parts.back();
  parts.pop_back();
  place.parent = Resolver(file, Root(file)).Run(std::move(parts), key);
  return place;
}

std::vector<std::string> LinkNames(hid_t group, size_t max) {
  NameList list{{}, max};
  hsize_t at = 0;
  Check(H5Literate(group, H5_INDEX_NAME, H5_ITER_NATIVE, &at, AddName, &list), "listing the group");
  if (list.failed) throw std::bad_alloc();
  if (list.full)
    throw Failure("ERR_LIMIT", "a group has more than " + std::to_string(max) +
                                   " members; limits.maxObjects can be raised");
  std::sort(list.names.begin(), list.names.end());
  return std::move(list.names);
}

}  // namespace anndata::h5
