// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <initializer_list>
#include <memory>
#include <string>

#include "env_state.h"
#include "file_session.h"
#include "napi_setup.h"

namespace anndata {

// The NativeFile of lib/native.ts: turns calls into tasks on the file's strand. A handle that is
// collected without having been closed is closed on the pool.
class FileObject : public Napi::ObjectWrap<FileObject> {
 public:
  static Napi::Function Define(Napi::Env env);
  // A promise of a FileObject. `name`: the path that errors tell.
  static Napi::Value Open(Napi::Env env, const std::string& path, bool create,
                          const std::string& name);

  explicit FileObject(const Napi::CallbackInfo& info);
  ~FileObject() override;

 private:
  Napi::Value Describe(const Napi::CallbackInfo& info);
  Napi::Value Read(const Napi::CallbackInfo& info);
  Napi::Value ReadIndices(const Napi::CallbackInfo& info);
  Napi::Value ReadCodes(const Napi::CallbackInfo& info);
  Napi::Value ReadRuns(const Napi::CallbackInfo& info);
  Napi::Value ReadStrings(const Napi::CallbackInfo& info);
  Napi::Value Gather(const Napi::CallbackInfo& info);
  Napi::Value AddMoments(const Napi::CallbackInfo& info);
  Napi::Value CreateGroup(const Napi::CallbackInfo& info);
  Napi::Value CreateArray(const Napi::CallbackInfo& info);
  Napi::Value Write(const Napi::CallbackInfo& info);
  Napi::Value Resize(const Napi::CallbackInfo& info);
  Napi::Value WriteStrings(const Napi::CallbackInfo& info);
  Napi::Value WriteAttr(const Napi::CallbackInfo& info);
  Napi::Value CopyArray(const Napi::CallbackInfo& info);
  Napi::Value CopyGroup(const Napi::CallbackInfo& info);
  Napi::Value CopyAttrs(const Napi::CallbackInfo& info);
  Napi::Value Close(const Napi::CallbackInfo& info);
  Napi::Value Abandon(const Napi::CallbackInfo& info);

  // A promise of what `work(file)` gives, made a JS value by `result`, when all calls before are
  // done. `kept` stays alive until then.
  template <class T, class Work, class Result>
  Napi::Value Run(Napi::Env env, Work work, Result result,
                  std::initializer_list<Napi::Object> kept = {});
  // The same beside other such calls.
  template <class T, class Work, class Result>
  Napi::Value RunShared(Napi::Env env, Work work, Result result,
                        std::initializer_list<Napi::Object> kept);
  template <class T, class Work, class Result>
  Napi::Value RunOn(Napi::Env env, const EnvState::Way& way, Work work, Result result,
                    std::initializer_list<Napi::Object> kept);
  // Runs `work(source, this file)`; the source is the call's first argument.
  template <class Work>
  Napi::Value Copy(const Napi::CallbackInfo& info, Work work, const Napi::Object& shared);
  EnvState::Way Way() const;

  std::shared_ptr<FileSession> session_;
  std::string path_;
};

}  // namespace anndata
