// SPDX-License-Identifier: BSD-3-Clause

#include "h5/read_driver.h"

#include "h5/error.h"

#ifndef _WIN32
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <new>
#endif

namespace anndata::h5 {
namespace {

thread_local Locating* locating = nullptr;

#ifndef _WIN32

// The library keeps its own part first and hands out pointers to it.
struct Driver {
  H5FD_t base;
  int descriptor;
  haddr_t allocated;
  haddr_t size;
  dev_t device;
  ino_t inode;
};

constexpr haddr_t kMaxAddress = (haddr_t{1} << 63) - 1;
constexpr const char* kName = "anndata-read";

Driver* Of(H5FD_t* file) { return reinterpret_cast<Driver*>(file); }
const Driver* Of(const H5FD_t* file) { return reinterpret_cast<const Driver*>(file); }

H5FD_t* Open(const char* name, unsigned flags, hid_t, haddr_t) {
  if ((flags & (H5F_ACC_RDWR | H5F_ACC_CREAT | H5F_ACC_TRUNC)) != 0) return nullptr;
  const int descriptor = open(name, O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return nullptr;
  struct stat status;
  Driver* driver = nullptr;
  if (fstat(descriptor, &status) == 0) driver = new (std::nothrow) Driver{};
  if (driver == nullptr) {
    close(descriptor);
    return nullptr;
  }
  driver->descriptor = descriptor;
  driver->size = static_cast<haddr_t>(status.st_size);
  driver->device = status.st_dev;
  driver->inode = status.st_ino;
  return &driver->base;
}

herr_t Close(H5FD_t* file) {
  Driver* driver = Of(file);
  const int failed = close(driver->descriptor);
  delete driver;
  return failed == 0 ? 0 : -1;
}

template <class T>
int Order(T a, T b) {
  return a < b ? -1 : a > b ? 1 : 0;
}

int Compare(const H5FD_t* a, const H5FD_t* b) {
  const int devices = Order(Of(a)->device, Of(b)->device);
  return devices != 0 ? devices : Order(Of(a)->inode, Of(b)->inode);
}

herr_t Query(const H5FD_t*, unsigned long* flags) {
  if (flags != nullptr)
    *flags =
        H5FD_FEAT_ACCUMULATE_METADATA_READ | H5FD_FEAT_DATA_SIEVE | H5FD_FEAT_POSIX_COMPAT_HANDLE;
  return 0;
}

haddr_t Allocated(const H5FD_t* file, H5FD_mem_t) { return Of(file)->allocated; }

herr_t SetAllocated(H5FD_t* file, H5FD_mem_t, haddr_t address) {
  Of(file)->allocated = address;
  return 0;
}

haddr_t EndOfFile(const H5FD_t* file, H5FD_mem_t) { return Of(file)->size; }

herr_t Handle(H5FD_t* file, hid_t, void** handle) {
  *handle = &Of(file)->descriptor;
  return 0;
}

herr_t Read(H5FD_t* file, H5FD_mem_t type, hid_t, haddr_t address, size_t size, void* buffer) {
  if (type == H5FD_MEM_DRAW && locating != nullptr) {
    locating->Note(address, size);
    return 0;
  }
  auto* to = static_cast<unsigned char*>(buffer);
  if (address > kMaxAddress || size > kMaxAddress - address) return -1;
  while (size > 0) {
    const ssize_t n = pread(Of(file)->descriptor, to, size, static_cast<off_t>(address));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return -1;
    if (n == 0) break;
    to += n;
    size -= static_cast<size_t>(n);
    address += static_cast<haddr_t>(n);
  }
  // Past the end there are zeros, as the library's own driver has it.
  for (; size > 0; size--) *to++ = 0;
  return 0;
}

herr_t Write(H5FD_t*, H5FD_mem_t, hid_t, haddr_t, size_t, const void*) { return -1; }

// Where the file system has no locks, the file opens all the same.
herr_t Lock(H5FD_t* file, hbool_t) {
  if (flock(Of(file)->descriptor, LOCK_SH | LOCK_NB) == 0) return 0;
  return errno == ENOSYS || errno == ENOTSUP || errno == ENOLCK ? 0 : -1;
}

herr_t Unlock(H5FD_t* file) {
  if (flock(Of(file)->descriptor, LOCK_UN) == 0) return 0;
  return errno == ENOSYS || errno == ENOTSUP || errno == ENOLCK ? 0 : -1;
}

hid_t Register() {
  static H5FD_class_t driver{};
#ifdef H5FD_CLASS_VERSION
  driver.version = H5FD_CLASS_VERSION;
  // Of the range left to applications.
  driver.value = static_cast<H5FD_class_value_t>(H5_VFD_RESERVED + 256);
#endif
  driver.name = kName;
  driver.maxaddr = kMaxAddress;
  driver.fc_degree = H5F_CLOSE_STRONG;
  driver.open = Open;
  driver.close = Close;
  driver.cmp = Compare;
  driver.query = Query;
  driver.get_eoa = Allocated;
  driver.set_eoa = SetAllocated;
  driver.get_eof = EndOfFile;
  driver.get_handle = Handle;
  driver.read = Read;
  driver.write = Write;
  driver.lock = Lock;
  driver.unlock = Unlock;
  const H5FD_mem_t map[] = H5FD_FLMAP_DICHOTOMY;
  for (int i = 0; i < H5FD_MEM_NTYPES; i++) driver.fl_map[i] = map[i];
  return Check(H5FDregister(&driver), "preparing to read files");
}

hid_t Registered() {
  static const hid_t id = Register();
  return id;
}

#endif

}  // namespace

#ifdef _WIN32
void UseReadDriver(hid_t access) { Check(H5Pset_fapl_sec2(access), "preparing to open the file"); }
int ReadDriverDescriptor(hid_t) { return -1; }
#else
void UseReadDriver(hid_t access) {
  Check(H5Pset_driver(access, Registered(), nullptr), "preparing to open the file");
}

int ReadDriverDescriptor(hid_t file) {
  const PropsId access(Check(H5Fget_access_plist(file), "looking at the file"));
  if (Check(H5Pget_driver(access.get()), "looking at the file") != Registered()) return -1;
  void* handle = nullptr;
  Check(H5Fget_vfd_handle(file, H5P_DEFAULT, &handle), "looking at the file");
  return *static_cast<int*>(handle);
}
#endif

Locating::Locating() { locating = this; }
Locating::~Locating() { locating = nullptr; }
Locating* Locating::current() { return locating; }

}  // namespace anndata::h5
