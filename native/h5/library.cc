// SPDX-License-Identifier: BSD-3-Clause

#include "h5/library.h"

#include "codecs/filters.h"
#include "failure.h"
#include "h5/vlen.h"

namespace anndata::h5 {
namespace {

bool prepared = false;  // guarded by the lock

std::string Version(unsigned major, unsigned minor, unsigned release) {
  return std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(release);
}

// The library would end the process, at the first use of one of its constants.
void CheckVersion() {
  unsigned major = 0, minor = 0, release = 0;
  if (H5get_libversion(&major, &minor, &release) < 0)
    throw Failure("ERR_HDF5", "libhdf5 could not be started");
  const std::string found = Version(major, minor, release);
  if (found == LibraryVersion()) return;
  throw Failure("ERR_ADDON", "the addon was built with HDF5 " + LibraryVersion() +
                                 " and has met the shared library of " + found +
                                 "; build it again: npm rebuild anndata --build-from-source");
}

void PrepareProcess() {
  // Before anything else: the library's own exit handler crashes on what is still open then.
  H5dont_atexit();
  CheckVersion();
  // Loads the library's state without looking for filters in the file system, now or later.
  if (H5open() < 0 || H5PLset_loading_state(0) < 0) {
    throw Failure("ERR_HDF5", "libhdf5 could not be started");
  }
  RegisterFilters();
  RegisterTextConversion();
  prepared = true;
}

}  // namespace

void PrepareLibrary() {
  thread_local bool quiet = false;
  if (!prepared) PrepareProcess();
  if (!quiet) {
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
    quiet = true;
  }
}

// libhdf5 itself insists on being the version its headers are of.
std::string LibraryVersion() { return Version(H5_VERS_MAJOR, H5_VERS_MINOR, H5_VERS_RELEASE); }

bool FilterAvailable(H5Z_filter_t id) {
  if (id == H5Z_FILTER_NBIT || id == H5Z_FILTER_SCALEOFFSET || id == H5Z_FILTER_SZIP) return false;
  return H5Zfilter_avail(id) > 0;
}

std::vector<int> AvailableFilters() {
  std::vector<int> ids{H5Z_FILTER_SHUFFLE, H5Z_FILTER_FLETCHER32};
#ifdef H5_HAVE_FILTER_DEFLATE
  ids.insert(ids.begin(), H5Z_FILTER_DEFLATE);
#endif
  for (const CodecInfo& codec : Codecs()) {
    if (codec.filter > 0 && codec.version != "disabled") ids.push_back(codec.filter);
  }
  return ids;
}

}  // namespace anndata::h5
