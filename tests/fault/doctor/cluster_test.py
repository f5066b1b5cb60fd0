# Clusters that are not guarded: addresses, NameServers, topics, groups, and the server's own word.
import sqlite3
import unittest
from concurrent.futures import ThreadPoolExecutor

from operations import free_address
from patient import boot, local, patient, rocketmq, silence

# Loopback, and nobody listens there: like a container's address that is seen from outside.
HIDDEN = "127.0.0.77"
CLUSTERS = {"bare": ["--no-auto-create", "--tls", "disabled"], "hidden": ["--advertise", HIDDEN]}
clusters = {}


def setUpModule():
    with ThreadPoolExecutor() as both:
        clusters.update(zip(CLUSTERS, both.map(lambda options: boot(*options), CLUSTERS.values())))


class hidden(patient):
    """A broker that advertises an address of no use."""

    def setUp(self):
        self.own = clusters["hidden"]
        super().setUp()
        self.port = int(self.own["BROKER"].rsplit(":", 1)[1])

    def test_an_address_that_leads_nowhere(self):
        with silence(HIDDEN, self.port):
            told = self.finds("broker-unreachable", seen=f"{HIDDEN}:{self.port}, from where nothing comes back")
            self.assertEqual(told.remedy("broker-unreachable", "broker.conf"), "brokerIP1=127.0.0.1")
        told = self.finds("broker-unreachable", seen=[f"{HIDDEN}:{self.port}, which refuses", f"answers at 127.0.0.1:{self.port}"])

        # Where the broker is somebody else's: the map.
        mapped = self.variables(told.remedy("broker-unreachable", "environment"))
        self.assertEqual(mapped, {"ROCKETMQ_ADDRESS_MAP": f"{HIDDEN}:{self.port}=127.0.0.1:{self.port}"})
        told = self.finds("topic-missing", **mapped)
        server = self.start_parley(told.remedy("topic-missing", "parley", "parley server"), **mapped)
        self.becomes_satisfied(**mapped)
        self.chat_works(**mapped)
        self.assertEqual(server.terminate(), 0, server.told())

        # Where it is ours: brokerIP1, as it says.
        clusters["hidden"] = self.restart_broker(self.finds("broker-unreachable").remedy("broker-unreachable", "broker.conf"))
        told = self.comes_to_find(["group-without-members"])
        self.start_parley(told.remedy("group-without-members", "parley"))
        self.becomes_satisfied()
        self.chat_works()


