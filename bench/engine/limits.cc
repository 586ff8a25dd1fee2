// SPDX-License-Identifier: BSD-3-Clause
//
// What the machine allows for a file: the least work that any reader or writer of it must do, by 1,
// 2 … threads. Payloads are put into memory first, so that only the named work is timed. It shares
// no code with the addon's engine.
//
//   One request a line, words separated by tabs; one JSON object a line back. <part> is a dataset,
//   or dataset:3-5,9 for some chunks.
//     decode  <threads> <file> <part>…         codecs on payloads in memory; whole datasets into
//     fresh memory (first touch
//                                              included), some chunks into memory that is used
//                                              again
//     pread   <threads> <file> <part>…         stored bytes from the file into fresh memory
//     encode  <threads> <file> <out> <part>…   the codecs of that file on its decoded chunks, and
//     pwrite of the result to <out> memcpy  <threads> <bytes>                into fresh memory
//   Answer: wall and CPU milliseconds, stored and decoded bytes, and for whole datasets the sum of
//   all 32-bit words.

#include <fcntl.h>
#include <hdf5.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#if ANNDATA_HAVE_LIBDEFLATE
#include <libdeflate.h>
#endif
#if ANNDATA_HAVE_LZF
#include <lzf.h>
#endif
#if ANNDATA_HAVE_ZSTD
#include <zstd.h>
#endif

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <functional>
#include <iostream>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

using Bytes = std::vector<uint8_t>;

[[noreturn]] void Fail(const std::string& what) { throw std::runtime_error(what); }

template <typename T>
T Check(T result, const char* what) {
  if (result < 0) Fail(what);
  return result;
}

// Fresh pages from the system, given back at the end: what a large array is made of.
class Pages {
 public:
  explicit Pages(size_t size) : size_(std::max<size_t>(size, 1)) {
    void* at = mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (at == MAP_FAILED) Fail("out of memory");
    madvise(at, size_, MADV_HUGEPAGE);
    at_ = static_cast<uint8_t*>(at);
  }
  ~Pages() { munmap(at_, size_); }
  Pages(const Pages&) = delete;
  Pages& operator=(const Pages&) = delete;
  uint8_t* data() const { return at_; }

 private:
  size_t size_;
  uint8_t* at_;
};

struct Filter {
  H5Z_filter_t id;
  int level;  // of deflate and zstd
};

constexpr H5Z_filter_t kLzf = 32000;
constexpr H5Z_filter_t kZstd = 32015;

struct Chunk {
  hsize_t number;
  uint32_t mask = 0;
  uint64_t address = 0;
  uint64_t stored = 0;
  Bytes payload;
};

struct Part {
  std::vector<Filter> filters;
  size_t width = 0;        // bytes of an element
  size_t chunk_bytes = 0;  // decoded
  size_t bytes = 0;        // of the whole dataset, decoded
  bool whole = false;
  std::vector<Chunk> chunks;
};

// ---- the file's structure and payloads ----

std::vector<Filter> ReadFilters(hid_t plist) {
  std::vector<Filter> filters;
  const int count = Check(H5Pget_nfilters(plist), "filters");
  for (int i = 0; i < count; i++) {
    unsigned flags = 0;
    unsigned values[16] = {};
    size_t n = 16;
    char name[1];
    const auto id =
        Check(H5Pget_filter2(plist, static_cast<unsigned>(i), &flags, &n, values, 0, name, nullptr),
              "filter");
    filters.push_back({id, n > 0 ? static_cast<int>(values[0]) : 3});
  }
  return filters;
}

std::vector<hsize_t> ReadNumbers(const std::string& text) {
  std::vector<hsize_t> numbers;
  std::stringstream words(text);
  for (std::string word; std::getline(words, word, ',');) {
    const size_t dash = word.find('-');
    const hsize_t first = std::stoull(word);
    const hsize_t last = dash == std::string::npos ? first : std::stoull(word.substr(dash + 1));
    for (hsize_t n = first; n <= last; n++) numbers.push_back(n);
  }
  return numbers;
}

// Contiguous data count as one piece a MiB.
void SplitContiguous(hid_t set, Part& part) {
  const haddr_t start = H5Dget_offset(set);
  if (start == HADDR_UNDEF && part.bytes > 0) Fail("data that are not in the file");
  part.chunk_bytes = 1 << 20;
  for (size_t at = 0; at < part.bytes; at += part.chunk_bytes) {
    Chunk chunk{
        at / part.chunk_bytes, 0, start + at, std::min(part.chunk_bytes, part.bytes - at), {}};
    part.chunks.push_back(std::move(chunk));
  }
}

