// SPDX-License-Identifier: BSD-3-Clause

#include "h5/file_driver.h"

#include "h5/error.h"
#include "h5/preflight.h"

#ifndef _WIN32
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
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
  bool writing;
};

constexpr haddr_t kMaxAddress = (haddr_t{1} << 63) - 1;
constexpr const char* kName = "anndata";

Driver* Of(H5FD_t* file) { return reinterpret_cast<Driver*>(file); }
const Driver* Of(const H5FD_t* file) { return reinterpret_cast<const Driver*>(file); }

// Puts what the system said where h5/error finds it.
void PushErrno(const char* doing, hid_t minor, int error) {
  H5Epush2(H5E_DEFAULT, __FILE__, doing, __LINE__, H5E_ERR_CLS, H5E_IO, minor,
           "%s failed: errno = %d, error message = '%s'", doing, error, std::strerror(error));
}

H5FD_t* Open(const char* name, unsigned flags, hid_t, haddr_t) {
  const bool writing = (flags & H5F_ACC_RDWR) != 0;
  int mode = (writing ? O_RDWR : O_RDONLY) | O_CLOEXEC;
  if ((flags & H5F_ACC_CREAT) != 0) mode |= O_CREAT;
  if ((flags & H5F_ACC_EXCL) != 0) mode |= O_EXCL;
  if ((flags & H5F_ACC_TRUNC) != 0) mode |= O_TRUNC;
  const int descriptor = open(name, mode, 0666);
  if (descriptor < 0) {
    PushErrno("opening the file", H5E_CANTOPENFILE, errno);
    return nullptr;
  }
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
  driver->writing = writing;
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

// What the library's plain driver says, but for metadata that are only read.
herr_t Query(const H5FD_t* file, unsigned long* flags) {
  if (flags == nullptr) return 0;
  *flags =
      H5FD_FEAT_ACCUMULATE_METADATA_READ | H5FD_FEAT_DATA_SIEVE | H5FD_FEAT_POSIX_COMPAT_HANDLE;
  if (file == nullptr || !Of(file)->writing) return 0;
  *flags |= H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_ACCUMULATE_METADATA |
            H5FD_FEAT_AGGREGATE_SMALLDATA | H5FD_FEAT_DEFAULT_VFD_COMPATIBLE;
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

bool IsLocated(H5FD_mem_t type, const void* data) {
  return type == H5FD_MEM_DRAW && locating != nullptr && locating->data() == data;
}

bool IsInRange(haddr_t address, size_t size) {
  return address <= kMaxAddress && size <= kMaxAddress - address;
}

herr_t Read(H5FD_t* file, H5FD_mem_t type, hid_t, haddr_t address, size_t size, void* buffer) {
  if (IsLocated(type, nullptr)) {
    locating->Note(address, size);
    return 0;
  }
  auto* to = static_cast<unsigned char*>(buffer);
  if (!IsInRange(address, size)) return -1;
  while (size > 0) {
    const ssize_t n = pread(Of(file)->descriptor, to, size, static_cast<off_t>(address));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      PushErrno("reading the file", H5E_READERROR, errno);
      return -1;
    }
    if (n == 0) break;
    to += n;
    size -= static_cast<size_t>(n);
    address += static_cast<haddr_t>(n);
  }
  // Past the end there are zeros, as the library's own driver has it.
  for (; size > 0; size--) *to++ = 0;
  return 0;
}

herr_t Write(H5FD_t* file, H5FD_mem_t type, hid_t, haddr_t address, size_t size,
             const void* buffer) {
  Driver* driver = Of(file);
  if (!driver->writing || !IsInRange(address, size)) return -1;
  const haddr_t end = address + size;
  if (IsLocated(type, buffer)) {
    locating->Note(address, size);
    driver->size = std::max(driver->size, end);
    return 0;
  }
  if (!WriteAll(driver->descriptor, address, buffer, size)) {
    PushErrno("writing the file", H5E_WRITEERROR, errno);
    return -1;
  }
  driver->size = std::max(driver->size, end);
  return 0;
}

// The file gets the length that was allocated.
herr_t Truncate(H5FD_t* file, hid_t, hbool_t) {
  Driver* driver = Of(file);
  if (driver->allocated == driver->size) return 0;
  if (ftruncate(driver->descriptor, static_cast<off_t>(driver->allocated)) != 0) {
    PushErrno("setting the length of the file", H5E_WRITEERROR, errno);
    return -1;
  }
  driver->size = driver->allocated;
  return 0;
}

// Where the file system has no locks, the file opens all the same.
herr_t Lock(H5FD_t* file, hbool_t writing) {
  if (flock(Of(file)->descriptor, (writing ? LOCK_EX : LOCK_SH) | LOCK_NB) == 0) return 0;
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
  driver.truncate = Truncate;
  driver.lock = Lock;
  driver.unlock = Unlock;
  const H5FD_mem_t map[] = H5FD_FLMAP_DICHOTOMY;
  for (int i = 0; i < H5FD_MEM_NTYPES; i++) driver.fl_map[i] = map[i];
  return Check(H5FDregister(&driver), "preparing to open files");
}

hid_t Registered() {
  static const hid_t id = Register();
  return id;
}

#endif

}  // namespace

#ifdef _WIN32
void UseFileDriver(hid_t access) { Check(H5Pset_fapl_sec2(access), "preparing to open the file"); }
int DriverDescriptor(hid_t) { return -1; }
#else
void UseFileDriver(hid_t access) {
  Check(H5Pset_driver(access, Registered(), nullptr), "preparing to open the file");
}

int DriverDescriptor(hid_t file) {
  const PropsId access(Check(H5Fget_access_plist(file), "looking at the file"));
  if (Check(H5Pget_driver(access.get()), "looking at the file") != Registered()) return -1;
  void* handle = nullptr;
  Check(H5Fget_vfd_handle(file, H5P_DEFAULT, &handle), "looking at the file");
  return *static_cast<int*>(handle);
}
#endif

Locating::Locating(const void* data) : data_(data) { locating = this; }
Locating::~Locating() { locating = nullptr; }

}  // namespace anndata::h5
