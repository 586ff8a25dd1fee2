// SPDX-License-Identifier: BSD-3-Clause

#include "env_state.h"

#include <algorithm>
#include <utility>

#include "task.h"

namespace anndata {
namespace {

// What the addon's instance data hold: the state may outlive the environment, the pointer to it may
// not.
struct Instance {
  std::shared_ptr<EnvState> state;
};

void Ok(napi_status status, const char* what) {
  if (status != napi_ok) throw std::runtime_error(what);
}

Napi::Value MakeError(EnvState& state, Napi::Env env, const Failure& failure,
                      const std::string& file) {
  if (state.makeError.IsEmpty()) return Napi::Error::New(env, failure.what()).Value();
  return state.makeError.Call({Napi::String::New(env, failure.code()),
                               Napi::String::New(env, failure.what()), Napi::String::New(env, file),
                               Napi::String::New(env, failure.key())});
}

}  // namespace

std::shared_ptr<EnvState> EnvState::Create(Napi::Env env) {
  std::shared_ptr<EnvState> state(new EnvState);
  const Napi::String name = Napi::String::New(env, "anndata");
  Ok(napi_create_threadsafe_function(env, nullptr, nullptr, name, 0, 1, nullptr, nullptr,
                                     state.get(), OnWake, &state->wake_),
     "the addon could not set up its way back to the JS thread");
  Ok(napi_unref_threadsafe_function(env, state->wake_), "the addon could not be set up");
  // After the thread-safe function's own hook, so it runs before that one.
  Ok(napi_add_env_cleanup_hook(env, OnCleanup, state.get()),
     "the addon could not register its clean-up");
  env.SetInstanceData(new Instance{state});
  return state;
}

EnvState& EnvState::Of(Napi::Env env) { return *env.GetInstanceData<Instance>()->state; }

void EnvState::Submit(std::unique_ptr<Task> task, const Way& way) {
  const Napi::Env env = task->deferred().Env();
  {
    std::lock_guard<std::mutex> lock(mutex_);
    inFlight_++;
  }
  // A job must be copyable, so it carries the bare pointer; it always runs, and Execute takes it
  // over.
  Task* bare = task.release();
  const auto job = [self = shared_from_this(), bare](Strand::Turn turn) {
    if (turn) bare->turn = std::move(turn);
    self->Execute(bare);
  };
  OneMorePending(env);
  if (way.strand) {
    way.strand->Post(job, way.shares);
  } else {
    Pool::Post([job] { job(nullptr); });
  }
}

void EnvState::Execute(Task* bare) {
  std::unique_ptr<Task> task(bare);
  if (!closing_) task->Execute();
  if (!task->HasMore()) task->turn.reset();
  Finish(std::move(task));
}

void EnvState::Finish(std::unique_ptr<Task> task) {
  std::unique_lock<std::mutex> lock(mutex_);
  if (closing_) {
    // There will be no more of it, and the file is to be closed.
    lock.unlock();
    task->Drop();
    lock.lock();
  }
  done_.push_back(std::move(task));  // also when closing: its references belong to the JS thread
  inFlight_--;
  // Under the mutex, as the clean-up releases the function once nothing is in flight.
  if (!closing_) napi_call_threadsafe_function(wake_, nullptr, napi_tsfn_nonblocking);
  idle_.notify_all();
}

void EnvState::OnWake(napi_env env, napi_value, void* self, void*) {
  if (env == nullptr) return;
  auto& state = *static_cast<EnvState*>(self);
  for (;;) {
    std::unique_ptr<Task> task;
    {
      std::lock_guard<std::mutex> lock(state.mutex_);
      if (state.done_.empty()) return;
      task = std::move(state.done_.front());
      state.done_.pop_front();
    }
    const Napi::HandleScope scope{Napi::Env(env)};
    state.OneLessPending(env);
    try {
      state.Settle(env, std::move(task));
    } catch (const Napi::Error&) {
      // The environment is being terminated: nobody waits for the promise any more.
    }
  }
}

void EnvState::Settle(Napi::Env env, std::unique_ptr<Task> task) {
  if (task->failure()) {
    task->deferred().Reject(MakeError(*this, env, *task->failure(), task->file));
    return;
  }
  Napi::Value value;
  try {
    if (task->Prepare(env)) return Submit(std::move(task), {});
    value = task->Result(env);
  } catch (const Napi::Error& error) {
    task->deferred().Reject(error.Value());
    return;
  } catch (const Failure& failure) {
    task->deferred().Reject(MakeError(*this, env, failure, task->file));
    return;
  } catch (const std::exception&) {
    const Failure failure("ERR_LIMIT", "there is not enough memory for the result");
    task->deferred().Reject(MakeError(*this, env, failure, task->file));
    return;
  }
  task->deferred().Resolve(value);
}

void EnvState::OneMorePending(Napi::Env env) {
  if (pending_++ == 0) napi_ref_threadsafe_function(env, wake_);
}

void EnvState::OneLessPending(Napi::Env env) {
  if (--pending_ == 0) napi_unref_threadsafe_function(env, wake_);
}

void EnvState::Track(const std::shared_ptr<FileSession>& session) {
  const auto gone = [](const std::weak_ptr<FileSession>& s) { return s.expired(); };
  sessions_.erase(std::remove_if(sessions_.begin(), sessions_.end(), gone), sessions_.end());
  sessions_.push_back(session);
}

void EnvState::CloseAll() {
  for (const auto& weak : sessions_) {
    const std::shared_ptr<FileSession> session = weak.lock();
    if (!session) continue;
    {
      std::lock_guard<std::mutex> lock(mutex_);
      inFlight_++;
    }
    session->strand->Post([self = shared_from_this(), session](const Strand::Turn&) {
      session->Abandon();
      std::lock_guard<std::mutex> lock(self->mutex_);
      self->inFlight_--;
      self->idle_.notify_all();
    });
  }
}

void EnvState::OnCleanup(void* data) {
  const std::shared_ptr<EnvState> self = static_cast<EnvState*>(data)->shared_from_this();
  std::deque<std::unique_ptr<Task>> done;
  {
    std::lock_guard<std::mutex> lock(self->mutex_);
    self->closing_ = true;
    done.swap(self->done_);
  }
  done.clear();  // they may keep files from being closed
  self->CloseAll();
  {
    std::unique_lock<std::mutex> lock(self->mutex_);
    self->idle_.wait(lock, [&] { return self->inFlight_ == 0; });
    done.swap(self->done_);
  }
  done.clear();
  self->makeError.Reset();
  self->fileClass.Reset();
  napi_release_threadsafe_function(self->wake_, napi_tsfn_abort);
}

}  // namespace anndata
