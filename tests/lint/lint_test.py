#!/usr/bin/env python3
# Proves that each house rule catches what it is for, and lets the house form through.
import unittest

import rules


def complaints(rule, text, path="src/chat/service/x.cpp"):
    return [line for line, _ in rule(path, text)]


class co_await_form(unittest.TestCase):
    def assert_caught(self, *bodies):
        for body in bodies:
            with self.subTest(body):
                self.assertTrue(complaints(rules.co_await_form, f"task<> f() {{\n  {body}\n}}\n"))

    def assert_clean(self, *bodies):
        for body in bodies:
            with self.subTest(body):
                self.assertEqual([], complaints(rules.co_await_form, f"task<> f() {{\n  {body}\n}}\n"))

    def test_braces_beside_co_await_are_caught(self):
        self.assert_caught(
            "co_await p.send({.topic = t});",
            "auto x = co_await p.send(message{t, 1});",
            "const result<int> x{co_await g()};",
            "co_await co_spawn(ex, [s]() -> task<> { co_return; }, use_awaitable);",
            "std::vector<int> v = {co_await g()};",
            "co_return reply{co_await g()};",
            "co_await until([x] { return x == 1; });",
            "co_await until([&, x] { return x == 1; });",
            "co_await until([this] { return done_; });",
            "co_await until([&] { return f(); }, {.limit = 3});")

    def test_conditions_with_co_await_are_caught(self):
        self.assert_caught(
            "if (co_await g()) h();",
            "if (auto r = co_await g(); !r) { co_return; }",
            "while (!(co_await g())) { h(); }",
            "switch (co_await g()) { default: break; }",
            "for (int i = 0; co_await g(); ++i) { h(); }",
            "for (auto& x : co_await g()) { h(x); }")

    def test_two_in_one_statement_are_caught(self):
        self.assert_caught("auto x = co_await a() + co_await b();", "f(co_await a(),\n    co_await b());", "co_await co_await a();")

    def test_the_house_form_passes(self):
        self.assert_clean(
            "const auto x = co_await g();",
            "co_await g(a, std::move(b));",
            "if (x) co_await g();",
            "if (x) { co_await g(); } else { co_await h(); }",
            "for (auto& x : list) {\n co_await g(x);\n co_await h(x);\n }",
            "while (true) { auto x = co_await g(); if (!x) co_return; }",
            "for (int i = 0; i < 3; ++i) co_await g(i);",
            "options o{.a = 1};\n  co_await g(std::move(o));",
            "try { co_await g(); } catch (const error&) { h(); }",
            "co_return co_await g();",
            "auto f = [](int x) -> task<int> { const auto y = co_await g(x); co_return y; };\n  co_await f(1);",
            "co_await until([&] { return x == 1; });",
            "co_await until([&a, &b](int (*f)(int)) -> bool { return f(a) == b; }, far_away());",
            "spawn(ex, [](int x) -> task<void> { co_await g(x); }(1));",
            "switch (x) { case 1: co_await g(); break; default: co_await h(); }",
            'log("co_await {}");  // if (co_await g()) {',
            "auto [a, b] = co_await g(\"{}\", '{', 1'000);")

    def test_the_line_is_named(self):
        self.assertEqual([3], complaints(rules.co_await_form, "task<> f() {\n  h();\n  if (co_await g()) h();\n}\n"))


