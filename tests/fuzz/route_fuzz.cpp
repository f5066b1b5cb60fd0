// Routes and cluster descriptions, standard and Java's: written again as they were read.
#include "there_and_back.hpp"

#include <parley/remoting/codec/bodies/route.hpp>

using namespace parley;
using namespace parley::remoting;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::there_and_back<topic_route>({data, size});
  fuzz::there_and_back<cluster_info>({data, size});
  return 0;
}
