// SPDX-License-Identifier: BSD-3-Clause

#include "engine/gather.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <limits>
#include <utility>

#include "engine/conversions.h"
#include "engine/read.h"
#include "h5/checked.h"
#include "h5/lock.h"

namespace anndata::engine {
namespace {

// Bytes of found positions kept between the passes.
constexpr uint64_t kKeptBytes = 32u << 20;
// Indices looked at in one go: for any of several positions, for a single one.
constexpr uint32_t kBlock = 1024;
constexpr uint32_t kGroup = 64;

Picks PicksOf(const GatherSpec& spec) { return {{spec.starts}, {spec.counts}}; }

template <size_t kBytes>
void CopyEach(const uint8_t* from, uint8_t* to) {
  std::memcpy(to, from, kBytes);
}

void CopyOne(const ElementCopy& copy, const uint8_t* from, uint8_t* to) {
  if (copy.in_place() && copy.to_bytes() == 4) return CopyEach<4>(from, to);
  size_t n = 1;
  copy.Copy(from, n, to);
}

// Memory of a thread for one decoded chunk.
uint8_t* Room(std::vector<uint8_t>& buffer, size_t bytes) {
  constexpr size_t kMost = 16u << 20;
  if (buffer.size() > kMost && bytes <= kMost) std::vector<uint8_t>().swap(buffer);
  if (buffer.size() < bytes) buffer.resize(bytes);
  return buffer.data();
}

}  // namespace

std::unique_ptr<Gather> Gather::Of(h5::File& file, const GatherSpec& spec) {
  for (size_t i = 1; i < spec.starts.size() && i < spec.counts.size(); i++) {
    if (spec.starts[i] < spec.starts[i - 1] ||
        spec.starts[i] - spec.starts[i - 1] < spec.counts[i - 1])
      throw Failure("ERR_ARGUMENT", "gather: the runs must ascend without overlap", spec.indices);
  }
  std::unique_ptr<Gather> gather(new Gather);
  gather->spec_ = spec;
  WithKey(spec.indices, [&] {
    gather->indices_ = OpenFor(file, spec.indices, "", PicksOf(spec));
    h5::CheckNumeric(gather->indices_.element);
  });
  WithKey(spec.data, [&] {
    gather->data_ = OpenFor(file, spec.data, "", PicksOf(spec));
    h5::CheckNumeric(gather->data_.element);
  });
  if (!gather->indices_.source || !gather->data_.source) return nullptr;
  {
    const h5::LibraryLock lock;
    const auto data = CopyOf(gather->data_);
    if (!data || !CopyOf(gather->indices_) || !IsInteger(gather->indices_.element.record.dtype))
      return nullptr;
    gather->data_copy_ = *data;
  }
  gather->index_copy_ = ElementCopy::Index(IntegerOf(gather->indices_.element), false,
                                           {0, static_cast<int64_t>(spec.minor)});
  gather->runs_ = AxisRuns(spec.starts, spec.counts, gather->indices_.dataset->shape[0],
                           AxisRuns::Neighbours::kApart);
  gather->chunks_ =
      std::make_unique<AxisChunks>(gather->runs_, gather->indices_.source->chunk()[0]);
  const auto wanted = [](int32_t to) { return to >= 0; };
  const int32_t* end = spec.map + spec.minor;
  if (std::count_if(spec.map, end, wanted) == 1)
    gather->only_ = static_cast<int32_t>(std::find_if(spec.map, end, wanted) - spec.map);
  return gather;
}

h5::ArrayKind Gather::data_kind() const { return h5::InfoOf(data_.element.record.dtype).array; }

void Gather::Scan(const Control& control) {
  WithKey(spec_.indices, [&] {
    scanned_.resize(chunks_->size());
    std::atomic<uint64_t> kept{0};
    ForEach(chunks_->size(), control, [&](size_t i) {
      thread_local Hits hits;
      hits.clear();
      Scanned& mine = scanned_[i];
      ScanChunk(i, hits, &mine.counts);
      mine.found = hits.size();
      const uint64_t bytes = hits.size() * sizeof(Hit);
      mine.kept = kept.fetch_add(bytes) + bytes <= kKeptBytes;
      if (mine.kept) mine.hits = hits;
      control.Add(indices_.source->chunk_bytes());
    });
  });
  counts_.assign(runs_.runs().size(), 0);
  for (size_t i = 0; i < scanned_.size(); i++) {
    scanned_[i].first = found_;
    found_ += scanned_[i].found;
    const Piece* pieces = chunks_->begin(i);
    for (size_t k = 0; k < scanned_[i].counts.size(); k++)
      counts_[pieces[k].run] += static_cast<int32_t>(scanned_[i].counts[k]);
  }
}

void Gather::ScanChunk(size_t i, Hits& hits, std::vector<uint32_t>* counts) const {
  const Source& source = *indices_.source;
  const size_t width = source.element_bytes();
  thread_local std::vector<uint8_t> buffer, converted;
  uint8_t* stored = Room(buffer, source.chunk_bytes());
  uint64_t low = source.chunk()[0], high = 0;
  for (const Piece* p = chunks_->begin(i); p != chunks_->end(i); p++) {
    low = std::min(low, p->from);
    high = std::max(high, p->from + p->count);
  }
  if (low >= high) return;
  source.Read({chunks_->start(i)}, {low * width, high * width}, stored);
  const bool in_place = index_copy_.in_place();
  uint8_t* values = in_place ? stored : Room(converted, 4 * high);
  for (const Piece* p = chunks_->begin(i); p != chunks_->end(i); p++) {
    size_t n = static_cast<size_t>(p->count);
    const uint8_t* from = stored + p->from * width;
    if (index_copy_.Copy(from, n, values + 4 * p->from) != ElementCopy::Fault::kNone)
      ThrowIndex(from + n * width, chunks_->start(i) + p->from + n);
    const size_t before = hits.size();
    Collect(reinterpret_cast<const int32_t*>(values), static_cast<uint32_t>(p->from),
            static_cast<uint32_t>(p->count), hits);
    if (counts != nullptr) counts->push_back(static_cast<uint32_t>(hits.size() - before));
  }
}

void Gather::ThrowIndex(const uint8_t* index, uint64_t position) const {
  throw Failure("ERR_INVALID_FILE", "the index " + index_copy_.IndexAt(index) + " at position " +
                                        std::to_string(position) +
                                        " is outside of an axis of length " +
                                        std::to_string(spec_.minor));
}

void Gather::Collect(const int32_t* values, uint32_t from, uint32_t n, Hits& hits) const {
  if (only_ >= 0) return CollectOnly(values, from, n, hits);
  Hit found[kBlock];
  for (uint32_t start = from; start < from + n; start += kBlock) {
    const uint32_t end = std::min(from + n, start + kBlock);
    size_t k = 0;
    for (uint32_t i = start; i < end; i++) {
      const int32_t to = spec_.map[values[i]];
      found[k] = {i, to};
      k += to >= 0 ? 1 : 0;
    }
    hits.insert(hits.end(), found, found + k);
  }
}

// Most groups hold nothing, which is found out several positions at a time.
void Gather::CollectOnly(const int32_t* values, uint32_t from, uint32_t n, Hits& hits) const {
  const int32_t only = only_, to = spec_.map[only_];
  const uint32_t end = from + n;
  for (uint32_t start = from; start < end; start += kGroup) {
    const uint32_t stop = std::min(end, start + kGroup);
    if (stop - start == kGroup) {
      uint32_t any = 0;
      for (uint32_t k = 0; k < kGroup; k++) any |= values[start + k] == only ? 1 : 0;
      if (any == 0) continue;
    }
    for (uint32_t i = start; i < stop; i++) {
      if (values[i] == only) hits.push_back({i, to});
    }
  }
}

void Gather::Fill(int32_t* indices, uint8_t* data, const Control& control) {
  WithKey(spec_.data, [&] {
    const std::vector<uint64_t> chunks = DataChunks();
    ForEach(chunks.size(), control, [&](size_t i) { FillChunk(chunks[i], indices, data); });
  });
}

// Where the chunks of data begin that may hold an entry that was found.
std::vector<uint64_t> Gather::DataChunks() const {
  const uint64_t length = data_.source->chunk()[0];
  std::vector<uint64_t> starts;
  const auto add = [&](uint64_t position) {
    const uint64_t start = position / length * length;
    if (starts.empty() || starts.back() < start) starts.push_back(start);
  };
  for (size_t i = 0; i < scanned_.size(); i++) {
    const Scanned& each = scanned_[i];
    if (each.found == 0) continue;
    if (each.kept) {
      for (const Hit& hit : each.hits) add(chunks_->start(i) + hit.at);
    } else {
      for (const Piece* p = chunks_->begin(i); p != chunks_->end(i); p++) {
        for (uint64_t at = p->from; at < p->from + p->count; at += length)
          add(chunks_->start(i) + at);
        if (p->count > 0) add(chunks_->start(i) + p->from + p->count - 1);
      }
    }
  }
  return starts;
}

void Gather::FillChunk(uint64_t start, int32_t* indices, uint8_t* data) const {
  const Source& source = *data_.source;
  const uint64_t end = start + source.chunk()[0];
  const uint64_t length = indices_.source->chunk()[0];
  const size_t width = source.element_bytes();
  thread_local std::vector<uint8_t> buffer;
  thread_local Hits again;
  bool read = false;
  for (size_t i = chunks_->At(start >= length ? start - length + 1 : 0);
       i < chunks_->size() && chunks_->start(i) < end; i++) {
    const Scanned& each = scanned_[i];
    if (each.found == 0) continue;
    if (!each.kept) {
      again.clear();
      ScanChunk(i, again, nullptr);
      // Else there would be no room for them.
      if (again.size() != each.found)
        throw Failure("ERR_INVALID_FILE", "the file changes while it is read", spec_.indices);
    }
    const Hits& hits = each.kept ? each.hits : again;
    const uint64_t base = chunks_->start(i);
    const auto from = std::partition_point(hits.begin(), hits.end(),
                                           [&](const Hit& hit) { return base + hit.at < start; });
    const auto to =
        std::partition_point(from, hits.end(), [&](const Hit& hit) { return base + hit.at < end; });
    if (from == to) continue;
    uint8_t* values = Room(buffer, source.chunk_bytes());
    // The whole chunk, since the next piece of indices may want another part.
    if (!read) source.Read({start}, {0, source.chunk_bytes()}, values);
    read = true;
    uint64_t place = each.first + static_cast<uint64_t>(from - hits.begin());
    for (auto hit = from; hit != to; hit++, place++) {
      indices[place] = hit->to;
      CopyOne(data_copy_, values + (base + hit->at - start) * width,
              data + place * data_copy_.to_bytes());
    }
  }
}

}  // namespace anndata::engine
