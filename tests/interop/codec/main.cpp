// Our side of the differential test against Java's codec; differential_test.py joins the two.
//
//   make SEED COUNT          lines "<kind> <hex> <canonical>" that we encoded
//   check                    such lines, encoded by Java, on standard input: decodes and compares
//   make-bodies SEED COUNT   lines "<kind> <hex>" of JSON bodies
//   check-bodies SEED COUNT  the same lines as Java wrote them again
#include "bodies.hpp"
#include "canonical.hpp"
#include "generator.hpp"

#include <parley/remoting/codec/frame.hpp>
#include <parley/remoting/codec/tags.hpp>

#include <fmt/format.h>
#include <iostream>
#include <string>

namespace parley::interop {
namespace {

class line_maker {
 public:
  explicit line_maker(std::uint64_t seed) : make_(seed) {}

  void round(int index) {
    frame(index % 2 == 0 ? remoting::header_type::json : remoting::header_type::binary);
    loose_frame();
    message();
    batch();
    text();
  }

 private:
  static void line(std::string_view kind, byte_view raw, std::string_view canonical_form) {
    std::cout << kind << ' ' << to_hex(raw) << ' ' << canonical_form << '\n';
  }

  void frame(remoting::header_type type) {
    const auto command = make_.command(type);
    bytes out;
    remoting::encode_frame(command, out).value();
    line("frame", out, canonical(command));
  }

  void loose_frame() {
    remoting::command command{
        .code = 7, .lang = remoting::language::go, .version = 1, .opaque = make_.int32(), .body = make_.noise(3)};
    for (auto left = make_.below(5); left > 0; --left)
      command.fields.set(fmt::format("k{}", left), static_cast<std::int64_t>(make_.below(100)));
    command.fields.set("flag", make_.coin());
    command.fields.set("text", fmt::format("a\"{}\n", make_.below(100)));
    line("frame", make_.loose_frame(command), canonical(command));
  }

  void message() {
    const auto in = make_.message();
    auto held = make_.stored(in);
    bytes out;
    remoting::encode_message(held, out).value();
    // What a reader gets: the body inflated, the bits of its compression still there.
    held.body = in.body;
    line("message", out, canonical(held));
  }

  void batch() {
    const auto items = make_.batch();
    bytes out;
    remoting::encode_batch(items, out).value();
    line("batch", out, canonical(items));
  }

  void text() {
    const auto block = make_.scramble();
    line("properties", as_bytes(block), canonical(remoting::decode_properties(block)));
    const auto tag = make_.text(0, 12);
    line("hash", as_bytes(tag), std::to_string(remoting::java_hash(tag)));
  }

  generator make_;
};

constexpr int told_max = 20;

int check(std::istream& in) {
  int lines = 0;
  int differ = 0;
  for (std::string line; std::getline(in, line); ++lines) {
    const auto first = line.find(' ');
    const auto second = line.find(' ', first + 1);
    const auto raw = second == std::string::npos ? std::nullopt
                                                 : from_hex(std::string_view(line).substr(first + 1, second - first - 1));
    const auto found = raw ? decode_canonical(line.substr(0, first), *raw)
                           : result<std::string>(fail(errc::malformed, "no such line"));
    const auto text = found ? *found : "refused: " + found.error().message;
    if (raw && text == std::string_view(line).substr(second + 1)) continue;
    if (++differ <= told_max) std::cout << "differs: " << line << "\n  ours: " << text << '\n';
  }
  std::cout << "we checked " << lines << " lines, " << differ << " differ\n";
  return lines > 0 && differ == 0 ? 0 : 1;
}

int run(int argc, char** argv) {
  const std::string mode = argc > 1 ? argv[1] : "";
  if (mode == "check") return check(std::cin);
  if (argc != 4) {
    std::cerr << "usage: interop_codec make|make-bodies|check-bodies SEED COUNT, or check\n";
    return 2;
  }
  const auto seed = std::stoull(argv[2]);
  const auto count = std::stoi(argv[3]);
  if (mode == "make") {
    line_maker maker(seed);
    for (int i = 0; i < count; ++i) maker.round(i);
    return 0;
  }
  if (mode == "make-bodies") {
    make_bodies(seed, count, std::cout);
    return 0;
  }
  const auto differ = check_bodies(seed, count, std::cin, std::cout);
  std::cout << "we checked " << count << " rounds of bodies, " << differ << " differ\n";
  return differ == 0 ? 0 : 1;
}

}  // namespace
}  // namespace parley::interop

int main(int argc, char** argv) {
  try {
    std::ios::sync_with_stdio(false);
    return parley::interop::run(argc, argv);
  } catch (const std::exception& failure) {
    std::cerr << failure.what() << '\n';
    return 2;
  }
}
