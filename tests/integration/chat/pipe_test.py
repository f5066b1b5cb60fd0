# The interactive client in a pipe: lines are messages and commands, the end of input ends it.
import subprocess
import unittest

from installation import installation


class pipe(installation):
    def test_lines_become_messages_and_the_end_of_input_ends_it(self):
        self.server()
        client = self.start("client", stdin=subprocess.PIPE, **self.client_environment("ann"))
        client.say("one")
        client.say("two")
        client.process.stdin.close()
        self.assertEqual(client.finish(), 0, client.told())
        self.assertEqual([one["message"] for one in self.history()], ["one", "two"])
        shown = "\n".join(client.lines)
        self.assertIn("ann: one", shown)
        self.assertIn("ann: two", shown)

    def test_others_are_seen_and_history_on_entry(self):
        self.server()
        self.send("said before", user="bob")
        client = self.start("client", stdin=subprocess.PIPE, **self.client_environment("ann"))
        client.wait_lines(1, wanted=lambda line: line.endswith("bob: said before"))
        self.send("said now", user="bob")
        client.wait_lines(1, wanted=lambda line: line.endswith("bob: said now"))
        client.say("/quit")
        self.assertEqual(client.finish(), 0, client.told())
        shown = [line for line in client.lines if "bob: " in line]
        self.assertEqual(len(shown), 2, client.told())
        self.assertTrue(shown[0].endswith("bob: said before") and shown[1].endswith("bob: said now"), client.told())

    def test_rooms_are_joined_and_left(self):
        self.server()
        client = self.start("client", "--room", "hall", stdin=subprocess.PIPE, **self.client_environment("ann"))
        for line in ("in the hall", "/join attic", "in the attic", "/who", "/leave", "/quit"):
            client.say(line)
        self.assertEqual(client.finish(), 0, client.told())
        self.assertEqual([one["message"] for one in self.history("hall")], ["in the hall"])
        self.assertEqual([one["message"] for one in self.history("attic")], ["in the attic"])
        members = self.ask("request", "list_members", "--data", '{"room_id":"attic"}')[0]["data"]["members"]
        self.assertEqual(members, [])

    def test_control_characters_of_others_do_no_harm(self):
        self.server()
        self.send("evil \x1b[2J\x07 text")
        client = self.start("client", stdin=subprocess.PIPE, **self.client_environment("bob"))
        client.say("/quit")
        self.assertEqual(client.finish(), 0, client.told())
        shown = "\n".join(client.lines)
        self.assertIn("evil", shown)
        self.assertNotIn("\x1b", shown)
        self.assertNotIn("\x07", shown)

    def test_a_refusal_in_a_pipe_is_the_exit_status(self):
        self.server()
        client = self.start("client", stdin=subprocess.PIPE, **self.client_environment("ann"))
        client.say("x" * 50_000)
        client.say("y")
        client.process.stdin.close()
        status = client.finish()
        self.assertIn(status, (0, 3), client.told())
        self.assertEqual(status == 3, any(line.startswith("! not sent") for line in client.lines), client.told())
        self.assertEqual(self.history()[-1]["message"], "y")


if __name__ == "__main__":
    unittest.main()
