// Bodies for the differential test: Java reads ours and writes them again, and nothing may be lost or changed.
#pragma once

#include <cstdint>
#include <iosfwd>

namespace parley::interop {

/// Writes lines "<kind> <hex>" of generated bodies.
void make_bodies(std::uint64_t seed, int count, std::ostream& out);

/// Reads the same lines as Java wrote them again and compares them with what the seed generates. The number of differences,
/// of which the first are told; a line that is missing is one.
int check_bodies(std::uint64_t seed, int count, std::istream& in, std::ostream& out);

}  // namespace parley::interop
