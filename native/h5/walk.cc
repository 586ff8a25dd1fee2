// SPDX-License-Identifier: BSD-3-Clause

#include "h5/walk.h"

#include <chrono>
#include <deque>
#include <memory>
#include <unordered_map>
#include <utility>

#include "h5/attribute.h"
#include "h5/error.h"
#include "h5/layout.h"
#include "h5/lock.h"
#include "h5/path.h"
#include "h5/references.h"
#include "kernels/utf8.h"

namespace anndata::h5 {
namespace {

constexpr unsigned kMaxDepth = 64;
constexpr int kMaxVisits = 16;
constexpr uint64_t kAttrBudget = 64u << 20;
constexpr auto kTurn = std::chrono::milliseconds(2);

// The groups a node lies in, innermost first.
struct Ancestors {
  haddr_t address;
  std::string key;
  std::shared_ptr<const Ancestors> up;
};

struct Item {
  NodeRecord* node;
  std::string key;
  unsigned level;
  std::shared_ptr<const Ancestors> above;
};

std::string Join(const std::string& group, const std::string& name) {
  return group.empty() ? name : group + "/" + name;
}

void Refuse(NodeRecord& node, bool unsafe, std::string reason) {
  node.kind = NodeRecord::Kind::kRefused;
  node.unsafe = unsafe;
  node.reason = std::move(reason);
}

std::string EscapedName(const std::string& name) {
  const std::string quoted = Quote(name);
  return quoted.substr(1, quoted.size() - 2);
}

class Walker {
 public:
  Walker(File& file, unsigned depth, size_t maxObjects)
      : file_(file), depth_(depth), maxObjects_(maxObjects), references_(file.id(), maxObjects) {}

  // The caller holds the lock.
  NodeRecord Run(const std::string& key, LibraryLock& lock) {
    NodeRecord root;
    auto turn = std::chrono::steady_clock::now();
    Fill(root, OpenKey(file_.id(), key), {&root, key, 0, nullptr});
    while (!queue_.empty()) {
      const Item item = std::move(queue_.front());
      queue_.pop_front();
      ListChildren(item);
      if (std::chrono::steady_clock::now() - turn > kTurn) {
        lock.Yield();
        turn = std::chrono::steady_clock::now();
      }
    }
    return root;
  }

 private:
  // Fields of records count, too: many arrays can share one type.
  void Count(size_t n = 1) {
    objects_ += n;
    if (objects_ > maxObjects_) {
      throw Failure("ERR_LIMIT", "the file has more than " + std::to_string(maxObjects_) +
                                     " objects; limits.maxObjects can be raised");
    }
  }

  // Reads an open object into its node; groups that are to be walked go to the queue.
  void Fill(NodeRecord& node, ObjectId object, const Item& item) {
    Count();
    const haddr_t address = AddressOf(object.get());
    if (++visits_[address] > kMaxVisits) {
      return Refuse(node, true,
                    "an object that more than " + std::to_string(kMaxVisits) + " links lead to");
    }
    switch (H5Iget_type(object.get())) {
      case H5I_GROUP:
        return FillGroup(node, object.get(), address, item);
      case H5I_DATASET:
        return FillArray(node, object.get());
      default:
        return Refuse(node, false, "a named datatype");
    }
  }

  void FillGroup(NodeRecord& node, hid_t group, haddr_t address, const Item& item) {
    for (const Ancestors* up = item.above.get(); up != nullptr; up = up->up.get()) {
      if (up->address == address)
        return Refuse(node, true, "a link cycle back to " + Quote("/" + up->key));
    }
    if (item.level > kMaxDepth)
      return Refuse(node, true,
                    "a group nested more than " + std::to_string(kMaxDepth) + " levels deep");
    node.kind = NodeRecord::Kind::kGroup;
    node.attrs = Attributes(group);
    if (item.level >= depth_) return;
    auto above = std::make_shared<const Ancestors>(Ancestors{address, item.key, item.above});
    queue_.push_back({&node, item.key, item.level, std::move(above)});
  }

  void ListChildren(const Item& item) {
    NodeRecord& node = *item.node;
    const ObjectId group(
        Check(H5Oopen_by_addr(file_.id(), item.above->address), "opening the group", item.key));
    const std::vector<std::string> names = LinkNames(group.get(), maxObjects_ - objects_);
    node.walked = true;
    node.children.resize(names.size());  // before any address of a child is taken
    for (size_t i = 0; i < names.size(); i++)
      FillChild(node.children[i], group.get(), item, names[i]);
  }

  void FillChild(NodeRecord& node, hid_t group, const Item& item, const std::string& name) {
    node.name = name;
    if (Utf8Check(name.data(), name.size()) != name.size()) {
      node.name = EscapedName(name);
      Count();
      return Refuse(node, true, "a name that is not valid UTF-8");
    }
    const std::string key = Join(item.key, name);
    try {
      LinkTarget target = FollowLink(file_.id(), group, item.key, name);
      if (!target.object.valid()) {
        Count();
        return Refuse(node, target.unsafe, target.reason);
      }
      Fill(node, std::move(target.object), {&node, key, item.level + 1, item.above});
    } catch (Failure& failure) {
      failure.SetKey(key);
      throw;
    }
  }

  void FillArray(NodeRecord& node, hid_t dataset) {
    const PropsId creation = CreationOf(dataset);
    const std::string unsafe = UnsafeLayout(creation.get());
    if (!unsafe.empty()) return Refuse(node, true, unsafe);
    node.kind = NodeRecord::Kind::kArray;
    node.attrs = Attributes(dataset);
    const TypeId type(Check(H5Dget_type(dataset), "looking at the dataset"));
    node.type = Classify(type.get());
    Count(node.type.fields.size());
    FillShape(node, dataset);
    const H5D_layout_t layout = H5Pget_layout(creation.get());
    node.layout = layout == H5D_CHUNKED   ? "chunked"
                  : layout == H5D_COMPACT ? "compact"
                                          : "contiguous";
    node.chunks = ChunksOf(creation.get(), node.shape.size());
    node.filters = FiltersOf(creation.get());
    node.storedBytes = H5Dget_storage_size(dataset);
  }

  void FillShape(NodeRecord& node, hid_t dataset) {
    const SpaceId space(Check(H5Dget_space(dataset), "looking at the dataset"));
    node.null = H5Sget_simple_extent_type(space.get()) == H5S_NULL;
    if (node.null) return;
    const int rank = Check(H5Sget_simple_extent_ndims(space.get()), "looking at the dataset");
    node.shape.resize(static_cast<size_t>(rank));
    node.maxShape.resize(static_cast<size_t>(rank));
    if (rank == 0) return;
    Check(H5Sget_simple_extent_dims(space.get(), node.shape.data(), node.maxShape.data()),
          "looking at the dataset");
  }

  std::vector<AttrRecord> Attributes(hid_t object) {
    return ReadAttrs(object, budget_,
                     [this](haddr_t address) { return references_.KeyOf(address); });
  }

  File& file_;
  unsigned depth_;
  size_t maxObjects_;
  size_t objects_ = 0;
  uint64_t budget_ = kAttrBudget;
  References references_;
  std::deque<Item> queue_;
  std::unordered_map<haddr_t, int> visits_;
};

}  // namespace

NodeRecord Walk(File& file, const std::string& key, unsigned depth, size_t maxObjects) {
  LibraryLock lock;
  try {
    return Walker(file, depth, maxObjects).Run(key, lock);
  } catch (Failure& failure) {
    failure.SetKey(key);
    throw;
  }
}

}  // namespace anndata::h5
