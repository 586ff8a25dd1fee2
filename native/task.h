// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "env_state.h"
#include "failure.h"
#include "napi_setup.h"

namespace anndata {

// One request: a promise, the work for it on our threads, and how its result becomes a JS value. JS
// values the work needs alive (typed arrays it reads or fills) are referenced until the promise
// settles.
class Task {
 public:
  explicit Task(Napi::Env env) : deferred_(Napi::Promise::Deferred::New(env)) {}
  virtual ~Task() = default;
  Task(const Task&) = delete;
  Task& operator=(const Task&) = delete;

  // On our threads; never throws.
  void Execute() noexcept {
    try {
      Work();
    } catch (const Failure& failure) {
      failure_.emplace(failure);
    } catch (const std::bad_alloc&) {
      failure_.emplace("ERR_LIMIT", "there is not enough memory");
    } catch (const std::exception& error) {
      failure_.emplace("ERR_HDF5", error.what());
    } catch (...) {
      failure_.emplace("ERR_HDF5", "something unknown went wrong in the addon");
    }
  }

  // JS thread, after Execute went well: true when there is more to do on the pool before the
  // promise settles.
  virtual bool Prepare(Napi::Env) { return false; }
  // After Execute: whether there is more to do that needs the turn in the strand.
  virtual bool HasMore() const { return false; }
  // On our threads: gives up what it has of the file, since nobody waits any more.
  virtual void Drop() { turn.reset(); }
  // JS thread.
  virtual Napi::Value Result(Napi::Env env) = 0;

  void Keep(Napi::Object value) { kept_.push_back(Napi::Persistent(value)); }
  const std::optional<Failure>& failure() const { return failure_; }
  const Napi::Promise::Deferred& deferred() const { return deferred_; }

  std::string file;  // path, for errors
  Strand::Turn turn;

 protected:
  virtual void Work() = 0;

 private:
  Napi::Promise::Deferred deferred_;
  std::vector<Napi::ObjectReference> kept_;
  std::optional<Failure> failure_;
};

// A task made of two functions: `work` on our threads, `result` on the JS thread.
template <class T>
class TaskOf : public Task {
 public:
  using WorkFn = std::function<T()>;
  using ResultFn = std::function<Napi::Value(Napi::Env, T&)>;

  TaskOf(Napi::Env env, WorkFn work, ResultFn result)
      : Task(env), work_(std::move(work)), result_(std::move(result)) {}
  Napi::Value Result(Napi::Env env) override { return result_(env, *value_); }

 protected:
  void Work() override { value_.emplace(work_()); }

 private:
  WorkFn work_;
  ResultFn result_;
  std::optional<T> value_;
};

// Runs `work` on our threads and gives a promise of what `result` makes of it. `kept`: what `work`
// needs alive.
template <class T, class Work, class Result>
Napi::Value OnPool(Napi::Env env, const std::vector<Napi::Object>& kept, Work work, Result result) {
  auto task = std::make_unique<TaskOf<T>>(env, std::move(work), std::move(result));
  for (const Napi::Object& object : kept) task->Keep(object);
  const Napi::Promise promise = task->deferred().Promise();
  EnvState::Of(env).Submit(std::move(task), {});
  return promise;
}

struct Nothing {};

inline Napi::Value Undefined(Napi::Env env, Nothing&) { return env.Undefined(); }

}  // namespace anndata
