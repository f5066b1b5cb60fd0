// Names and numbers of the languages that peers say they are written in.
#include <parley/remoting/codec/header.hpp>

#include <array>

namespace parley::remoting {
namespace {

constexpr std::array<std::string_view, 14> names{"JAVA",  "CPP",  "DOTNET", "PYTHON", "DELPHI", "ERLANG", "RUBY",
                                                 "OTHER", "HTTP", "GO",     "PHP",    "OMS",    "RUST",   "NODE_JS"};

}  // namespace

std::string_view name_of(language in) noexcept {
  const auto number = static_cast<std::size_t>(in);
  return names[number < names.size() ? number : static_cast<std::size_t>(language::other)];
}

language language_of(std::string_view name) noexcept {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == name) return static_cast<language>(i);
  }
  return language::other;
}

language language_of(std::uint8_t number) noexcept {
  return number < names.size() ? static_cast<language>(number) : language::other;
}

}  // namespace parley::remoting