void FindChunks(hid_t set, hid_t plist, const std::vector<hsize_t>& wanted, bool payloads,
                Part& part) {
  hsize_t length = 0;
  if (Check(H5Pget_chunk(plist, 1, &length), "chunks") != 1) Fail("only one axis is known here");
  part.chunk_bytes = length * part.width;
  const hsize_t count = (part.bytes + part.chunk_bytes - 1) / part.chunk_bytes;
  for (hsize_t i = 0; i < (part.whole ? count : wanted.size()); i++) {
    Chunk chunk{part.whole ? i : wanted[i], 0, 0, 0, {}};
    const hsize_t offset = chunk.number * length;
    if (payloads) {
      hsize_t size = 0;
      Check(H5Dget_chunk_storage_size(set, &offset, &size), "size of a chunk");
      chunk.stored = size;
      chunk.payload.resize(chunk.stored);
      Check(H5Dread_chunk(set, H5P_DEFAULT, &offset, &chunk.mask, chunk.payload.data()), "chunk");
    } else {
      haddr_t address = 0;
      hsize_t size = 0;
      Check(H5Dget_chunk_info_by_coord(set, &offset, &chunk.mask, &address, &size),
            "place of a chunk");
      chunk.address = address;
      chunk.stored = size;
    }
    part.chunks.push_back(std::move(chunk));
  }
}

Part ReadPart(hid_t file, const std::string& word, bool payloads) {
  const size_t colon = word.find(':');
  const std::string name = word.substr(0, colon);
  Part part;
  part.whole = colon == std::string::npos;
  const hid_t set = Check(H5Dopen2(file, name.c_str(), H5P_DEFAULT), name.c_str());
  const hid_t plist = Check(H5Dget_create_plist(set), "properties");
  const hid_t type = Check(H5Dget_type(set), "type");
  const hid_t space = Check(H5Dget_space(set), "space");
  part.width = H5Tget_size(type);
  part.bytes = static_cast<size_t>(H5Sget_simple_extent_npoints(space)) * part.width;
  part.filters = ReadFilters(plist);
  if (H5Pget_layout(plist) == H5D_CHUNKED) {
    FindChunks(set, plist,
               part.whole ? std::vector<hsize_t>{} : ReadNumbers(word.substr(colon + 1)), payloads,
               part);
  } else if (!payloads && H5Pget_layout(plist) == H5D_CONTIGUOUS) {
    SplitContiguous(set, part);
  } else {
    Fail(name + ": no payloads in that layout");
  }
  H5Sclose(space);
  H5Tclose(type);
  H5Pclose(plist);
  H5Dclose(set);
  return part;
}

std::vector<Part> ReadParts(const std::string& path, const std::vector<std::string>& words,
                            bool payloads) {
  const hid_t file = Check(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), path.c_str());
  std::vector<Part> parts;
  for (const auto& word : words) parts.push_back(ReadPart(file, word, payloads));
  H5Fclose(file);
  return parts;
}

// ---- codecs ----

// One a thread.
struct Worker {
  Bytes scratch;
  Bytes other;
#if ANNDATA_HAVE_LIBDEFLATE
  std::unique_ptr<libdeflate_decompressor, decltype(&libdeflate_free_decompressor)> inflate{
      libdeflate_alloc_decompressor(), libdeflate_free_decompressor};
  std::unique_ptr<libdeflate_compressor, decltype(&libdeflate_free_compressor)> deflate{
      nullptr, libdeflate_free_compressor};
  int level = -1;
#endif
#if ANNDATA_HAVE_ZSTD
  std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> unzstd{ZSTD_createDCtx(), ZSTD_freeDCtx};
  std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> zstd{ZSTD_createCCtx(), ZSTD_freeCCtx};
#endif

  uint8_t* Room(size_t size) {
    if (scratch.size() < size) scratch.resize(size);
    return scratch.data();
  }
};

void Shuffle(const uint8_t* from, uint8_t* to, size_t bytes, size_t width) {
  const size_t n = bytes / width;
  for (size_t b = 0; b < width; b++)
    for (size_t i = 0; i < n; i++) to[b * n + i] = from[i * width + b];
}

