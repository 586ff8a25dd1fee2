// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace anndata {

// Takes the lock that those who are to replace a file hold, without waiting; false when somebody
// has it. It belongs to the descriptor, which must be open for writing: it goes with the
// descriptor, or with the process. Readers are not held up: libhdf5 locks files in another way, and
// not this byte. True where the system has no such lock.
bool TryLock(int descriptor);

}  // namespace anndata
