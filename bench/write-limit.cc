// SPDX-License-Identifier: BSD-3-Clause
//
// What writing the same arrays costs at least: two threads of libdeflate on chunks of them, with
// the bytes shuffled first where that is asked for, and the system's own write of the result. No
// HDF5, no JavaScript. Prints one JSON line of milliseconds.
//
//   write-limit OUTPUT LEVEL ELEMENTS A_CHUNK ARRAY[:shuffle]…      level -1: nothing is compressed

#include <fcntl.h>
#include <libdeflate.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <thread>
#include <vector>

using Bytes = std::vector<unsigned char>;
using Clock = std::chrono::steady_clock;

static double Since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

// Seconds of processor time of all threads.
static double Spent() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

static Bytes Load(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY);
  struct stat info {};
  if (file < 0 || fstat(file, &info) != 0) std::exit(2);
  Bytes bytes(static_cast<size_t>(info.st_size));
  for (size_t at = 0; at < bytes.size();) {
    const ssize_t n = read(file, bytes.data() + at, bytes.size() - at);
    if (n <= 0) std::exit(2);
    at += static_cast<size_t>(n);
  }
  close(file);
  return bytes;
}

static void Shuffle(const unsigned char* from, size_t n, unsigned char* to) {
  for (size_t i = 0; i < n / 4; i++) {
    for (size_t k = 0; k < 4; k++) to[k * (n / 4) + i] = from[4 * i + k];
  }
}

static void Put(int file, const unsigned char* data, size_t n, size_t at) {
  while (n > 0) {
    const ssize_t done = pwrite(file, data, n, static_cast<off_t>(at));
    if (done <= 0) std::exit(2);
    data += done;
    n -= static_cast<size_t>(done);
    at += static_cast<size_t>(done);
  }
}

int main(int argc, char** argv) {
  if (argc < 5) return 2;
  const int level = std::atoi(argv[2]);
  const size_t chunk = 4 * std::strtoull(argv[3], nullptr, 10);
  struct Piece {
    const unsigned char* data;
    size_t bytes;
    bool shuffle;
  };
  std::vector<Bytes> arrays;
  arrays.reserve(static_cast<size_t>(argc));
  std::vector<Piece> pieces;
  for (int i = 4; i < argc; i++) {
    std::string path = argv[i];
    const size_t mark = path.rfind(":shuffle");
    const bool shuffle = mark != std::string::npos;
    arrays.push_back(Load(path.substr(0, mark)));
    const Bytes& all = arrays.back();
    for (size_t at = 0; at < all.size(); at += chunk)
      pieces.push_back({all.data() + at, std::min(chunk, all.size() - at), shuffle});
  }
  const int file = open(argv[1], O_CREAT | O_TRUNC | O_RDWR, 0600);
  if (file < 0) return 2;
  std::atomic<size_t> next{0}, end{0};
  const auto lane = [&] {
    libdeflate_compressor* encoder = level < 0 ? nullptr : libdeflate_alloc_compressor(level);
    Bytes out(chunk + 4096), shuffled(chunk);
    for (size_t i = next++; i < pieces.size(); i = next++) {
      const Piece& piece = pieces[i];
      const unsigned char* from = piece.data;
      size_t size = piece.bytes;
      if (encoder != nullptr) {
        if (piece.shuffle) {
          Shuffle(from, size, shuffled.data());
          from = shuffled.data();
        }
        const size_t packed = libdeflate_zlib_compress(encoder, from, size, out.data(), out.size());
        if (packed > 0) {
          from = out.data();
          size = packed;
        }
      }
      Put(file, from, size, end.fetch_add(size));
    }
    if (encoder != nullptr) libdeflate_free_compressor(encoder);
  };
  const double before = Spent();
  const auto start = Clock::now();
  std::thread other(lane);
  lane();
  other.join();
  const double ms = Since(start), cpu = (Spent() - before) * 1e3;
  std::printf("{\"ms\": %.1f, \"cpu\": %.1f, \"bytes\": %zu}\n", ms, cpu, end.load());
  close(file);
  unlink(argv[1]);
}
