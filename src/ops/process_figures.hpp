// What the system says about this process, under the names that Prometheus' own clients give it.
#pragma once

#include <parley/ops/figures.hpp>

namespace parley::ops {

/// What cannot be read is left out.
[[nodiscard]] figures process_figures();

}  // namespace parley::ops
