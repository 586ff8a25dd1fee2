// SPDX-License-Identifier: BSD-3-Clause

#include "sparse_calls.h"

#ifdef __linux__
#include <sys/mman.h>
#endif

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "args.h"
#include "env_state.h"
#include "kernel_args.h"
#include "kernels/sparse_sort.h"
#include "kernels/sparse_stack.h"
#include "kernels/sparse_sums.h"
#include "kernels/sparse_take.h"
#include "kernels/sparse_transpose.h"
#include "moments_calls.h"
#include "parallel.h"
#include "task.h"

namespace anndata {
namespace {

using Work = KernelWork;

// Calls `f` with a pointer to values that are only moved, so that their size is all that matters.
template <class F>
void WithWidth(const Span& span, size_t slots, F f) {
  switch (SizeOfKind(span.kind) * slots) {
    case 1:
      return f(As<uint8_t>(span));
    case 2:
      return f(As<uint16_t>(span));
    case 4:
      return f(As<uint32_t>(span));
    case 8:
      return f(As<uint64_t>(span));
    default:
      return f(As<sparse::Wide>(span));
  }
}

// The rows a call works on.
struct Input {
  Span starts, ends, indices, data;
  double first = 0;

  explicit Input(CallArgs& args) {
    starts = args.Array(ArrayKind::kFloat64);
    ends = args.Array(ArrayKind::kFloat64);
    first = args.Number();
    if (!(first >= 0)) args.Wrong("a row");
    indices = args.Indices();
    data = args.Array();
    if (starts.bytes != ends.bytes) args.Wrong("as many ends as starts");
  }

  // `slots` 0: the kernel does not look at data.
  void Check(size_t slots, bool needsIndices = true) const {
    size_t entries = needsIndices ? Length(indices) : std::numeric_limits<size_t>::max();
    if (slots != 0) entries = std::min(entries, Length(data) / slots);
    sparse::CheckSpans(As<double>(starts), As<double>(ends), Length(starts), entries);
  }

  template <class Index>
  sparse::Rows<Index> Rows(const Index* at) const {
    return {As<double>(starts), As<double>(ends), Length(starts), at, first};
  }
};

size_t SlotsOf(CallArgs& args) {
  const size_t slots = args.Size();
  if (slots != 1 && slots != 2) args.Wrong("1 or 2 slots");
  return slots;
}

void SameKind(CallArgs& args, const Span& a, const Span& b) {
  if (a.kind != b.kind) args.Wrong("a result of the same kind");
}

Work Count(CallArgs& args) {
  const Input in(args);
  const Span counts = args.Indices();
  return [=] {
    in.Check(0);
    WithIndex(in.indices, [&](auto* indices) {
      WithIndex(counts,
                [&](auto* to) { sparse::CountMinor(in.Rows(indices), to, Length(counts)); });
    });
  };
}

Work Scatter(CallArgs& args) {
  const Input in(args);
  const size_t slots = SlotsOf(args);
  const Span cursors = args.Indices();
  const Span outIndices = args.Indices();
  const Span outData = args.Array();
  SameKind(args, in.data, outData);
  const size_t room = std::min(Length(outIndices), Length(outData) / slots);
  return [=] {
    in.Check(slots);
    WithIndex(in.indices, [&](auto* indices) {
      WithIndex(cursors, [&](auto* at) {
        WithIndex(outIndices, [&](auto* to) {
          WithWidth(in.data, slots, [&](auto* data) {
            using T = std::remove_pointer_t<decltype(data)>;
            sparse::Scatter(
                in.Rows(indices), data,
                sparse::ScatterTarget{at, Length(cursors), to, As<T>(outData), room, in.first});
          });
        });
      });
    });
  };
}

sparse::Places PlacesOf(CallArgs& args) {
  const Span first = args.Array(ArrayKind::kInt32);
  const Span next = args.Array(ArrayKind::kInt32);
  return {As<int32_t>(first), Length(first), As<int32_t>(next), Length(next)};
}

Work CountPlaced(CallArgs& args) {
  const Input in(args);
  const sparse::Places places = PlacesOf(args);
  const Span counts = args.Array(ArrayKind::kFloat64);
  return [=] {
    in.Check(0);
    WithIndex(in.indices, [&](auto* indices) {
      sparse::CountPlaced(in.Rows(indices), places, As<double>(counts), Length(counts));
    });
  };
}

// Where results go that are written one after the other.
struct Output {
  size_t slots;
  Span cursor, indices, data;
  size_t room;

