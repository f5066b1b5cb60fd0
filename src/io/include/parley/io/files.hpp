// The machine's files.
#pragma once

#include <parley/base/files.hpp>

#include <memory>
#include <string>

namespace parley::io {

/// A folder of the file system, made with its parents when it is not there.
[[nodiscard]] result<std::unique_ptr<folder>> open_folder(const std::string& path);

}  // namespace parley::io
