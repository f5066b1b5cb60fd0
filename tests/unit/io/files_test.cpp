// The machine's files behind the interface: positions, room, names, and failures that say which file.
#include <parley/io/files.hpp>

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace parley::io {
namespace {

class files : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "parley-files-XXXXXX";
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no folder for the test");
    path_ = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(path_); }

  std::string path_;
};

TEST_F(files, read_back_what_was_written_and_zeros_where_only_room_was_made) {
  const auto where = open_folder(path_ + "/deep/down").value();
  const auto one = where->create("a").value();
  ASSERT_TRUE(one->reserve(100));
  ASSERT_TRUE(one->write(10, as_bytes("hello")));
  ASSERT_TRUE(one->flush());
  one->forget_cached();
  bytes seen(200, 1);
  EXPECT_EQ(one->read(8, seen).value(), 92U);
  EXPECT_EQ(as_text(byte_view(seen).first(9)), std::string_view("\0\0hello\0\0", 9));
  EXPECT_EQ(one->size().value(), 100U);
}

TEST_F(files, are_listed_in_order_made_once_and_removed) {
  const auto where = open_folder(path_).value();
  ASSERT_TRUE(where->create("b"));
  ASSERT_TRUE(where->create("a"));
  EXPECT_EQ(where->names().value(), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(where->create("a").error().code, errc::invalid_argument);
  ASSERT_TRUE(where->remove("a"));
  ASSERT_TRUE(where->flush());
  EXPECT_EQ(where->names().value(), (std::vector<std::string>{"b"}));
}

TEST_F(files, say_which_one_failed_and_why) {
  const auto where = open_folder(path_).value();
  const auto missing = where->open("nobody");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, errc::storage);
  EXPECT_NE(missing.error().message.find(path_ + "/nobody: No such file or directory"), std::string::npos) << missing.error().message;
  EXPECT_FALSE(open_folder("/proc/no/such/folder"));
}

}  // namespace
}  // namespace parley::io
