// A disk in memory that can lose, tear, fail and be full.
#include "faulty_disk.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace parley::broker::testing {

namespace {

constexpr std::uint64_t sector = 512;

struct pending_write {
  std::uint64_t at;
  bytes what;
};

void put(bytes& into, std::uint64_t at, byte_view what) {
  if (into.size() < at + what.size()) into.resize(at + what.size());
  std::copy(what.begin(), what.end(), into.begin() + static_cast<std::ptrdiff_t>(at));
}

}  // namespace

struct faulty_disk::node {
  bytes seen;     // what a reader gets
  bytes on_disk;  // what a power cut leaves for sure
  std::vector<pending_write> pending;
  bool lied{false};  // a flush failed: the pages are clean and are not on the disk
};

class faulty_file final : public file {
 public:
  faulty_file(faulty_disk& disk, std::shared_ptr<faulty_disk::node> of) : disk_(disk), of_(std::move(of)) {}

  result<std::size_t> read(std::uint64_t at, std::span<std::uint8_t> into) const override {
    if (at >= of_->seen.size()) return std::size_t{0};
    const auto count = std::min<std::uint64_t>(into.size(), of_->seen.size() - at);
    std::copy_n(of_->seen.begin() + static_cast<std::ptrdiff_t>(at), count, into.begin());
    return static_cast<std::size_t>(count);
  }

  result<void> write(std::uint64_t at, byte_view what) override {
    std::size_t allowed = what.size();
    const bool fails = disk_.write_fails(allowed);
    const auto part = what.first(std::min(allowed, what.size()));
    put(of_->seen, at, part);
    of_->pending.push_back({at, bytes(part.begin(), part.end())});
    return fails ? result<void>(fail(errc::storage, "a write that was made to fail")) : result<void>{};
  }

  result<void> flush() override {
    if (disk_.flush_fails()) {
      of_->pending.clear();
      of_->lied = true;
      return fail(errc::storage, "a flush that was made to fail");
    }
    if (!of_->lied) of_->on_disk = of_->seen;
    of_->pending.clear();
    return {};
  }

  result<void> reserve(std::uint64_t size) override {
    if (size <= of_->seen.size()) return {};
    if (disk_.capacity_ && disk_.used() + size - of_->seen.size() > *disk_.capacity_) return fail(errc::overloaded, "the disk is full");
    of_->seen.resize(size);
    return {};
  }

  result<std::uint64_t> size() const override { return static_cast<std::uint64_t>(of_->seen.size()); }
  void forget_cached() override {
    if (of_->pending.empty()) of_->seen = of_->on_disk;
  }

 private:
  faulty_disk& disk_;
  std::shared_ptr<faulty_disk::node> of_;
};

faulty_disk::faulty_disk() = default;
faulty_disk::~faulty_disk() = default;

result<std::vector<std::string>> faulty_disk::names() const {
  std::vector<std::string> out;
  for (const auto& [name, of] : files_) out.push_back(name);
  return out;
}

result<std::unique_ptr<file>> faulty_disk::open(const std::string& name) {
  const auto at = files_.find(name);
  if (at == files_.end()) return fail(errc::storage, "there is no " + name);
  return std::unique_ptr<file>(std::make_unique<faulty_file>(*this, at->second));
}

result<std::unique_ptr<file>> faulty_disk::create(const std::string& name) {
  if (files_.contains(name)) return fail(errc::invalid_argument, name + " is there");
  files_.emplace(name, std::make_shared<node>());
  return open(name);
}

result<void> faulty_disk::remove(const std::string& name) {
  files_.erase(name);
  return {};
}

result<void> faulty_disk::flush() {
  if (flush_fails()) return fail(errc::storage, "a flush that was made to fail");
  flushed_names_ = files_;
  return {};
}

void faulty_disk::crash(std::mt19937_64& random) {
  std::bernoulli_distribution coin(0.5);
  auto left = flushed_names_;
  for (const auto& [name, of] : files_) {
    if (!left.contains(name) && coin(random)) left.emplace(name, of);
  }
  for (const auto& [name, of] : flushed_names_) {
    if (!files_.contains(name) && coin(random)) left.erase(name);
  }
  for (const auto& [name, of] : left) {
    // The size is kept or lost as a whole, as what fallocate did is.
    if (of->on_disk.size() < of->seen.size() && coin(random)) of->on_disk.resize(of->seen.size());
    for (const auto& one : of->pending) {
      for (std::uint64_t from = 0; from < one.what.size();) {
        const auto to = std::min<std::uint64_t>(one.what.size(), (one.at + from) / sector * sector + sector - one.at);
        if (coin(random)) put(of->on_disk, one.at + from, byte_view(one.what).subspan(from, to - from));
        from = to;
      }
    }
    of->pending.clear();
    of->seen = of->on_disk;
    of->lied = false;
  }
  files_ = left;
  flushed_names_ = files_;
  failing_write_.reset();
  failing_flush_.reset();
}

bytes& faulty_disk::contents(const std::string& name) { return files_.at(name)->seen; }

std::map<std::string, bytes> faulty_disk::image() const {
  std::map<std::string, bytes> out;
  for (const auto& [name, of] : files_) out.emplace(name, of->seen);
  return out;
}

bool faulty_disk::write_fails(std::size_t& allowed) {
  if (!failing_write_ || failing_write_->first-- > 0) return false;
  allowed = failing_write_->second;
  failing_write_.reset();
  return true;
}

bool faulty_disk::flush_fails() {
  if (!failing_flush_ || (*failing_flush_)-- > 0) return false;
  failing_flush_.reset();
  return true;
}

std::uint64_t faulty_disk::used() const {
  std::uint64_t out = 0;
  for (const auto& [name, of] : files_) out += of->seen.size();
  return out;
}

}  // namespace parley::broker::testing
