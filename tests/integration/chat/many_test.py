# Point three of what must be shown: clients that share a group name, and two servers of one group over one database.
import subprocess
import threading
import unittest

from installation import SOON, installation

CLIENTS = 3
MESSAGES = 40


class many(installation):
    def test_three_clients_of_one_group_and_two_servers_over_one_database(self):
        servers = [self.server(), self.server()]
        watchers = [self.watcher("--type", "message_sent", user=f"watcher{n}") for n in range(CLIENTS)]
        answers = [[] for _ in range(CLIENTS)]

        def talk(number):
            for turn in range(MESSAGES):
                room = f"room_{turn % 4}"
                answers[number].append((room, self.send(f"{number} {turn}", "--room", room, user=f"user{number}")))
        talkers = [threading.Thread(target=talk, args=(n,)) for n in range(CLIENTS)]
        for one in talkers:
            one.start()
        for one in talkers:
            one.join(6 * SOON)

        for number in range(CLIENTS):
            self.assertEqual(len(answers[number]), MESSAGES)
        seqs = {}
        for room, answer in (pair for mine in answers for pair in mine):
            seqs.setdefault(room, []).append(answer["data"]["seq"])
        for room, given in seqs.items():
            self.assertEqual(sorted(given), list(range(1, len(given) + 1)), room)
        for watcher in watchers:
            watcher.wait_lines(CLIENTS * MESSAGES)
            seen = {}
            for one in watcher.json_lines():
                seen.setdefault(one["room_id"], []).append(one["seq"])
            for room, given in seqs.items():
                self.assertEqual(seen[room], list(range(1, len(given) + 1)), f"{watcher.name} sees {room} once and in order\n{watcher.told()}")
        for one in servers:
            self.assertEqual(one.terminate(15), 0, one.told())

    def test_answers_reach_only_the_client_that_asked(self):
        self.server()
        clients = [self.start("client", "--room", "hall", stdin=subprocess.PIPE, **self.client_environment(f"user{n}")) for n in range(CLIENTS)]
        for turn in range(10):
            for number, client in enumerate(clients):
                client.say(f"{number}-{turn}")
        for client in clients:
            client.wait_lines(10 * CLIENTS, wanted=lambda line: ": " in line)  # notices have none
            client.say("/quit")
        for client in clients:
            self.assertEqual(client.finish(), 0, client.told())
            said = [line.split(": ", 1)[1] for line in client.lines if ": " in line]
            self.assertEqual(len(said), len(set(said)), client.told())
            self.assertEqual(set(said), {f"{number}-{turn}" for number in range(CLIENTS) for turn in range(10)}, client.told())
        kept = [one["message"] for one in self.history("hall")]
        for client in clients:
            said = [line.split(": ", 1)[1] for line in client.lines if ": " in line]
            self.assertEqual(said, kept, "every client sees the room in the order of its history")


if __name__ == "__main__":
    unittest.main()
