// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <thread>
#include <vector>

namespace anndata::test {

constexpr int kThreads = 8;

// Runs `body(0)`, `body(1)` … at once, and waits for all.
template <typename Body>
void OnThreads(Body body) {
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; i++) threads.emplace_back([&body, i] { body(i); });
  for (std::thread& thread : threads) thread.join();
}

}  // namespace anndata::test
