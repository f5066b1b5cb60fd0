// Text form of the offsets, and the order of steps that keeps one whole file on the disk.
#include "consume/offset_file.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <iterator>
#include <utility>

namespace parley::rocketmq::consume {
namespace {

constexpr std::string_view first_line = "parley offsets 1";
constexpr std::size_t file_bytes_max = 64U * 1024U * 1024U;

/// The text before the next newline, taken off; nothing when there is none.
std::optional<std::string_view> take_line(std::string_view& text) {
  const auto end = text.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const auto line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

template <class T>
bool parse_number(std::string_view text, T& out) {
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), out);
  return failure == std::errc{} && end == text.data() + text.size();
}

std::optional<std::pair<message_queue, std::int64_t>> parse_line(std::string_view line) {
  std::array<std::string_view, 4> parts;
  for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
    const auto tab = line.find('\t');
    if (tab == std::string_view::npos) return std::nullopt;
    parts[i] = line.substr(0, tab);
    line.remove_prefix(tab + 1);
  }
  parts[3] = line;
  message_queue queue{std::string(parts[3]), std::string(parts[2]), 0};
  std::int64_t offset = 0;
  const bool numbers = parse_number(parts[0], offset) && parse_number(parts[1], queue.queue_id);
  if (!numbers || offset < 0 || queue.topic.empty()) return std::nullopt;
  return std::pair(std::move(queue), offset);
}

}  // namespace

std::string write_offsets(const offset_map& in) {
  std::string out(first_line);
  out += '\n';
  for (const auto& [queue, offset] : in) {
    fmt::format_to(std::back_inserter(out), "{}\t{}\t{}\t{}\n", offset, queue.queue_id, queue.broker_name, queue.topic);
  }
  fmt::format_to(std::back_inserter(out), "end {}\n", in.size());
  return out;
}

result<offset_map> read_offsets(std::string_view text) {
  const auto malformed = [](std::string_view what) {
    return fail(errc::malformed, fmt::format("not a whole offset file: {}", what));
  };
  if (take_line(text) != first_line) return malformed("the first line differs");
  offset_map out;
  while (const auto line = take_line(text)) {
    if (line->starts_with("end ")) {
      std::size_t count = 0;
      if (!parse_number(line->substr(4), count) || count != out.size() || !text.empty())
        return malformed("the last line does not fit the rest");
      return out;
    }
    auto entry = parse_line(*line);
    if (!entry || !out.insert(std::move(*entry)).second) return malformed(fmt::format("line {}", out.size() + 2));
  }
  return malformed("the last line is missing");
}

offset_file::offset_file(file_store& files, std::string directory)
    : files_(files), directory_(std::move(directory)), path_(directory_ + "/offsets.txt"), backup_(path_ + ".bak") {}

result<std::optional<offset_map>> offset_file::read_one(const std::string& path) {
  auto text = files_.read(path, file_bytes_max);
  if (!text) return text.error();
  if (!*text) return std::optional<offset_map>{};
  auto offsets = read_offsets(**text);
  if (!offsets) return std::move(offsets).error().with_context(path + ": ");
  return std::optional(std::move(*offsets));
}

result<offset_file::loaded> offset_file::load() {
  auto present = read_one(path_);
  if (present && *present) return loaded{std::move(**present), false};
  auto backup = read_one(backup_);
  if (backup && *backup) return loaded{std::move(**backup), true};
  if (!present)
    return std::move(present).error().with_context("broadcast offsets cannot be read (remove the file to begin anew): ");
  if (!backup)
    return std::move(backup).error().with_context("broadcast offsets cannot be read (remove the file to begin anew): ");
  return loaded{};
}

result<void> offset_file::save(const offset_map& offsets) {
  const auto fresh = path_ + ".new";
  auto written = files_.write(fresh, write_offsets(offsets));
  if (!written) return written;
  const auto present = read_one(path_);
  // Only a whole file may become the backup: a damaged one would push the good backup out.
  if (present && *present) {
    auto kept = files_.rename(path_, backup_);
    if (!kept) return kept;
  }
  auto renamed = files_.rename(fresh, path_);
  if (!renamed) return renamed;
  return files_.sync_directory(directory_);
}

}  // namespace parley::rocketmq::consume
