// SPDX-License-Identifier: BSD-3-Clause

#include "h5/file.h"

#include "h5/error.h"
#include "h5/file_driver.h"
#include "h5/lock.h"
#include "h5/preflight.h"

namespace anndata::h5 {
namespace {

// Bytes of a file's metadata that the library keeps: by default it takes 32 MiB, most of them for
// the indices of chunks, which we ask for once.
constexpr size_t kMetadata = 4u << 20;

void LimitMetadata(hid_t access) {
  H5AC_cache_config_t config{};
  config.version = H5AC__CURR_CACHE_CONFIG_VERSION;
  Check(H5Pget_mdc_config(access, &config), "preparing to open the file");
  config.max_size = kMetadata;
  Check(H5Pset_mdc_config(access, &config), "preparing to open the file");
}

// Nothing is left to the environment: the driver is named, links out of the file are denied by not
// being followed.
PropsId AccessList(bool writing) {
  PropsId list(Check(H5Pcreate(H5P_FILE_ACCESS), "preparing to open the file"));
  UseFileDriver(list.get());
  Check(H5Pset_fclose_degree(list.get(), H5F_CLOSE_STRONG), "preparing to open the file");
  LimitMetadata(list.get());
  if (writing) {
    Check(H5Pset_libver_bounds(list.get(), H5F_LIBVER_EARLIEST, H5F_LIBVER_V110),
          "preparing to create the file");
  } else {
    // No chunk cache: filtered chunks are decoded and kept by us, and others go straight from the
    // file to where they are wanted. In its cache the library would give a chunk the room that the
    // index says, and read as much as the layout says.
    Check(H5Pset_cache(list.get(), 0, 521, 0, 0.75), "preparing to open the file");
  }
#if H5_VERSION_GE(1, 10, 7)
  // Where the file system has no locks, the file opens all the same.
  Check(H5Pset_file_locking(list.get(), true, true), "preparing to open the file");
#endif
  return list;
}

// -1 when the driver does not tell.
int DescriptorOf(hid_t file) {
  void* handle = nullptr;
  if (H5Fget_vfd_handle(file, H5P_DEFAULT, &handle) < 0 || handle == nullptr) {
    H5Eclear2(H5E_DEFAULT);
    return -1;
  }
  return *static_cast<int*>(handle);
}

void Protect(hid_t file) {
  const int descriptor = DescriptorOf(file);
  if (descriptor >= 0) CloseOnExec(descriptor);
}

}  // namespace

std::unique_ptr<File> File::Open(const std::string& path) {
  const uint64_t bytes = Preflight(path);
  std::unique_ptr<File> file(new File(path, false));
  file->bytes_ = bytes;
  LibraryLock lock;
  const PropsId access = AccessList(false);
  file->id_ = Check(H5Fopen(path.c_str(), H5F_ACC_RDONLY, access.get()), "opening the file");
  Protect(file->id_);
  return file;
}

std::unique_ptr<File> File::Create(const std::string& path) {
  PreflightCreate(path);
  std::unique_ptr<File> file(new File(path, true));
  LibraryLock lock;
  const PropsId access = AccessList(true);
  file->id_ =
      Check(H5Fcreate(path.c_str(), H5F_ACC_EXCL, H5P_DEFAULT, access.get()), "creating the file");
  Protect(file->id_);
  return file;
}

File::~File() { Abandon(); }

hid_t File::id() const {
  if (id_ < 0) throw Failure("ERR_CLOSED", "the file was closed already");
  return id_;
}

void File::Close() {
  if (id_ < 0) return;
  LibraryLock lock;
  datasets_.Clear();
  // The flush comes first and alone: when it fails the file is still whole enough to be abandoned.
  if (writable_ && H5Fflush(id_, H5F_SCOPE_GLOBAL) < 0) ThrowStack("writing the file");
  Check(H5Fclose(id_), "closing the file");
  id_ = -1;
}

void File::Abandon() noexcept {
  if (id_ < 0) return;
  try {
    LibraryLock lock;
    const int descriptor = writable_ ? DescriptorOf(id_) : -1;
    if (descriptor >= 0) Disconnect(descriptor);
    datasets_.Clear();
    if (H5Fclose(id_) < 0) H5Eclear2(H5E_DEFAULT);
  } catch (...) {
    // Nothing more can be done, and nobody waits for an answer.
  }
  id_ = -1;
}

}  // namespace anndata::h5
