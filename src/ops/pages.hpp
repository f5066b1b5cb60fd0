// The endpoint's pages as text: what was seen in, JSON out.
#pragma once

#include "http/http_answer.hpp"

#include <parley/ops/check.hpp>

namespace parley::ops {

/// `answers` says whether the main loop did, `delay` after how long.
[[nodiscard]] http_answer health_page(bool answers, milliseconds delay);
[[nodiscard]] http_answer ready_page(const readiness& what);

}  // namespace parley::ops
