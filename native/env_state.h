// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <vector>

#include "file_session.h"
#include "napi_setup.h"
#include "pool.h"

namespace anndata {

class Task;

// What one Node environment (the main thread or a worker) has of the addon: its files, its work
// under way, and the way back to its JS thread. Lives until the last job that knows it is done.
// When the environment goes away a cleanup hook stops what is reading, waits for what is running,
// drops what is queued and closes the files, so that no thread of ours touches its memory
// afterwards.
class EnvState : public std::enable_shared_from_this<EnvState> {
 public:
  static std::shared_ptr<EnvState> Create(Napi::Env env);
  // Of the addon's instance data. JS thread.
  static EnvState& Of(Napi::Env env);

  // Where a task runs: behind the others of a strand, perhaps beside its neighbours, or anywhere on
  // the pool.
  struct Way {
    std::shared_ptr<Strand> strand;
    bool shares = false;
  };
  // Starts a task. JS thread.
  void Submit(std::unique_ptr<Task> task, const Way& way);

  // Files to be closed with the environment. JS thread.
  void Track(const std::shared_ptr<FileSession>& session);

  // Becomes true when the environment goes away: what runs is to stop early.
  const std::atomic<bool>& closing() const { return closing_; }

  Napi::FunctionReference makeError;  // JS: (code, message, file, key) => Error
  Napi::FunctionReference fileClass;
  // What the file object that is being made stands for. Not handed over as a JS value: Node keeps
  // some memory of each of those past the end of a worker.
  std::shared_ptr<FileSession> opened;

 private:
  EnvState() = default;
  static void OnCleanup(void* self);
  static void OnWake(napi_env env, napi_value, void* self, void*);

  void Execute(Task* task);
  void Finish(std::unique_ptr<Task> task);
  void Settle(Napi::Env env, std::unique_ptr<Task> task);
  void CloseAll();
  void OneMorePending(Napi::Env env);
  void OneLessPending(Napi::Env env);

  napi_threadsafe_function wake_ = nullptr;
  std::vector<std::weak_ptr<FileSession>> sessions_;
  size_t pending_ = 0;  // JS thread: promises not settled

  std::mutex mutex_;
  std::condition_variable idle_;
  std::deque<std::unique_ptr<Task>> done_;
  size_t inFlight_ = 0;               // queued or running on our threads
  std::atomic<bool> closing_{false};  // set under the mutex
};

}  // namespace anndata