void Unshuffle(const uint8_t* from, uint8_t* to, size_t bytes, size_t width) {
  const size_t n = bytes / width;
  if (width == 4) {
    for (size_t i = 0; i < n; i++) {
      const uint32_t word = static_cast<uint32_t>(from[i]) |
                            static_cast<uint32_t>(from[n + i]) << 8 |
                            static_cast<uint32_t>(from[2 * n + i]) << 16 |
                            static_cast<uint32_t>(from[3 * n + i]) << 24;
      std::memcpy(to + 4 * i, &word, 4);
    }
    return;
  }
  for (size_t i = 0; i < n; i++)
    for (size_t b = 0; b < width; b++) to[i * width + b] = from[b * n + i];
}

void Decompress(Worker& worker, const Filter& filter, const Bytes& from, uint8_t* to,
                size_t exact) {
  (void)worker;
  switch (filter.id) {
#if ANNDATA_HAVE_LIBDEFLATE
    case H5Z_FILTER_DEFLATE:
      if (libdeflate_zlib_decompress(worker.inflate.get(), from.data(), from.size(), to, exact,
                                     nullptr) != LIBDEFLATE_SUCCESS)
        Fail("a chunk does not inflate");
      return;
#endif
#if ANNDATA_HAVE_LZF
    case kLzf:
      if (lzf_decompress(from.data(), static_cast<unsigned>(from.size()), to,
                         static_cast<unsigned>(exact)) != exact)
        Fail("a chunk is not LZF");
      return;
#endif
#if ANNDATA_HAVE_ZSTD
    case kZstd:
      if (ZSTD_decompressDCtx(worker.unzstd.get(), to, exact, from.data(), from.size()) != exact)
        Fail("a chunk is not zstd");
      return;
#endif
    default:
      Fail("no codec here for filter " + std::to_string(filter.id));
  }
}

// The pipelines that are in use: nothing, shuffle, a codec, shuffle before a codec.
void Decode(Worker& worker, const Part& part, const Chunk& chunk, uint8_t* to) {
  const Filter* codec = nullptr;
  bool shuffled = false;
  for (size_t i = 0; i < part.filters.size(); i++) {
    if (chunk.mask >> i & 1) continue;
    if (part.filters[i].id == H5Z_FILTER_SHUFFLE && codec == nullptr)
      shuffled = true;
    else if (codec == nullptr)
      codec = &part.filters[i];
    else
      Fail("no limit for such a filter pipeline");
  }
  const size_t exact = part.chunk_bytes;
  if (codec == nullptr) {
    if (chunk.payload.size() != exact) Fail("a chunk of another size");
    if (shuffled)
      Unshuffle(chunk.payload.data(), to, exact, part.width);
    else
      std::memcpy(to, chunk.payload.data(), exact);
    return;
  }
  uint8_t* first = to;
  if (shuffled) {
    worker.other.resize(exact);
    first = worker.other.data();
  }
  Decompress(worker, *codec, chunk.payload, first, exact);
  if (shuffled) Unshuffle(first, to, exact, part.width);
}

size_t Compress(Worker& worker, const Filter& filter, const uint8_t* from, size_t n, uint8_t* to,
                size_t room) {
  switch (filter.id) {
#if ANNDATA_HAVE_LIBDEFLATE
    case H5Z_FILTER_DEFLATE:
      if (worker.level != filter.level)
        worker.deflate.reset(libdeflate_alloc_compressor(filter.level));
      worker.level = filter.level;
      return libdeflate_zlib_compress(worker.deflate.get(), from, n, to, room);
#endif
#if ANNDATA_HAVE_LZF
    case kLzf:
      return lzf_compress(from, static_cast<unsigned>(n), to,
                          static_cast<unsigned>(std::min(room, n - 1)));
#endif
#if ANNDATA_HAVE_ZSTD
    case kZstd: {
      const size_t got = ZSTD_compressCCtx(worker.zstd.get(), to, room, from, n, filter.level);
      return ZSTD_isError(got) ? 0 : got;
    }
#endif
    default:
      Fail("no codec here for filter " + std::to_string(filter.id));
  }
}

// ---- measuring ----

struct Cost {
  double wall;
  double cpu;
};

double CpuMilliseconds() {
  rusage use{};
  getrusage(RUSAGE_SELF, &use);
  const auto ms = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_usec) / 1e3;
  };
  return ms(use.ru_utime) + ms(use.ru_stime);
}