class bare(patient):
    """A cluster where an administrator makes everything, and that has TLS switched off."""

    def setUp(self):
        self.own = clusters["bare"]
        super().setUp()

    def in_order(self):
        """A server that has made everything, and is seen by doctor."""
        server = self.server()
        self.becomes_satisfied()
        return server

    def test_topics_that_are_missing(self):
        told = self.finds("topic-missing")
        missing = [one for one in told.findings if one["code"] == "topic-missing"]
        self.assertEqual(len(missing), 3, repr(told))
        commands = [[each["text"] for each in one["remedies"] if each["with"] == tool][0]
                    for one, tool in zip(missing, ("parley", "mqadmin", "parley"))]
        self.run_parley(commands[0])
        self.run_mqadmin(commands[1])
        self.run_parley(commands[2])
        told = self.comes_to_find(["group-missing"])
        self.start_parley(told.remedy("group-missing", "parley"))
        self.becomes_satisfied()
        self.chat_works()

    def test_a_topic_that_may_not_be_written_or_is_not_read_everywhere(self):
        server = self.in_order()
        requests = f"chat-{self.mark}-requests"
        self.run_parley(f"parley admin topic create {requests} --update --permission read")
        told = self.notices("topic-not-writable")
        self.assertIn(requests, told.one("topic-not-writable")["subject"])
        self.run_parley(told.remedy("topic-not-writable", "parley"))
        self.becomes_satisfied()
        rocketmq("admin", "--dir", self.own["DIR"], "updateTopic", "-c", "DefaultCluster", "-t", requests, "-r", "4", "-w", "8")
        told = self.notices("topic-queues-unread")
        self.run_parley(told.remedy("topic-queues-unread", "parley"))
        self.becomes_satisfied()
        self.chat_works()
        self.assertEqual(server.terminate(), 0, server.told())

    def test_a_group_without_members_and_what_waits_for_it(self):
        server = self.in_order()
        self.chat_works()
        self.assertEqual(server.terminate(), 0, server.told())
        told = self.comes_to_find(["group-without-members"])
        for number in range(4):
            self.send(f"nobody hears {number}", "--timeout", 0.5, expect=4)
        late = self.finds("group-lag", "--lag-limit", 3, seen="4 messages wait")
        self.run_parley(late.remedy("group-lag", "parley", "group reset"))
        self.comes_to_find(["group-without-members"], "--lag-limit", 3)
        self.start_parley(told.remedy("group-without-members", "parley"))
        self.becomes_satisfied("--lag-limit", 3)
        self.chat_works()

    def test_members_that_do_not_agree_or_are_one_and_the_same(self):
        self.in_order()
        other = f"other-{self.mark}"
        self.run_parley(f"parley admin topic create {other}-requests")
        odd = self.member(CHAT_TOPIC_PREFIX=other)
        told = self.notices("subscriptions-differ")
        self.assertIn(f"{other}-requests", told.one("subscriptions-differ")["seen"])
        self.assertIn("subscribed-elsewhere", told.bad())
        self.assertEqual(odd.terminate(), 0, odd.told())
        right = self.variables(told.remedy("subscriptions-differ", "environment"))
        first = self.member(**right)
        self.becomes_satisfied()

        second = self.member(**right)
        told = self.notices("client-id-twice")
        self.assertIn("@twin", told.one("client-id-twice")["subject"])
        for one in (first, second):
            self.assertEqual(one.terminate(), 0, one.told())
        for _ in range(2):
            self.member(**right, **self.variables(told.remedy("client-id-twice", "environment")))
        told = self.becomes_satisfied()
        self.assertIn("3 members", told.one("group")["seen"])

    def test_a_server_that_is_not_ready_or_not_there(self):
        address = free_address()
        told = self.finds("server-unreachable", "--server", address)
        server = self.start_parley(told.remedy("server-unreachable", "parley"))
        self.becomes_satisfied("--server", address)
        with sqlite3.connect(self.database, isolation_level=None) as other:
            other.execute("BEGIN IMMEDIATE")
            told = self.notices("server-not-ready", "--server", address)
            self.assertIn("its check store fails", told.one("server-not-ready")["seen"])
            other.execute("ROLLBACK")
        self.becomes_satisfied("--server", address)
        self.finds("server-unreachable", "--server", f"no-such-host.invalid:{address.rsplit(':', 1)[1]}", seen="cannot be resolved")
        self.finds("server-is-another", "--server", self.name_server)
        self.assertEqual(server.terminate(), 0, server.told())

    def test_tls_where_the_cluster_speaks_none(self):
        self.in_order()
        told = self.finds("tls-not-spoken", ROCKETMQ_TLS="true")
        plain = self.variables(told.remedy("tls-not-spoken", "environment"))
        self.assertEqual(plain, {"ROCKETMQ_TLS": "false"})
        self.becomes_satisfied(**plain)
        self.chat_works(**plain)

    def test_name_servers_that_are_not_there(self):
        self.in_order()
        for address in ("no-such-host.invalid:9876", free_address()):
            code = "name-not-resolved" if "invalid" in address else "name-server-unreachable"
            told = self.finds(code, ROCKETMQ_NAMESERVER=address)
            self.assertEqual(told.codes("skipped"), ["broker", "topic", "probe", "group"])
            self.assertIn("ROCKETMQ_NAMESERVER=", told.remedy(code, "environment"))
            # One of several is a matter of tomorrow.
            self.finds(code, status=0, ROCKETMQ_NAMESERVER=f"{address};{self.name_server}")
        told = self.finds("not-a-name-server", ROCKETMQ_NAMESERVER=local(self.own["BROKER"]))
        self.assertIn(":9876", told.remedy("not-a-name-server", "environment"))

    def test_name_servers_that_have_stopped_or_know_no_broker(self):
        server = self.in_order()
        folder = self.own["DIR"]
        rocketmq("kill-namesrv", "--dir", folder, "-9")
        told = self.finds("name-server-unreachable", seen="no NameServer listens there")
        self.assertIn("mqnamesrv", told.remedy("name-server-unreachable", "shell"))
        rocketmq("start-namesrv", "--dir", folder)
        # The broker registers every ten seconds: until then the NameServer knows none. A restart is what doctor proposes.
        told = self.finds("no-brokers")
        self.restart_broker(told.remedy("no-brokers", "broker.conf"))
        self.becomes_satisfied()
        self.chat_works()
        self.assertEqual(server.terminate(), 0, server.told())


class two_name_servers(patient):
    """A broker that registers with one of two, and another broker of its name with the other. Run last: it takes both to pieces."""

    def setUp(self):
        self.own, self.other = clusters["bare"], clusters["hidden"]
        super().setUp()

    def test_name_servers_that_disagree(self):
        self.name_server = f"{local(self.own['NAMESRV'])};{local(self.other['NAMESRV'])}"
        told = self.finds("name-servers-disagree", seen="only")
        # One for each of the two brokers, by address: which comes first is up to their ports.
        seen = " ".join(one["seen"] for one in told.findings if one["code"] == "name-servers-disagree")
        for one in (self.own, self.other):
            self.assertIn(f"only {local(one['NAMESRV'])} knows it", seen, repr(told))
        rocketmq("kill-broker", "--dir", self.other["DIR"], "-9")
        self.finds("no-brokers")
        self.restart_broker(told.remedy("name-servers-disagree", "broker.conf"))
        self.server()
        self.becomes_satisfied()
        self.chat_works()


if __name__ == "__main__":
    unittest.main()
