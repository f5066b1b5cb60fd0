// The durable store of the chat: rooms, members, messages, accounts, answers and the outbox, behind one interface.
#pragma once

#include <parley/base/clock.hpp>
#include <parley/base/error.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace parley::chat {

/// A message of a room as it is kept and as history gives it.
struct kept_message {
  std::string message_id;
  std::string room_id;
  std::string user_id;
  std::string text;
  std::int64_t timestamp_ms{0};
  std::int64_t seq{0};  ///< per room, from 1, no gap, no repeat
};

/// What a page of history asks for. Bounds are inclusive. A page also ends after a walk over 50,000 messages or 32 MiB: it may
/// then hold few messages, or none, and still have a next one.
struct history_query {
  std::string room_id;
  std::int64_t before_seq{0};  ///< only older than this; 0 = from the newest
  std::int64_t limit{50};      ///< 1 to 200
  std::string user_id{};       ///< only this sender
  std::string text{};          ///< only messages that contain it, by bytes
  std::optional<std::int64_t> since_ms{}, until_ms{};
  std::size_t max_bytes{256U * 1024U};
};
struct history_page {
  std::vector<kept_message> messages;  ///< oldest first within the page
  std::int64_t next_before_seq{0};     ///< 0 = nothing older
};

struct room_summary {
  std::string room_id;
  std::int64_t members{0};
  std::int64_t messages{0};  ///< the last seq
  bool is_private{false};
  std::string owner_id{};  ///< who made it: the one who may add members to a private room
};
struct member_summary {
  std::string user_id;
  std::int64_t joined_ms{0};
  bool online{false};
};
struct account {
  std::string user_id;
  std::string state{"active"};  ///< active, muted, banned
  std::int64_t balance{0};
};

/// Something to publish, kept until a broker has it.
struct publication {
  enum class kind : std::uint8_t { response, event };
  std::int64_t id{0};  ///< given by the store
  kind what{kind::response};
  std::string tag;        ///< response: reply_to; event: its type
  std::string key;        ///< KEYS: the request id or the message id; empty = none
  std::string queue_key;  ///< events of one room go to one queue in order
  std::map<std::string, std::string, std::less<>> properties;
  std::string body;
  std::int64_t created_ms{0};
};

/// Reads and writes inside one open transaction; used on the store's thread only, never kept.
class transaction {
 public:
  virtual ~transaction() = default;

  /// The answer's body given before to this very request (user, id and content), if it changed something: this week or last.
  virtual result<std::optional<std::string>> remembered_answer(std::string_view user, std::string_view request_id,
                                                               std::string_view hash, std::int64_t now_ms) = 0;
  virtual result<void> remember_answer(std::string_view user, std::string_view request_id, std::string_view hash,
                                       std::string_view answer_body, std::int64_t now_ms) = 0;

  /// Gives the room's next seq and keeps the message under it. Makes the room, owned by the sender, when it is not there.
  virtual result<std::int64_t> append_message(const kept_message& message) = 0;
  virtual result<history_page> history(const history_query& query) = 0;

  /// True when the membership is new; `not_found` without the room.
  virtual result<bool> add_member(std::string_view room, std::string_view user, std::int64_t now_ms) = 0;
  /// True when there was one.
  virtual result<bool> remove_member(std::string_view room, std::string_view user) = 0;
  virtual result<bool> is_member(std::string_view room, std::string_view user) = 0;
  /// Nothing when the room does not exist.
  virtual result<std::optional<room_summary>> find_room(std::string_view room) = 0;
  virtual result<void> create_room(std::string_view room, bool is_private, std::string_view owner, std::int64_t now_ms) = 0;
  virtual result<std::vector<room_summary>> rooms_visible_to(std::string_view user, std::string_view after, std::int64_t limit) = 0;
  virtual result<std::vector<member_summary>> members(std::string_view room, std::string_view after, std::int64_t limit,
                                                      std::int64_t now_ms) = 0;

  /// A default account is given to a user who has none.
  virtual result<account> find_account(std::string_view user) = 0;
  virtual result<void> put_account(const account& value) = 0;

  /// Renews a session's lease; true when it is the user's first. A lease that ran out counts until expire_sessions has told of
  /// it, so that the users come and go by turns.
  virtual result<bool> renew_session(std::string_view user, std::string_view session, std::int64_t now_ms, std::int64_t until_ms) = 0;
  /// Ends a session; true when it was the user's last live one.
  virtual result<bool> end_session(std::string_view user, std::string_view session, std::int64_t now_ms) = 0;
  /// Takes out leases that have run out and gives the users who thereby have none left, at most `limit`.
  virtual result<std::vector<std::string>> expire_sessions(std::int64_t now_ms, std::int64_t limit) = 0;

  /// Puts into the outbox, claimed by this store object's owner until `claimed_until_ms`; gives the id.
  virtual result<std::int64_t> add_publication(const publication& what, std::int64_t claimed_until_ms) = 0;
};

/// One thread at a time uses a store. Several processes of one host may have the same file open.
class store {
 public:
  store() = default;
  store(const store&) = delete;
  store& operator=(const store&) = delete;
  virtual ~store() = default;

  using work = std::function<result<void>(transaction&)>;
  /// Runs each piece in turn, each undone alone when it fails, and commits them all at once: one flush for all. Gives each one's
  /// result; when the commit fails, that error for every one. The commit is durable when this returns. A piece that throws has
  /// failed with `internal`. A storage failure within a piece is one of all: nothing is kept.
  virtual std::vector<result<void>> write(std::span<const work> pieces) = 0;
  /// Takes publications out of the outbox: what was published. Costs no flush of its own: it is durable with the next write, and at
  /// the latest with the next claim_publications() or when the store is closed. A crash before that publishes them once more.
  virtual result<void> forget_publications(std::span<const std::int64_t> ids) = 0;
  /// Claims what nobody holds (its claim ran out): left behind by a crash. In order of id, at most `limit`.
  virtual result<std::vector<publication>> claim_publications(std::int64_t now_ms, std::int64_t until_ms, std::int64_t limit) = 0;
  /// How many wait in the outbox.
  virtual result<std::int64_t> outbox_size() = 0;
  /// Can it be written? For readiness.
  virtual result<void> check() = 0;
  /// Forgets remembered answers of weeks before the last one, at most `limit` of them, and says how many.
  virtual result<std::int64_t> forget_old_answers(std::int64_t now_ms, std::int64_t limit) = 0;
};

struct sqlite_store_options {
  milliseconds patience{3000};  ///< how long a call waits for another process's lock before it is `unavailable`
  std::int64_t checked_at_open_bytes{256LL * 1024 * 1024};  ///< a file up to this size is read for damage when it is opened
};

/// SQLite in WAL mode with synchronous=FULL at `path` (":memory:" is refused: it would not keep what it promises).
/// `owner` names this process in the outbox's claims. Opening creates the file (its folder must exist) and brings its schema up to
/// date; it is refused for a file that is damaged, another program's, or a newer version's. Damage that is found later, and a failed
/// flush, make every further call fail with `storage`: no partial history, and nothing acknowledged that may not be on the disk.
/// Errors: `unavailable` while another process holds the lock, `storage` for the rest (a full disk recovers by itself once there is space).
/// A thread of the store's own copies the write-ahead log back into the file.
[[nodiscard]] result<std::unique_ptr<store>> open_sqlite_store(const std::string& path, std::string owner,
                                                               sqlite_store_options options = {});

}  // namespace parley::chat
