// SPDX-License-Identifier: BSD-3-Clause

#include "engine/copy_array.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <vector>

#include "codecs/expected.h"
#include "engine/stored_chunk.h"
#include "h5/checked.h"
#include "h5/copy.h"
#include "h5/create.h"
#include "h5/error.h"
#include "h5/file_driver.h"
#include "h5/layout.h"
#include "h5/lock.h"
#include "h5/open_dataset.h"
#include "h5/path.h"
#include "h5/preflight.h"
#include "h5/vlen.h"

namespace anndata::engine {
namespace {

// About what is read and written at once where there are no chunks.
constexpr uint64_t kPieceBytes = 4u << 20;
// Of references to text, which are followed under the lock.
constexpr uint64_t kTextPieceBytes = 256u << 10;
// So many places of chunks are looked at one by one, written or not.
constexpr uint64_t kManyPlaces = 1u << 20;

void CheckSource(const h5::File& source) {
  if (source.writable())
    throw Failure("ERR_ARGUMENT", "a file that is being written cannot be copied from");
}

// Boxes of whole units (chunks, or single elements) that cover an array, in their order in the
// file.
class Boxes {
 public:
  Boxes(const std::vector<hsize_t>& shape, const std::vector<hsize_t>& unit, uint64_t elementBytes,
        uint64_t budget = kPieceBytes)
      : shape_(shape), step_(unit) {
    box_.start.assign(shape.size(), 0);
    box_.count.assign(shape.size(), 0);
    for (size_t axis = shape.size(); axis-- > 0;) {
      uint64_t others = std::max<uint64_t>(elementBytes, 1);
      for (size_t i = 0; i < shape.size(); i++)
        if (i != axis) others = h5::Multiply(others, step_[i]);
      const uint64_t fits = std::max<uint64_t>(budget / others / unit[axis], 1) * unit[axis];
      step_[axis] = fits;
      if (fits < shape[axis]) break;
      step_[axis] = (shape[axis] + unit[axis] - 1) / unit[axis] * unit[axis];
    }
    done_ = std::any_of(shape.begin(), shape.end(), [](hsize_t n) { return n == 0; });
  }

  bool Next() {
    if (done_) return false;
    if (started_ && !Advance()) return false;
    started_ = true;
    for (size_t i = 0; i < shape_.size(); i++)
      box_.count[i] = std::min(step_[i], shape_[i] - box_.start[i]);
    return true;
  }

  const h5::Box& box() const { return box_; }

 private:
  bool Advance() {
    for (size_t axis = shape_.size(); axis-- > 0;) {
      if (shape_[axis] - box_.start[axis] > step_[axis]) {
        box_.start[axis] += step_[axis];
        return true;
      }
      box_.start[axis] = 0;
    }
    done_ = true;
    return false;
  }

  const std::vector<hsize_t>& shape_;
  std::vector<hsize_t> step_;
  h5::Box box_;
  bool started_ = false;
  bool done_ = false;
};

class ArrayCopy {
 public:
  ArrayCopy(h5::File& source, h5::File& target, const Control& control)
      : source_(source), target_file_(target), control_(control) {}

  // The library's ids are closed under the lock.
  ~ArrayCopy() {
    const h5::LibraryLock lock;
    target_.Reset();
    type_.Reset();
    dataset_.reset();
  }
  ArrayCopy(const ArrayCopy&) = delete;
  ArrayCopy& operator=(const ArrayCopy&) = delete;

  void Run(const std::string& from, const std::string& to) {
    Create(from, to);
    if (dataset_->null || h5::Product(dataset_->shape) == 0) return;
    if (content_ == h5::Content::kText) return CopyTexts();
    if (dataset_->layout == h5::OpenDataset::Layout::kChunked) return CopyChunks();
    CopyPlain();
  }

 private:
  using Layout = h5::OpenDataset::Layout;

