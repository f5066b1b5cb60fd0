// The store in an SQLite file: one transaction for a batch, a savepoint for each piece where there are several.
#include "outbox.hpp"
#include "schema.hpp"
#include "sqlite_transaction.hpp"
#include "write_ahead_log.hpp"

#include <parley/chat/store/store.hpp>

#include <fmt/format.h>

#include <sqlite3.h>

#include <algorithm>
#include <exception>

namespace parley::chat {
namespace {

/// More than this is taken out of the outbox by a write of its own.
constexpr std::size_t max_forgotten = 4096;
/// Reading batches leave what is to be forgotten to a writing one, up to this many.
constexpr std::size_t forgotten_worth_a_flush = 512;

class sqlite_store final : public store {
 public:
  sqlite_store(std::unique_ptr<sqlite_connection> on, std::unique_ptr<sqlite_connection> beside, std::string owner)
      : on_(std::move(on)), owner_(std::move(owner)), transaction_(*on_, owner_), copier_(std::move(beside)) {
    sqlite3_wal_hook(on_->raw(), &committed, this);
  }
  ~sqlite_store() override {
    if (!forgotten_.empty()) static_cast<void>(take_out_forgotten());
  }

  std::vector<result<void>> write(std::span<const work> pieces) override;
  result<void> forget_publications(std::span<const std::int64_t> ids) override;
  result<std::vector<publication>> claim_publications(std::int64_t now_ms, std::int64_t until_ms, std::int64_t limit) override;
  result<std::int64_t> outbox_size() override;
  result<void> check() override;
  result<std::int64_t> forget_old_answers(std::int64_t now_ms, std::int64_t limit) override;

 private:
  static int committed(void* self, sqlite3* database, const char* name, int log_pages);
  void bound_log();
  result<void> begin();
  result<void> commit();
  void roll_back();
  result<void> attempt(const work& piece);
  result<void> run_piece(const work& piece);
  result<void> write_one(const work& piece);
  result<void> take_out_forgotten();
  /// Runs it in a transaction of its own, what is to be forgotten with it.
  template <class Work>
  result<void> alone(Work what);

