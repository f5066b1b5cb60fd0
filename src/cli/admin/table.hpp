// Aligned columns for people.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace parley::cli {

/// Titles above cells, two blanks between columns, no blanks at a line's end. What it is given may come from anywhere: control
/// characters are made harmless, and wide characters take the two columns that a terminal gives them.
class table {
 public:
  enum class side : std::uint8_t { left, right };
  struct column {
    std::string title;
    side to{side::left};
  };

  explicit table(std::vector<column> columns) : columns_(std::move(columns)) {}
  /// As many cells as there are columns.
  void add(std::vector<std::string> cells);
  /// A line each, with its end; the titles too where there are no rows.
  [[nodiscard]] std::string text() const;

 private:
  std::vector<column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace parley::cli
