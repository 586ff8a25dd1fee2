// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace anndata {

// What every part of the addon throws; the JS side makes an AnnDataError of it. `code` is one of
// the tags in lib/errors.ts and must be a literal.
class Failure : public std::runtime_error {
 public:
  Failure(const char* code, const std::string& message, std::string key = {})
      : std::runtime_error(message), code_(code), key_(std::move(key)) {}

  const char* code() const { return code_; }
  const std::string& key() const { return key_; }

  // The innermost place that knows the key wins.
  void SetKey(const std::string& key) {
    if (key_.empty()) key_ = key;
  }

 private:
  const char* code_;
  std::string key_;
};

// Calls `f` and gives its failure the key it happened at.
template <class F>
auto WithKey(const std::string& key, F&& f) {
  try {
    return f();
  } catch (Failure& failure) {
    failure.SetKey(key);
    throw;
  }
}

}  // namespace anndata
