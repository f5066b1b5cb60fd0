// Names of version numbers, as Apache's MQVersion has them.
#include <parley/remoting/codec/command.hpp>
#include <parley/remoting/codec/version.hpp>

#include <gtest/gtest.h>

namespace parley::remoting {
namespace {

TEST(version_name, is_apaches) {
  EXPECT_EQ(version_name(212), "V4_0_0_SNAPSHOT");
  EXPECT_EQ(version_name(273), "V4_3_0");
  EXPECT_EQ(version_name(317), "V4_5_2");
  EXPECT_EQ(version_name(401), "V4_9_4");
  EXPECT_EQ(version_name(412), "V5_0_0_SNAPSHOT");
  EXPECT_EQ(version_name(479), "V5_3_3");
  EXPECT_EQ(version_name(own_version), "V5_5_0");
  EXPECT_EQ(version_name(611), "V5_9_9");
}

TEST(version_name, is_the_number_where_there_is_none) {
  EXPECT_EQ(version_name(37), "(37)") << "versions before 4.0.0 are not counted evenly";
  EXPECT_EQ(version_name(612), "(612)");
  EXPECT_EQ(version_name(-1), "(-1)");
}

}  // namespace
}  // namespace parley::remoting