// Calls work(worker, i) for every i below count on `threads` threads and says what it took.
Cost Measure(int threads, size_t count, const std::function<void(Worker&, size_t)>& work) {
  std::atomic<size_t> next{0};
  std::vector<std::string> errors(static_cast<size_t>(threads));
  std::vector<Worker> workers(static_cast<size_t>(threads));
  const double cpu = CpuMilliseconds();
  const auto start = std::chrono::steady_clock::now();
  const auto run = [&](size_t t) {
    try {
      for (size_t i = next++; i < count; i = next++) work(workers[t], i);
    } catch (const std::exception& error) {
      errors[t] = error.what();
      next = count;
    }
  };
  std::vector<std::thread> others;
  for (size_t t = 1; t < workers.size(); t++) others.emplace_back(run, t);
  run(0);
  for (auto& thread : others) thread.join();
  const std::chrono::duration<double, std::milli> wall = std::chrono::steady_clock::now() - start;
  for (const auto& error : errors)
    if (!error.empty()) Fail(error);
  return {wall.count(), CpuMilliseconds() - cpu};
}

struct Job {
  const Part* part;
  const Chunk* chunk;
  uint8_t* to;  // null: into scratch
  size_t room;  // bytes wanted of it; the last chunk of a dataset has more
};

struct Totals {
  uint64_t stored = 0;
  uint64_t decoded = 0;
};

// Where each piece goes: whole datasets lie one behind the other.
std::vector<Job> Jobs(const std::vector<Part>& parts, uint8_t* to, Totals& totals) {
  std::vector<Job> jobs;
  for (const Part& part : parts) {
    for (const Chunk& chunk : part.chunks) {
      const size_t at = chunk.number * part.chunk_bytes;
      const size_t room = std::min(part.chunk_bytes, part.bytes - at);
      jobs.push_back({&part, &chunk, part.whole ? to + at : nullptr, room});
      totals.stored += chunk.stored;
      totals.decoded += room;
    }
    if (part.whole) to += part.bytes;
  }
  return jobs;
}

size_t WholeBytes(const std::vector<Part>& parts) {
  size_t bytes = 0;
  for (const Part& part : parts) bytes += part.whole ? part.bytes : 0;
  return bytes;
}

void DecodeJob(Worker& worker, const Job& job) {
  if (job.to != nullptr && job.room == job.part->chunk_bytes) {
    Decode(worker, *job.part, *job.chunk, job.to);
    return;
  }
  uint8_t* scratch = worker.Room(job.part->chunk_bytes);
  Decode(worker, *job.part, *job.chunk, scratch);
  if (job.to != nullptr) std::memcpy(job.to, scratch, job.room);
}

void Answer(const Cost& cost, const Totals& totals, const uint8_t* whole, size_t bytes) {
  uint64_t sum = 0;
  for (size_t at = 0; at + 4 <= bytes; at += 4) {
    uint32_t word = 0;
    std::memcpy(&word, whole + at, 4);
    sum += word;
  }
  std::cout << "{\"ms\":" << cost.wall << ",\"cpuMs\":" << cost.cpu
            << ",\"stored\":" << totals.stored << ",\"decoded\":" << totals.decoded << ",\"sum\":\""
            << sum << "\"}" << std::endl;
}

void LimitOfDecoding(int threads, const std::string& path, const std::vector<std::string>& words) {
  const auto parts = ReadParts(path, words, true);
  const size_t bytes = WholeBytes(parts);
  const Pages output(bytes);
  Totals totals;
  const auto jobs = Jobs(parts, output.data(), totals);
  const Cost cost =
      Measure(threads, jobs.size(), [&](Worker& worker, size_t i) { DecodeJob(worker, jobs[i]); });
  Answer(cost, totals, output.data(), bytes);
}

void LimitOfReading(int threads, const std::string& path, const std::vector<std::string>& words) {
  const auto parts = ReadParts(path, words, false);
  const size_t bytes = WholeBytes(parts);
  const Pages output(bytes);
  Totals totals;
  const auto jobs = Jobs(parts, output.data(), totals);
  const int descriptor = Check(open(path.c_str(), O_RDONLY | O_CLOEXEC), path.c_str());
  const Cost cost = Measure(threads, jobs.size(), [&](Worker& worker, size_t i) {
    const Job& job = jobs[i];
    const size_t size =
        std::min<size_t>(job.chunk->stored, job.to != nullptr ? job.room : job.chunk->stored);
    uint8_t* to = job.to != nullptr ? job.to : worker.Room(size);
    const ssize_t got = pread(descriptor, to, size, static_cast<off_t>(job.chunk->address));
    if (got < 0 || static_cast<size_t>(got) != size) Fail("short read");
  });
  close(descriptor);
  Answer(cost, totals, output.data(), bytes);
}

