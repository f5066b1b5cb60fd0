// Aligned columns for people.
#include "admin/table.hpp"

#include "terminal/harmless.hpp"

#include <algorithm>

namespace parley::cli {
namespace {

constexpr std::size_t gap = 2;

std::size_t width_of(const std::string& text) {
  std::size_t out = 0;
  for (const auto point : code_points(text)) out += columns_of(point);
  return out;
}

void append_line(std::string& out, const std::vector<std::string>& cells, const std::vector<table::column>& columns,
                 const std::vector<std::size_t>& widths) {
  const auto begin = out.size();
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const std::string blanks(widths[i] - width_of(cells[i]), ' ');
    if (i > 0) out.append(gap, ' ');
    out += columns[i].to == table::side::right ? blanks + cells[i] : cells[i] + blanks;
  }
  const auto last = out.find_last_not_of(' ');
  out.resize(last == std::string::npos || last < begin ? begin : last + 1);
  out += '\n';
}

}  // namespace

void table::add(std::vector<std::string> cells) {
  for (auto& cell : cells) cell = harmless(cell);
  cells.resize(columns_.size());
  rows_.push_back(std::move(cells));
}

std::string table::text() const {
  std::vector<std::string> titles;
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    titles.push_back(columns_[i].title);
    auto width = width_of(titles.back());
    for (const auto& row : rows_) width = std::max(width, width_of(row[i]));
    widths.push_back(width);
  }
  std::string out;
  append_line(out, titles, columns_, widths);
  for (const auto& row : rows_) append_line(out, row, columns_, widths);
  return out;
}

}  // namespace parley::cli
