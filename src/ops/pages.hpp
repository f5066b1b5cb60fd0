// The endpoint's pages as text: what was seen in, JSON out.
#pragma once

#include "http/http_answer.hpp"

#include <parley/ops/check.hpp>
#include <parley/ops/figures.hpp>

namespace parley::ops {

/// `answers` says whether the main loop did, `delay` after how long.
[[nodiscard]] http_answer health_page(bool answers, milliseconds delay);
[[nodiscard]] http_answer ready_page(const readiness& what);
/// What the checks say as figures.
[[nodiscard]] figures figures_of(const readiness& what, milliseconds loop_delay);
[[nodiscard]] http_answer metrics_page(const figures& what);

}  // namespace parley::ops