  Output(CallArgs& args, const Input& in) {
    slots = SlotsOf(args);
    cursor = args.Array(ArrayKind::kFloat64);
    indices = args.Indices();
    data = args.Array();
    SameKind(args, in.data, data);
    if (Length(cursor) < 1) args.Wrong("a cursor");
    room = std::min(Length(indices), Length(data) / slots);
  }
};

template <class F>
void Taken(const Input& in, const Output& out, F f) {
  in.Check(out.slots);
  WithIndex(in.indices, [&](auto* indices) {
    WithIndex(out.indices, [&](auto* to) {
      WithWidth(in.data, out.slots, [&](auto* data) {
        using T = std::remove_pointer_t<decltype(data)>;
        f(in.Rows(indices), data, to, As<T>(out.data));
      });
    });
  });
}

Work TakePlaced(CallArgs& args) {
  const Input in(args);
  const sparse::Places places = PlacesOf(args);
  const Output out(args, in);
  return [=] {
    Taken(in, out, [&](const auto& rows, auto* data, auto* to, auto* toData) {
      sparse::TakePlaced(rows, data, places, As<double>(out.cursor), to, toData, out.room);
    });
  };
}

Work TakeRows(CallArgs& args) {
  const Input in(args);
  const Output out(args, in);
  return [=] {
    Taken(in, out, [&](const auto& rows, auto* data, auto* to, auto* toData) {
      sparse::TakeRows(rows, data, As<double>(out.cursor), to, toData, out.room);
    });
  };
}

Work PlaceRows(CallArgs& args) {
  const Input in(args);
  const size_t fromSlots = SlotsOf(args);
  const Span cursors = args.Array(ArrayKind::kFloat64);
  const Span map = args.Array(ArrayKind::kInt32);
  const double shift = args.Number();
  const Span outIndices = args.Indices();
  const Span outData = args.Array();
  const size_t toSlots = SlotsOf(args);
  const sparse::Moves moves = {As<int32_t>(map), Length(map), shift};
  if (fromSlots > toSlots) args.Wrong("room for complex numbers");
  const size_t room = std::min(Length(outIndices), Length(outData) / toSlots);
  return [=] {
    in.Check(fromSlots);
    WithIndex(in.indices, [&](auto* indices) {
      WithIndex(outIndices, [&](auto* to) {
        WithType(in.data, [&](auto* data) {
          WithType(outData, [&](auto* toData) {
            sparse::PlaceRows(in.Rows(indices), data, fromSlots, As<double>(cursors),
                              Length(cursors), moves, to, toData, toSlots, room);
          });
        });
      });
    });
  };
}

Work SumRows(CallArgs& args) {
  const Input in(args);
  const size_t slots = SlotsOf(args);
  const Span sums = SumsOf(args);
  return [=] {
    in.Check(slots, false);
    WithType(in.data, [&](auto* data) {
      WithSums(sums, [&](auto* to) {
        sparse::SumRows(in.Rows<int32_t>(nullptr), data, slots, to, Length(sums) / slots);
      });
    });
  };
}

Work SumMinor(CallArgs& args) {
  const Input in(args);
  const size_t slots = SlotsOf(args);
  const Span sums = SumsOf(args);
  return [=] {
    in.Check(slots);
    WithIndex(in.indices, [&](auto* indices) {
      WithType(in.data, [&](auto* data) {
        WithSums(sums, [&](auto* to) {
          sparse::SumMinor(in.Rows(indices), data, slots, to, Length(sums) / slots);
        });
      });
    });
  };
}

Work SumMinorPart(CallArgs& args) {
  const Input in(args);
  const size_t slots = SlotsOf(args);
  const Span sums = SumsOf(args);
  const size_t low = args.Size();
  const size_t high = args.Size();
  const Span failed = args.Array(ArrayKind::kUint8);
  if (Length(failed) < 1) args.Wrong("room to tell of a failure");
  return [=] {
    in.Check(slots);
    if (*failed.data != 0) return;
    WithIndex(in.indices, [&](auto* indices) {
      WithType(in.data, [&](auto* data) {
        WithSums(sums, [&](auto* to) {
          if (!sparse::SumMinorPart(in.Rows(indices), data, slots, to, Length(sums) / slots, low,
                                    high))
            *failed.data = 1;
        });
      });
    });
  };
}

Work AddToDense(CallArgs& args) {
  const Input in(args);
  const size_t slots = SlotsOf(args);
  const bool boolean = args.Flag();
  const size_t minor = args.Size();
  const double majorStep = args.Number();
  const double minorStep = args.Number();
  const Span out = args.Array();
  SameKind(args, in.data, out);
  return [=] {
    in.Check(slots);
    WithIndex(in.indices, [&](auto* indices) {
      WithType(in.data, [&](auto* data) {
        using T = std::remove_pointer_t<decltype(data)>;
        sparse::AddToDense(in.Rows(indices), data, slots, boolean, minor, majorStep, minorStep,
                           As<T>(out), Length(out) / slots);
      });
    });
  };
}

Work Sort(CallArgs& args) {
  const Input in(args);
  const size_t slots = SlotsOf(args);
  return [=] {
    in.Check(slots);
    WithIndex(in.indices, [&](auto* indices) {
      WithWidth(in.data, slots,
                [&](auto* data) { sparse::SortRows(in.Rows(indices), indices, data); });
    });
  };
}

Work MergeCount(CallArgs& args) {
  const Input in(args);
  const size_t slots = SlotsOf(args);
  const bool boolean = args.Flag();
  const bool dropZeros = args.Flag();
  const Span counts = args.Array(ArrayKind::kFloat64);
  return [=] {
    in.Check(slots);
    WithIndex(in.indices, [&](auto* indices) {
      WithType(in.data, [&](auto* data) {
        using Index = std::remove_pointer_t<decltype(indices)>;
        using T = std::remove_pointer_t<decltype(data)>;
        sparse::Merge<Index, T>(in.Rows(indices), data, slots, boolean, dropZeros,
                                As<double>(counts), Length(counts), nullptr, nullptr, nullptr, 0);
      });
    });
  };
}

Work Merge(CallArgs& args) {
  const Input in(args);
  const bool boolean = args.Flag();
  const bool dropZeros = args.Flag();
  const Output out(args, in);
  SameKind(args, in.indices, out.indices);
  return [=] {
    in.Check(out.slots);
    WithIndex(in.indices, [&](auto* indices) {
      WithType(in.data, [&](auto* data) {
        using Index = std::remove_pointer_t<decltype(indices)>;
        using T = std::remove_pointer_t<decltype(data)>;
        sparse::Merge<Index, T>(in.Rows(indices), data, out.slots, boolean, dropZeros, nullptr, 0,
                                As<double>(out.cursor), As<Index>(out.indices), As<T>(out.data),
                                out.room);
      });
    });
  };
}

Work Parse(const Napi::Value& call) {
  static const std::map<std::string, Work (*)(CallArgs&)> kernels = {
      {"count", Count},
      {"scatter", Scatter},
      {"countPlaced", CountPlaced},
      {"takePlaced", TakePlaced},
      {"takeRows", TakeRows},
      {"placeRows", PlaceRows},
      {"sumRows", SumRows},
      {"sumMinor", SumMinor},
      {"sumMinorPart", SumMinorPart},
      {"addToDense", AddToDense},
      {"sort", Sort},
      {"mergeCount", MergeCount},
      {"merge", Merge},
      {"moments", AddToMoments},
      {"finishMoments", FinishMoments},
  };
  if (!call.IsArray()) throw Napi::TypeError::New(call.Env(), "a kernel's call was expected");
  CallArgs args(call.As<Napi::Array>());
  const auto kernel = kernels.find(args.Text());
  if (kernel == kernels.end()) throw Napi::TypeError::New(call.Env(), "there is no such kernel");
  return kernel->second(args);
}

// All calls at once, on this thread and the pool's.
Napi::Value Sparse(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const Napi::Array calls = Args(info).List();
  std::vector<Work> work;
  for (uint32_t i = 0; i < calls.Length(); i++) work.push_back(Parse(calls.Get(i)));
  try {
    RunTogether(std::move(work));
  } catch (const Failure& failure) {
    const Napi::Value error = EnvState::Of(env).makeError.Call(
        {Napi::String::New(env, failure.code()), Napi::String::New(env, failure.what()),
         Napi::String::New(env, ""), Napi::String::New(env, failure.key())});
    throw Napi::Error(env, error);
  } catch (const std::bad_alloc&) {
    throw Napi::Error::New(env, "there is not enough memory");
  }
  return env.Undefined();
}

// One call, on the pool. Its arrays must be ours alone: nobody else may transfer their memory.
Napi::Value SparseAsync(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  Work work = Parse(info[0]);
  // The list keeps all arrays of the call alive.
  return OnPool<Nothing>(
      env, {info[0].As<Napi::Object>()},
      [work = std::move(work)] {
        work();
        return Nothing{};
      },
      Undefined);
}

// Asks the system for large pages where a big array has not been touched yet: fewer faults, and
// scattered writes miss the page tables less.
Napi::Value HugePages(const Napi::CallbackInfo& info) {
  const Span span = SpanOf(Args(info).Array());
#ifdef __linux__
  constexpr uintptr_t kPage = 4096;
  const auto start = reinterpret_cast<uintptr_t>(span.data);
  const uintptr_t from = (start + kPage - 1) & ~(kPage - 1);
  const uintptr_t to = (start + span.bytes) & ~(kPage - 1);
  if (span.data != nullptr && to > from)
    madvise(span.data + (from - start), to - from, MADV_HUGEPAGE);
#else
  (void)span;
#endif
  return info.Env().Undefined();
}

}  // namespace

void ExportSparseCalls(Napi::Env env, Napi::Object exports) {
  exports.Set("sparse", Napi::Function::New(env, Sparse, "sparse"));
  exports.Set("sparseAsync", Napi::Function::New(env, SparseAsync, "sparseAsync"));
  exports.Set("hugePages", Napi::Function::New(env, HugePages, "hugePages"));
}

}  // namespace anndata