class includes(unittest.TestCase):
    def caught(self, path, target):
        return bool(complaints(rules.includes, f"#include {target}\n", path))

    def test_includes_against_the_arrows_are_caught(self):
        for path, target in (
                ("src/base/x.cpp", "<parley/io/task.hpp>"),
                ("src/remoting/codec/x.cpp", "<parley/io/stream.hpp>"),
                ("src/remoting/codec/x.cpp", "<parley/remoting/net/connection.hpp>"),
                ("src/remoting/exchange/x.cpp", "<parley/io/stream.hpp>"),
                ("src/rocketmq/x.cpp", "<parley/chat/client.hpp>"),
                ("src/chat/x.cpp", "<parley/remoting/net/connection.hpp>"),
                ("src/broker/x.cpp", "<parley/rocketmq/client.hpp>"),
                ("src/rocketmq/a/x.cpp", '"../../chat/x.hpp"')):
            with self.subTest(f"{path} {target}"):
                self.assertTrue(self.caught(path, target))

    def test_foreign_headers_in_the_wrong_layer_are_caught(self):
        for path, target in (
                ("src/base/x.cpp", "<boost/asio/post.hpp>"),
                ("src/base/x.cpp", "<boost/asio.hpp>"),
                ("src/remoting/codec/x.cpp", "<boost/asio/buffer.hpp>"),
                ("src/chat/service/x.cpp", "<sqlite3.h>"),
                ("src/cli/x.cpp", "<sqlite3.h>"),
                ("src/rocketmq/x.cpp", "<openssl/ssl.h>"),
                ("include/parley/rocketmq/x.hpp", "<boost/json.hpp>"),
                ("src/io/x.cpp", "<gtest/gtest.h>"),
                ("src/cli/x.cpp", "<boost/beast/http.hpp>"),
                ("src/chat/server/x.cpp", "<parley/ops/check.hpp>"),
                ("src/rocketmq/x.cpp", "<prometheus/text_serializer.h>"),
                ("tests/unit/x.cpp", "<boost/beast/http.hpp>")):
            with self.subTest(f"{path} {target}"):
                self.assertTrue(self.caught(path, target))

    def test_allowed_includes_pass(self):
        for path, target in (
                ("src/base/x.cpp", "<fmt/format.h>"),
                ("src/base/x.cpp", "<vector>"),
                ("src/base/x.cpp", "<parley/base/error.hpp>"),
                ("src/io/x.cpp", "<boost/asio/post.hpp>"),
                ("src/remoting/codec/x.cpp", "<zlib.h>"),
                ("src/remoting/net/x.cpp", "<parley/remoting/codec/frame.hpp>"),
                ("src/rocketmq/x.cpp", "<parley/rocketmq/client.hpp>"),
                ("src/chat/store/x.cpp", "<sqlite3.h>"),
                ("src/cli/x.cpp", "<parley/remoting/net/connection.hpp>"),
                ("src/chat/x.cpp", '"names.hpp"'),
                ("tests/integration/x.cpp", "<sqlite3.h>")):
            with self.subTest(f"{path} {target}"):
                self.assertFalse(self.caught(path, target))


class the_rest(unittest.TestCase):
    def test_a_missing_purpose_is_caught(self):
        for path, text in (("src/io/a.cpp", "#include <x>\n"), ("src/io/a.cpp", ""), ("src/io/a.cpp", "//\n"),
                           ("a.py", "#!/usr/bin/env python3\nimport os\n"), ("a.cmake", "set(X 1)\n")):
            with self.subTest(text):
                self.assertTrue(complaints(rules.purpose_line, text, path))
        for path, text in (("src/io/a.cpp", "// Turns bytes into frames.\n"), ("a.py", "#!/bin/x\n# Checks the house rules.\n")):
            with self.subTest(text):
                self.assertFalse(complaints(rules.purpose_line, text, path))

    def test_vague_names_are_caught(self):
        for text in ("class offset_manager {", "struct RouteHelper;", "namespace parley::utils {", "class x_impl2 final {", "struct impl;"):
            with self.subTest(text):
                self.assertTrue(complaints(rules.vague_names, text))
        self.assertTrue(complaints(rules.vague_names, "", "src/io/string_util.cpp"))
        for text in ("class simple_queue {", "// class offset_manager\n", "struct utility;", "struct implied {"):
            with self.subTest(text):
                self.assertFalse(complaints(rules.vague_names, text))

    def test_long_files_are_caught(self):
        self.assertTrue(complaints(rules.length, "x\n" * (rules.MAX_LINES + 1)))
        self.assertFalse(complaints(rules.length, "x\n" * rules.MAX_LINES))

    def test_unfinished_work_is_caught(self):
        self.assertTrue(complaints(rules.unfinished, "// TO" + "DO: later"))
        self.assertFalse(complaints(rules.unfinished, '"SCHEDULE_TOPIC_XXXX"'))

    def test_machine_paths_are_caught(self):
        for text in ('"/wor' + 'k/main/x"', "cd /tm" + "p/build-x", "see /ro" + "ot/.cache", "see /home/ann" + "/x"):
            with self.subTest(text):
                self.assertTrue(complaints(rules.machine_paths, text))
        for text in ("/tmp/x", "docs/work/x", "$HOME/root/x", "https://example.org/home"):
            with self.subTest(text):
                self.assertFalse(complaints(rules.machine_paths, text))

    def test_stray_white_space_is_caught(self):
        for text in ("a \n", "a\tb\n", "a\r\n", "a"):
            with self.subTest(text):
                self.assertTrue(complaints(rules.white_space, text))
        self.assertFalse(complaints(rules.white_space, "a\n\nb\n"))

    def test_a_header_without_guard_is_caught(self):
        self.assertTrue(complaints(rules.header_guard, "// x\n", "src/io/a.hpp"))
        self.assertFalse(complaints(rules.header_guard, "// x\n#pragma once\n", "src/io/a.hpp"))

    def test_translations_that_differ_are_caught(self):
        self.assertTrue(list(rules.translations("# A\n## B\n", "# A\n")))
        self.assertTrue(list(rules.translations("# A\n```\n# x\n```\n", "# A\n")))
        self.assertTrue(list(rules.translations("# A\n", None)))
        self.assertFalse(list(rules.translations("# A\n```\n# x\n```\n", "# 甲\n```\ny\n```\n")))


if __name__ == "__main__":
    unittest.main()
