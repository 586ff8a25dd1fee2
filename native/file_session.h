// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>

#include "h5/file.h"
#include "pool.h"

namespace anndata {

// An open file and the strand all its work runs on. `file` is touched on the strand only.
struct FileSession {
  std::unique_ptr<h5::File> file;
  std::shared_ptr<Strand> strand = std::make_shared<Strand>();
};

// Closes the file behind whatever is queued, on the pool; for handles nobody closed. Any thread.
inline void AbandonLater(const std::shared_ptr<FileSession>& session) {
  session->strand->Post([session](const Strand::Turn&) {
    if (session->file) session->file->Abandon();
  });
}

}  // namespace anndata
