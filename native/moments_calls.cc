// SPDX-License-Identifier: BSD-3-Clause

#include "moments_calls.h"

#include <algorithm>
#include <type_traits>

#include "kernels/moments.h"

namespace anndata {
namespace {

// The lines of a call, as bytes until their type is known.
struct LineSpans {
  Span open, total, lows, highs;

  LineSpans(CallArgs& args, ArrayKind values) {
    open = args.Array(ArrayKind::kFloat64);
    total = args.Array(ArrayKind::kFloat64);
    lows = args.ArrayOrNull();
    highs = args.ArrayOrNull();
    for (const Span& limits : {lows, highs}) {
      if (limits.data != nullptr && limits.kind != values) args.Wrong("limits of the values' kind");
    }
  }

  template <class T>
  moments::Lines<T> Of() const {
    using Sum = moments::SumOf<T>;
    size_t size =
        std::min(open.bytes / sizeof(moments::Open<T>), total.bytes / sizeof(moments::Total<Sum>));
    const bool limited = lows.data != nullptr && highs.data != nullptr;
    if (limited) size = std::min({size, Length(lows), Length(highs)});
    return {As<moments::Open<T>>(open), As<moments::Total<Sum>>(total),
            limited ? As<T>(lows) : nullptr, limited ? As<T>(highs) : nullptr, size};
  }
};

// The memory of no indices at all may be nowhere, which means that all positions are stored.
template <class Index>
const Index* IndicesOf(const Index* indices, bool dense) {
  static const Index kNone = 0;
  if (dense) return nullptr;
  return indices == nullptr ? &kNone : indices;
}

}  // namespace

KernelWork AddToMoments(CallArgs& args) {
  const Span starts = args.Array(ArrayKind::kFloat64);
  const Span ends = args.Array(ArrayKind::kFloat64);
  const auto first = static_cast<double>(args.Size());
  const bool dense = args.NextIsNull();
  const Span indices = dense ? args.ArrayOrNull() : args.Indices();
  const Span data = args.Array();
  if (starts.bytes != ends.bytes) args.Wrong("as many ends as starts");
  const bool along = args.Flag();
  moments::Place place;
  for (size_t* size : {&place.major, &place.minor, &place.length, &place.low, &place.high})
    *size = args.Size();
  const Span of = args.ArrayOrNull();
  if (of.data != nullptr && of.kind != ArrayKind::kInt32) args.Wrong("an Int32Array or null");
  const moments::Groups groups = {As<int32_t>(of), Length(of), args.Size()};
  const LineSpans spans(args, data.kind);
  const Span failed = args.Array(ArrayKind::kUint8);
  if (Length(failed) < 1) args.Wrong("room to tell of a failure");
  return [=] {
    if (*failed.data != 0) return;
    sparse::CheckSpans(As<double>(starts), As<double>(ends), Length(starts),
                       dense ? Length(data) : std::min(Length(data), Length(indices)));
    WithType(data, [&](auto* values) {
      using T = std::remove_pointer_t<decltype(values)>;
      const auto lines = spans.Of<T>();
      WithIndex(indices, [&](auto* at) {
        using Index = std::remove_pointer_t<decltype(at)>;
        const sparse::Rows<Index> rows = {As<double>(starts), As<double>(ends), Length(starts),
                                          IndicesOf(at, dense), first};
        const bool fine = along ? moments::Along(rows, values, place, groups, lines)
                                : moments::Across(rows, values, place, groups, lines);
        if (!fine) *failed.data = 1;
      });
    });
  };
}

KernelWork FinishMoments(CallArgs& args) {
  const Span values = args.Array();  // for its kind
  const size_t first = args.Size();
  const size_t count = args.Size();
  const double length = args.Number();
  const double ddof = args.Number();
  const LineSpans spans(args, values.kind);
  const Span sums = args.Array();
  const Span means = args.Array(ArrayKind::kFloat64);
  const Span variances = args.Array(ArrayKind::kFloat64);
  const Span counts = args.Array(ArrayKind::kFloat64);
  for (const Span& results : {sums, means, variances, counts}) {
    if (results.bytes / sizeof(double) < first + count) args.Wrong("room for the results");
  }
  return [=] {
    WithType(values, [&](auto* at) {
      using T = std::remove_pointer_t<decltype(at)>;
      moments::Finish(
          spans.Of<T>(), first, count, length, ddof,
          moments::Results<moments::SumOf<T>>{As<moments::SumOf<T>>(sums), As<double>(means),
                                              As<double>(variances), As<double>(counts)});
    });
  };
}

}  // namespace anndata
