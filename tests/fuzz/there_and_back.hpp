// Bodies as fuzz targets: decode, encode, decode.
#pragma once

#include "require.hpp"

namespace parley::fuzz {

/// `normalize` may even out what is known not to survive exactly.
template <class T, class Normalize>
void there_and_back(byte_view in, Normalize normalize) {
  auto first = T::decode(in);
  if (!decoded(first)) return;
  const auto out = first->encode();
  require(out.has_value(), "a decoded body can be written");
  auto second = T::decode(*out);
  require(second.has_value(), "a written body can be read");
  normalize(*first);
  normalize(*second);
  require(*first == *second, "a body is read as it was written");
}

template <class T>
void there_and_back(byte_view in) {
  there_and_back<T>(in, [](T&) {});
}

}  // namespace parley::fuzz
