// SPDX-License-Identifier: BSD-3-Clause

#include "h5/references.h"

#include <deque>
#include <utility>

#include "h5/error.h"
#include "h5/path.h"
#include "kernels/utf8.h"

namespace anndata::h5 {

std::string References::KeyOf(haddr_t address) {
  if (!built_) Build();
  const auto found = keys_.find(address);
  return found == keys_.end() ? std::string() : found->second;
}

// Breadth first and each group once, so cycles end and keys are short. Hard links only.
void References::Build() {
  built_ = true;
  const ObjectId root = OpenKey(file_, "");
  std::deque<std::pair<haddr_t, std::string>> groups{{AddressOf(root.get()), ""}};
  keys_.emplace(groups.front().first, "");
  while (!groups.empty()) {
    const auto [address, key] = std::move(groups.front());
    groups.pop_front();
    const ObjectId group(Check(H5Oopen_by_addr(file_, address), "opening the group", key));
    for (const std::string& name : LinkNames(group.get(), maxObjects_)) {
      if (keys_.size() >= maxObjects_) return;
      H5L_info_t info;
      Check(H5Lget_info(group.get(), name.c_str(), &info, H5P_DEFAULT), "listing the group", key);
      if (info.type != H5L_TYPE_HARD || Utf8Check(name.data(), name.size()) != name.size())
        continue;
      const std::string child = key.empty() ? name : key + "/" + name;
      if (!keys_.emplace(info.u.address, child).second) continue;
      const ObjectId object(
          Check(H5Oopen_by_addr(file_, info.u.address), "opening an object", child));
      if (H5Iget_type(object.get()) == H5I_GROUP) groups.emplace_back(info.u.address, child);
    }
  }
}

}  // namespace anndata::h5
