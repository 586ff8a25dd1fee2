// SPDX-License-Identifier: BSD-3-Clause

#include "h5/preflight.h"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "failure.h"

#ifdef _WIN32
#include <io.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <fstream>
#else
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/mman.h>
#endif
#endif

namespace anndata::h5 {
namespace {

// Moved by one call of the system.
constexpr size_t kMost = 1u << 30;

constexpr unsigned char kSignature[8] = {0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};

[[noreturn]] void ThrowErrno(const std::string& doing, int error) {
  throw Failure(error == ENOENT ? "ERR_FILE_NOT_FOUND" : "ERR_IO",
                doing + " failed: " + std::strerror(error));
}

[[noreturn]] void ThrowNotHdf5() {
  throw Failure(
      "ERR_NOT_HDF5",
      "this is not an HDF5 file: its signature is nowhere in it; an .h5ad file was expected");
}

}  // namespace

#ifdef _WIN32

uint64_t Preflight(const std::string& path) {
  struct _stat64 info;
  if (_stat64(path.c_str(), &info) != 0) ThrowErrno("opening the file", errno);
  if ((info.st_mode & _S_IFREG) == 0)
    throw Failure("ERR_IO", "opening the file failed: it is not a regular file");
  std::ifstream stream(path, std::ios::binary);
  if (!stream) throw Failure("ERR_IO", "opening the file failed");
  const auto bytes = static_cast<uint64_t>(info.st_size);
  for (uint64_t at = 0; at + sizeof kSignature <= bytes; at = at == 0 ? 512 : 2 * at) {
    char head[sizeof kSignature];
    stream.seekg(static_cast<std::streamoff>(at));
    if (stream.read(head, sizeof head) && std::memcmp(head, kSignature, sizeof head) == 0)
      return bytes;
  }
  ThrowNotHdf5();
}

void PreflightCreate(const std::string&) {}
int64_t ReadSome(int descriptor, uint64_t position, void* to, size_t n) {
  const int64_t before = _lseeki64(descriptor, 0, SEEK_CUR);
  if (_lseeki64(descriptor, static_cast<int64_t>(position), SEEK_SET) < 0) return -1;
  const int got = _read(descriptor, to, static_cast<unsigned>(n));
  _lseeki64(descriptor, before, SEEK_SET);
  return got;
}

int64_t WriteSome(int descriptor, uint64_t position, const void* from, size_t n) {
  if (_lseeki64(descriptor, static_cast<int64_t>(position), SEEK_SET) < 0) return -1;
  return _write(descriptor, from, static_cast<unsigned>(n));
}

void CloseOnExec(int) {}
bool Disconnect(int) { return false; }

#else

namespace {

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

int Scratch() {
#ifdef __linux__
  const int memory = memfd_create("anndata-abandoned", MFD_CLOEXEC);
  if (memory >= 0) return memory;
#endif
  char name[] = "/tmp/anndata-XXXXXX";
  const int fd = mkstemp(name);
  if (fd >= 0) unlink(name);
  return fd;
}

}  // namespace

int64_t ReadSome(int descriptor, uint64_t position, void* to, size_t n) {
  return pread(descriptor, to, n, static_cast<off_t>(position));
}

int64_t WriteSome(int descriptor, uint64_t position, const void* from, size_t n) {
  return pwrite(descriptor, from, n, static_cast<off_t>(position));
}

uint64_t Preflight(const std::string& path) {
  // Non-blocking, as opening a pipe would wait for its other end.
  const Descriptor file(open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (file.get() < 0) ThrowErrno("opening the file", errno);
  struct stat info;
  if (fstat(file.get(), &info) != 0) ThrowErrno("looking at the file", errno);
  if (S_ISDIR(info.st_mode)) throw Failure("ERR_IO", "opening the file failed: it is a directory");
  if (!S_ISREG(info.st_mode))
    throw Failure("ERR_IO", "opening the file failed: it is not a regular file");
  const auto bytes = static_cast<uint64_t>(info.st_size);
  for (uint64_t at = 0; at + sizeof kSignature <= bytes; at = at == 0 ? 512 : 2 * at) {
    unsigned char head[sizeof kSignature];
    const ssize_t n = pread(file.get(), head, sizeof head, static_cast<off_t>(at));
    if (n < 0) ThrowErrno("reading the file", errno);
    if (n == sizeof head && std::memcmp(head, kSignature, sizeof head) == 0) return bytes;
  }
  ThrowNotHdf5();
}

void PreflightCreate(const std::string& path) {
  struct stat info;
  if (lstat(path.c_str(), &info) == 0) {
    throw Failure("ERR_IO", "creating the file failed: something is at that path already");
  }
  if (errno != ENOENT) ThrowErrno("creating the file", errno);
  const size_t slash = path.find_last_of('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  if (access(folder.c_str(), W_OK | X_OK) != 0) {
    throw Failure("ERR_IO",
                  std::string("creating the file failed: its folder: ") + std::strerror(errno));
  }
}

void CloseOnExec(int descriptor) {
  const int flags = fcntl(descriptor, F_GETFD);
  if (flags >= 0) fcntl(descriptor, F_SETFD, flags | FD_CLOEXEC);
}

bool Disconnect(int descriptor) {
  const Descriptor scratch(Scratch());
  if (scratch.get() < 0) return false;
  if (dup2(scratch.get(), descriptor) < 0) return false;
  CloseOnExec(descriptor);
  return true;
}

#endif

void ReadAt(int descriptor, uint64_t position, void* to, size_t n) {
  auto* next = static_cast<unsigned char*>(to);
  while (n > 0) {
    const int64_t got = ReadSome(descriptor, position, next, n < kMost ? n : kMost);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) ThrowErrno("reading the file", errno);
    if (got == 0) throw Failure("ERR_INVALID_FILE", "the file ends in the middle of something");
    next += got;
    position += static_cast<uint64_t>(got);
    n -= static_cast<size_t>(got);
  }
}

bool WriteAll(int descriptor, uint64_t position, const void* from, size_t n) {
  const auto* next = static_cast<const unsigned char*>(from);
  while (n > 0) {
    const int64_t put = WriteSome(descriptor, position, next, n < kMost ? n : kMost);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return false;
    next += put;
    position += static_cast<uint64_t>(put);
    n -= static_cast<size_t>(put);
  }
  return true;
}

void WriteAt(int descriptor, uint64_t position, const void* from, size_t n) {
  if (!WriteAll(descriptor, position, from, n)) ThrowErrno("writing the file", errno);
}

}  // namespace anndata::h5