// Bytes of a chunk in the pipeline of its dataset, stored as they are where the codec gains
// nothing.
void EncodeAndWrite(Worker& worker, const Job& job, const uint8_t* from, int descriptor,
                    std::atomic<uint64_t>& end) {
  const size_t n = job.room;
  const uint8_t* now = from;
  size_t size = n;
  for (const Filter& filter : job.part->filters) {
    if (filter.id == H5Z_FILTER_SHUFFLE) {
      worker.other.resize(n);
      Shuffle(now, worker.other.data(), n, job.part->width);
      now = worker.other.data();
      continue;
    }
    uint8_t* to = worker.Room(n + n / 8 + 1024);
    const size_t got = Compress(worker, filter, now, n, to, worker.scratch.size());
    if (got == 0) continue;
    now = to;
    size = got;
  }
  const uint64_t at = end.fetch_add(size);
  const ssize_t put = pwrite(descriptor, now, size, static_cast<off_t>(at));
  if (put < 0 || static_cast<size_t>(put) != size) Fail("short write");
}

void LimitOfWriting(int threads, const std::string& path, const std::string& out,
                    const std::vector<std::string>& words) {
  const auto parts = ReadParts(path, words, true);
  const size_t bytes = WholeBytes(parts);
  const Pages input(bytes);
  Totals totals;
  const auto jobs = Jobs(parts, input.data(), totals);
  Measure(2, jobs.size(), [&](Worker& worker, size_t i) { DecodeJob(worker, jobs[i]); });
  const int descriptor =
      Check(open(out.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600), out.c_str());
  std::atomic<uint64_t> end{0};
  Cost cost{};
  try {
    cost = Measure(threads, jobs.size(), [&](Worker& worker, size_t i) {
      EncodeAndWrite(worker, jobs[i], jobs[i].to, descriptor, end);
    });
  } catch (...) {
    close(descriptor);
    unlink(out.c_str());
    throw;
  }
  close(descriptor);
  unlink(out.c_str());
  totals.stored = end;
  Answer(cost, totals, input.data(), bytes);
}

void LimitOfCopying(int threads, size_t bytes) {
  constexpr size_t kPiece = 1 << 20;
  const size_t pieces = std::max<size_t>(1, bytes / kPiece);
  const Pages from(pieces * kPiece);
  std::memset(from.data(), 1, pieces * kPiece);
  const Pages to(pieces * kPiece);
  const Cost cost = Measure(threads, pieces, [&](Worker&, size_t i) {
    std::memcpy(to.data() + i * kPiece, from.data() + i * kPiece, kPiece);
  });
  Answer(cost, {pieces * kPiece, pieces * kPiece}, to.data(), pieces * kPiece);
}

void Serve(const std::vector<std::string>& words) {
  if (words.size() < 3) Fail("a request has at least three words");
  const int threads = std::max(1, std::stoi(words[1]));
  const auto rest = [&](size_t from) {
    return std::vector<std::string>(words.begin() + static_cast<std::ptrdiff_t>(from), words.end());
  };
  if (words[0] == "memcpy") return LimitOfCopying(threads, std::stoull(words[2]));
  if (words[0] == "decode") return LimitOfDecoding(threads, words[2], rest(3));
  if (words[0] == "pread") return LimitOfReading(threads, words[2], rest(3));
  if (words[0] == "encode" && words.size() > 3)
    return LimitOfWriting(threads, words[2], words[3], rest(4));
  Fail("no such limit: " + words[0]);
}

}  // namespace

int main() {
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  for (std::string line; std::getline(std::cin, line);) {
    std::vector<std::string> words;
    std::stringstream stream(line);
    for (std::string word; std::getline(stream, word, '\t');) words.push_back(word);
    try {
      Serve(words);
    } catch (const std::exception& error) {
      std::string text = error.what();
      std::replace(text.begin(), text.end(), '"', '\'');
      std::replace(text.begin(), text.end(), '\\', '/');
      std::cout << "{\"error\":\"" << text << "\"}" << std::endl;
    }
  }
}