  void Create(const std::string& from, const std::string& to) {
    const h5::LibraryLock lock;
    dataset_ = h5::OpenForUse(source_, from);
    descriptor_ = h5::DriverDescriptor(source_.id());
    targetDescriptor_ = h5::DriverDescriptor(target_file_.id());
    const hid_t id = dataset_->id.get();
    content_ = h5::ContentOf(dataset_->type.get());
    h5::CheckCarried(content_);
    // Of its own: a named type belongs to its file.
    type_ = h5::TypeId(h5::Check(H5Tcopy(dataset_->type.get()), "copying a datatype"));
    const h5::SpaceId space(h5::Check(H5Dget_space(id), "looking at the dataset"));
    h5::PropsId creation = h5::CreationOf(id);
    // The library would read the text that is to fill gaps by our conversion and free it by its own
    // means. There will be no gaps: every text is written.
    if (dataset_->hasTextFill) creation = h5::WithoutFill(creation.get(), dataset_->chunks);
    if (h5::HasLargeAttrs(id)) h5::AllowLargeAttrs(creation.get());
    // Not before there is something to store: sizes are cheap to claim.
    if (dataset_->layout == Layout::kChunked)
      h5::Check(H5Pset_alloc_time(creation.get(), H5D_ALLOC_TIME_INCR), "preparing the array");
    if (dataset_->layout == Layout::kContiguous)
      h5::Check(H5Pset_alloc_time(creation.get(), H5D_ALLOC_TIME_LATE), "preparing the array");
    const h5::NewPlace place = h5::ParentOf(target_file_.id(), to);
    const h5::PropsId links = h5::LinkCreation();
    target_ =
        h5::DatasetId(h5::Check(H5Dcreate2(place.parent.get(), place.name.c_str(), type_.get(),
                                           space.get(), links.get(), creation.get(), H5P_DEFAULT),
                                "creating the array"));
    h5::CopyAttrs(id, target_.get());
  }

  void CopyChunks() {
    uint64_t places = 1;
    for (size_t i = 0; i < dataset_->shape.size(); i++)
      places = h5::Multiply(places, (dataset_->shape[i] - 1) / dataset_->chunks[i] + 1);
    hsize_t written = places;
    if (places > kManyPlaces) {
      const h5::LibraryLock lock;
      const h5::SpaceId all(h5::Check(H5Dget_space(dataset_->id.get()), "counting the chunks"));
      h5::Check(H5Dget_num_chunks(dataset_->id.get(), all.get(), &written), "counting the chunks");
    }
    if (written < places / 16) return CopyFewChunks(written);
    std::vector<hsize_t> at(dataset_->shape.size(), 0);
    do CopyChunk(at);
    while (NextChunk(at));
  }

  // Of an array that is mostly not there.
  void CopyFewChunks(hsize_t n) {
    std::vector<hsize_t> at(dataset_->shape.size(), 0);
    for (hsize_t i = 0; i < n; i++) {
      {
        const h5::LibraryLock lock;
        haddr_t address = 0;
        hsize_t bytes = 0;
        unsigned skipped = 0;
        const h5::SpaceId all(h5::Check(H5Dget_space(dataset_->id.get()), "finding a chunk"));
        h5::Check(H5Dget_chunk_info(dataset_->id.get(), all.get(), i, at.data(), &skipped, &address,
                                    &bytes),
                  "finding a chunk");
      }
      for (size_t axis = 0; axis < at.size(); axis++) {
        if (at[axis] >= dataset_->shape[axis])
          ThrowDamagedChunk(dataset_->chunkBytes, "lies outside of the array");
      }
      CopyChunk(at);
    }
  }

  bool NextChunk(std::vector<hsize_t>& at) const {
    for (size_t axis = at.size(); axis-- > 0;) {
      if (dataset_->shape[axis] - at[axis] > dataset_->chunks[axis]) {
        at[axis] += dataset_->chunks[axis];
        return true;
      }
      at[axis] = 0;
    }
    return false;
  }

  void CopyChunk(const std::vector<hsize_t>& at) {
    control_.Check();
    const StoredChunk stored = FindChunk(*dataset_, descriptor_, at, buffer_);
    if (stored.bytes == 0) return;
    const bool plain = dataset_->filters.empty() || (dataset_->plainEdges && IsEdge(*dataset_, at));
    if (plain && stored.bytes != dataset_->chunkBytes)
      ThrowDamagedChunk(dataset_->chunkBytes,
                        "takes " + std::to_string(stored.bytes) + " bytes in the file");
    if (!stored.loaded) {
      buffer_.resize(static_cast<size_t>(stored.bytes));
      h5::ReadAt(descriptor_, stored.address, buffer_.data(), buffer_.size());
    }
    StoreChunk(target_.get(), targetDescriptor_, at, stored.skipped, buffer_.data(),
               buffer_.size());
    Done(stored.bytes);
  }

  void CopyPlain() {
    const bool contiguous = dataset_->layout == Layout::kContiguous;
    if (contiguous && dataset_->address == 0) return;  // never written
    uint64_t at = dataset_->address;
    const std::vector<hsize_t> unit(dataset_->shape.size(), 1);
    for (Boxes boxes(dataset_->shape, unit, dataset_->elementBytes); boxes.Next();) {
      control_.Check();
      const uint64_t n = h5::Product(boxes.box().count);
      buffer_.resize(static_cast<size_t>(h5::Multiply(n, dataset_->elementBytes)));
      const bool outside = contiguous && descriptor_ >= 0;
      if (outside) h5::ReadAt(descriptor_, at, buffer_.data(), buffer_.size());
      at += buffer_.size();
      {
        const h5::LibraryLock lock;
        if (!outside) Read(boxes.box(), n);
        Write(boxes.box(), n);
      }
      Done(buffer_.size());
    }
  }

