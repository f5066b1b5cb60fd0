// What a benchmark measures beside its own times: processor time and memory of processes, the disk's flush.
#pragma once

#include <parley/base/error.hpp>

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace parley::cli {

/// Times in microseconds.
using samples = std::vector<double>;

/// The value that this share (0 to 1) of the samples does not exceed; 0 without samples.
[[nodiscard]] double percentile(samples values, double share);

/// Processor time that all threads of a process have used, in microseconds, to the nanosecond by the scheduler's count;
/// 0 when the process is gone.
[[nodiscard]] double cpu_us_of(pid_t process);
/// Resident memory in KiB; 0 when the process is gone.
[[nodiscard]] std::int64_t rss_kib_of(pid_t process);

/// Appends a page to a file of its own in the folder and flushes it, so often; removes the file.
[[nodiscard]] result<samples> time_fdatasync(const std::string& folder, int times);

}  // namespace parley::cli
