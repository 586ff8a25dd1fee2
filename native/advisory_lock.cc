// SPDX-License-Identifier: BSD-3-Clause

#include "advisory_lock.h"

#ifdef __linux__
#include <fcntl.h>

#include <cerrno>
#endif

namespace anndata {

bool TryLock([[maybe_unused]] int descriptor) {
#if defined(__linux__) && defined(F_OFD_SETLK)
  struct flock lock = {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  lock.l_start = off_t{1} << 62;  // no byte of any file
  lock.l_len = 1;
  if (fcntl(descriptor, F_OFD_SETLK, &lock) == 0) return true;
  // Some file systems have no locks at all.
  return errno != EAGAIN && errno != EACCES;
#else
  return true;
#endif
}

}  // namespace anndata