  void CopyTexts() {
    const std::vector<hsize_t> ones(dataset_->shape.size(), 1);
    const std::vector<hsize_t>& unit = dataset_->chunks.empty() ? ones : dataset_->chunks;
    const size_t bytes = MemoryBytes();
    // Together they cannot be longer than the file, unless many references lead to one text.
    uint64_t room = source_.bytes() + h5::Product(dataset_->shape);
    for (Boxes boxes(dataset_->shape, unit, bytes, kTextPieceBytes); boxes.Next();) {
      control_.Check();
      const uint64_t n = h5::Product(boxes.box().count);
      buffer_.assign(static_cast<size_t>(h5::Multiply(n, bytes)), 0);
      {
        const h5::LibraryLock lock;
        room -= CopyTextBox(boxes.box(), n, room);
      }
      Done(buffer_.size());
    }
  }

  // Returns the bytes the texts took. Under the lock.
  uint64_t CopyTextBox(const h5::Box& box, uint64_t n, uint64_t room) {
    h5::GlobalHeap heap(dataset_->id.get());
    h5::VlenReading texts(heap, room);
    try {
      Read(box, n);
    } catch (const Failure&) {
      if (texts.refused()) {
        throw Failure("ERR_LIMIT",
                      "the texts of this array take more room than the whole file, so that many "
                      "references must lead to one text");
      }
      texts.Rethrow();
      throw;
    }
    Write(box, n);
    return texts.taken();
  }

  size_t MemoryBytes() const {
    const h5::LibraryLock lock;
    return H5Tget_size(type_.get());
  }

  // The same type in memory as in both files, so that nothing is converted but texts. Under the
  // lock.
  void Read(const h5::Box& box, uint64_t n) {
    const h5::Spaces spaces = h5::SpacesOf(*dataset_, box, n);
    const ExpectedChunk expected(dataset_->chunkBytes);
    h5::Check(H5Dread(dataset_->id.get(), type_.get(), spaces.memory.get(), spaces.file.get(),
                      Transfer(), buffer_.data()),
              "reading the data");
  }

  void Write(const h5::Box& box, uint64_t n) {
    const h5::Spaces spaces = h5::SpacesOf(*dataset_, box, n);
    const ExpectedChunk expected(dataset_->chunkBytes);
    h5::Check(H5Dwrite(target_.get(), type_.get(), spaces.memory.get(), spaces.file.get(),
                       Transfer(), buffer_.data()),
              "writing the data");
  }

  hid_t Transfer() const {
    return content_ == h5::Content::kText ? h5::TextTransfer() : H5P_DEFAULT;
  }

  // Progress is told in KiB; what is left over of one piece goes to the next.
  void Done(uint64_t bytes) {
    undone_ += bytes;
    control_.Add(undone_);
    undone_ %= 1024;
  }

  h5::File& source_;
  h5::File& target_file_;
  const Control& control_;
  std::shared_ptr<h5::OpenDataset> dataset_;
  h5::DatasetId target_;
  h5::TypeId type_;
  h5::Content content_ = h5::Content::kBytes;
  int descriptor_ = -1;
  int targetDescriptor_ = -1;
  std::vector<uint8_t> buffer_;
  uint64_t undone_ = 0;
};

}  // namespace

void CopyArray(h5::File& source, const std::string& from, h5::File& target, const std::string& to,
               const Control& control) {
  WithKey(from, [&] {
    CheckSource(source);
    ArrayCopy(source, target, control).Run(from, to);
  });
}

void CopyGroup(h5::File& source, const std::string& from, h5::File& target, const std::string& to) {
  bool large = false;
  WithKey(from, [&] {
    CheckSource(source);
    const h5::LibraryLock lock;
    large = h5::HasLargeAttrs(h5::OpenKey(source.id(), from).get());
  });
  if (!to.empty()) h5::CreateGroup(target, to, large);
  CopyAttrs(source, from, target, to);
}

void CopyAttrs(h5::File& source, const std::string& from, h5::File& target, const std::string& to) {
  WithKey(from, [&] {
    CheckSource(source);
    const h5::LibraryLock lock;
    const h5::ObjectId object = h5::OpenKey(source.id(), from);
    h5::CopyAttrs(object.get(), h5::OpenKey(target.id(), to).get());
  });
}

}  // namespace anndata::engine