  std::unique_ptr<sqlite_connection> on_;
  std::string owner_;
  sqlite_transaction transaction_;
  std::vector<std::int64_t> forgotten_;  ///< published, and not yet taken out of the outbox
  int log_pages_{0}, next_copy_at_{copied_back_from_pages};
  bool last_write_failed_{false};
  log_copier copier_;
};

int sqlite_store::committed(void* self, sqlite3*, const char*, int log_pages) {
  static_cast<sqlite_store*>(self)->log_pages_ = log_pages;
  return SQLITE_OK;
}

/// The copier keeps up unless writes never pause; then the log would grow for ever, and the writer lends a hand.
void sqlite_store::bound_log() {
  if (log_pages_ < copied_back_from_pages) next_copy_at_ = copied_back_from_pages;
  if (log_pages_ >= log_pages_at_most) {
    copy_back(*on_);
  } else if (log_pages_ >= next_copy_at_) {
    next_copy_at_ = log_pages_ + copied_back_from_pages / 4;
    copier_.ask();
  }
}

result<void> sqlite_store::begin() {
  on_->forget_failure();
  return on_->query("BEGIN IMMEDIATE").run();
}

void sqlite_store::roll_back() {
  if (!on_->in_transaction()) return;
  // A fenced connection runs nothing through query(): the transaction must end all the same, for the other processes.
  sqlite3_exec(on_->raw(), "ROLLBACK", nullptr, nullptr, nullptr);
}

result<void> sqlite_store::commit() {
  auto done = on_->query("COMMIT").run();
  last_write_failed_ = !done;
  if (!done) {
    roll_back();
    return done;
  }
  bound_log();
  return done;
}

template <class Work>
result<void> sqlite_store::alone(Work what) {
  if (auto begun = begin(); !begun) return begun;
  auto done = delete_publications(*on_, forgotten_);
  if (done) done = what();
  if (!done) {
    last_write_failed_ = on_->failure().has_value();
    roll_back();
    return done;
  }
  done = commit();
  if (done) forgotten_.clear();
  return done;
}

result<void> sqlite_store::take_out_forgotten() {
  return alone([] { return result<void>{}; });
}

result<void> sqlite_store::attempt(const work& piece) {
  result<void> done{};
  try {
    done = piece(transaction_);
  } catch (const std::exception& thrown) {
    done = fail(errc::internal, fmt::format("a piece of a transaction threw: {}", thrown.what()));
  }
  if (on_->failure()) return *on_->failure();
  return done;
}

result<void> sqlite_store::run_piece(const work& piece) {
  if (auto saved = on_->query("SAVEPOINT piece").run(); !saved) return saved;
  auto done = attempt(piece);
  if (on_->failure()) return done;
  if (!done) {
    if (auto undone = on_->query("ROLLBACK TO piece").run(); !undone) return undone;
  }
  if (auto released = on_->query("RELEASE piece").run(); !released) return released;
  return done;
}

/// The whole transaction is undone with its only piece: a savepoint would copy each page that the piece changes.
result<void> sqlite_store::write_one(const work& piece) {
  auto done = attempt(piece);
  if (done || on_->failure()) return done;
  roll_back();
  if (auto again = begin(); !again) return again;
  return done;
}

std::vector<result<void>> sqlite_store::write(std::span<const work> pieces) {
  const auto all = [&pieces](const error& cause) { return std::vector<result<void>>(pieces.size(), result<void>(cause)); };
  if (const auto begun = begin(); !begun) return all(begun.error());
  const auto changes_before = sqlite3_total_changes64(on_->raw());
  std::vector<result<void>> out;
  out.reserve(pieces.size());
  for (const auto& piece : pieces) {
    out.push_back(pieces.size() == 1 ? write_one(piece) : run_piece(piece));
    if (on_->failure()) break;
  }
  const bool writes = sqlite3_total_changes64(on_->raw()) != changes_before || forgotten_.size() > forgotten_worth_a_flush;
  if (writes && !on_->failure()) static_cast<void>(delete_publications(*on_, forgotten_));
  if (const auto failure = on_->failure()) {
    last_write_failed_ = true;
    roll_back();
    return all(*failure);
  }
  if (const auto done = commit(); !done) return all(done.error());
  if (writes) forgotten_.clear();
  return out;
}

result<void> sqlite_store::forget_publications(std::span<const std::int64_t> ids) {
  if (on_->fenced()) return *on_->fenced();
  forgotten_.insert(forgotten_.end(), ids.begin(), ids.end());
  if (forgotten_.size() <= max_forgotten) return {};
  auto done = take_out_forgotten();
  // Without room to remember them they stay in the outbox, from where they are published once more.
  if (!done) forgotten_.resize(max_forgotten);
  return done;
}

result<std::vector<publication>> sqlite_store::claim_publications(std::int64_t now_ms, std::int64_t until_ms, std::int64_t limit) {
  if (forgotten_.empty()) {
    const auto any = has_unclaimed(*on_, now_ms, until_ms);
    if (!any) return any.error();
    if (!*any) return std::vector<publication>{};
  }
  std::vector<publication> out;
  auto done = alone([&]() -> result<void> {
    auto claimed = claim_unclaimed(*on_, owner_, now_ms, until_ms, limit);
    if (!claimed) return claimed.error();
    out = std::move(*claimed);
    return {};
  });
  if (!done) return done.error();
  return out;
}

result<std::int64_t> sqlite_store::outbox_size() {
  const auto rows = count_publications(*on_);
  if (!rows) return rows.error();
  return std::max<std::int64_t>(*rows - static_cast<std::int64_t>(forgotten_.size()), 0);
}

result<void> sqlite_store::check() {
  if (on_->fenced()) return *on_->fenced();
  if (last_write_failed_ || !forgotten_.empty()) {
    // Rewriting the version that is there dirties a page, which shows whether one can be written again.
    return alone([this] { return rewrite_version(*on_); });
  }
  if (auto begun = begin(); !begun) return begun;
  roll_back();
  return {};
}

result<std::int64_t> sqlite_store::forget_old_answers(std::int64_t now_ms, std::int64_t limit) {
  std::int64_t count = 0;
  auto done = alone([&]() -> result<void> {
    auto deleted = delete_answers(*on_, now_ms, limit);
    if (!deleted) return deleted.error();
    count = *deleted;
    return {};
  });
  if (!done) return done.error();
  return count;
}

}  // namespace

result<std::unique_ptr<store>> open_sqlite_store(const std::string& path, std::string owner, sqlite_store_options options) {
  auto on = sqlite_connection::open(path, options.patience);
  if (!on) return std::move(on).error();
  if (auto ready = configure(**on); !ready) return ready.error();
  if (auto sound = look_for_log_damage(**on); !sound) return sound.error();
  if (auto ready = bring_up_to_date(**on); !ready) return ready.error();
  if (auto sound = look_for_damage(**on, options.checked_at_open_bytes); !sound) return sound.error();
  lay_out_log(**on);
  auto beside = sqlite_connection::open(path, options.patience);
  if (!beside) return std::move(beside).error();
  if (auto ready = configure(**beside); !ready) return ready.error();
  return std::unique_ptr<store>(new sqlite_store(std::move(*on), std::move(*beside), std::move(owner)));
}

}  // namespace parley::chat
