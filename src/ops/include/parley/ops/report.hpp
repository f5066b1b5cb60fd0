// What a program tells of itself, taken on its main loop at one moment.
#pragma once

#include <parley/ops/check.hpp>
#include <parley/ops/figures.hpp>

#include <vector>

namespace parley::ops {

struct report {
  std::vector<observation> observations{};  ///< for /ready
  figures metrics{};                        ///< for /metrics
};

}  // namespace parley::ops
