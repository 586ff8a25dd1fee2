// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <mutex>
#include <shared_mutex>

#include "h5/file.h"
#include "pool.h"

namespace anndata {

// An open file and the strand all its work runs on. `file` is touched on the strand only, but for
// copies to another file: those run on that one's strand and hold `lent`.
struct FileSession {
  std::unique_ptr<h5::File> file;
  std::shared_ptr<Strand> strand = std::make_shared<Strand>();
  std::shared_mutex lent;

  void Close() {
    const std::unique_lock<std::shared_mutex> alone(lent);
    if (file) file->Close();
  }
  void Abandon() {
    const std::unique_lock<std::shared_mutex> alone(lent);
    if (file) file->Abandon();
  }
};

// Closes the file behind whatever is queued, on the pool; for handles nobody closed. Any thread.
inline void AbandonLater(const std::shared_ptr<FileSession>& session) {
  session->strand->Post([session](const Strand::Turn&) { session->Abandon(); });
}

}  // namespace anndata
