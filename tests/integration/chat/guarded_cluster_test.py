# Clusters that want signed requests and TLS on both sides, or advertise an address that nobody can reach.
import subprocess
import unittest

from installation import SOURCE, installation
from tls_files import make_authority

SCRIPT = str(SOURCE / "scripts" / "rocketmq")
BOOT = 600


class own_cluster(installation):
    def broker(self):
        return self.own

    def boot(self, *options):
        told = subprocess.run([SCRIPT, "start", *map(str, options)], text=True, capture_output=True, timeout=BOOT, check=True).stdout
        self.own = dict(line.split("=", 1) for line in told.split())
        self.addCleanup(subprocess.run, [SCRIPT, "stop", "--dir", self.own["DIR"]], capture_output=True, timeout=BOOT, check=True)
        self.name_server = "127.0.0.1:" + self.own["NAMESRV"].rsplit(":", 1)[1]

    def refused(self, *arguments, **environment):
        """What a client says that cannot connect."""
        asked = self.start("send", "hello", "--timeout", 10, *arguments, **self.client_environment(**environment))
        self.assertEqual(asked.finish(), 4, asked.told())
        return asked.log()


class guarded_cluster(own_cluster):
    def setUp(self):
        self.own = {"NAMESRV": ""}
        super().setUp()
        make_authority(self.folder)
        self.own_certificate = ("--tls-certificate", self.folder / "both.pem", "--tls-key", self.folder / "both.key")
        self.authority = ("--tls-ca", self.folder / "ca.pem")
        self.boot("--acl", "--tls", "enforcing", "--tls-cert", self.folder / "both.pem", "--tls-key", self.folder / "both.key",
                  "--tls-client-ca", self.folder / "ca.pem")

    def test_who_shows_what_it_wants_is_served_and_everybody_else_is_told_what_is_missing(self):
        secret = self.folder / "secret"
        secret.write_text(self.own["SECRET_KEY"] + "\n")
        keys = {"ROCKETMQ_ACCESS_KEY": self.own["ACCESS_KEY"], "ROCKETMQ_SECRET_KEY_FILE": str(secret)}
        all_of_it = ("--tls", *self.authority, *self.own_certificate)
        server = self.server(*all_of_it, **keys)
        answer = self.send("hello", "--timeout", 30, *all_of_it, **keys)
        self.assertEqual(answer["data"]["seq"], 1, server.told())

        self.assertIn("see whether it wants TLS", self.refused(**keys))
        self.assertIn("give the file of the authority that signed it", self.refused("--tls", *self.own_certificate, **keys))
        self.assertIn("it asks for a client certificate", self.refused("--tls", *self.authority, **keys))
        self.assertIn("answered 16", self.refused(*all_of_it))
        self.assertIn("answered 16", self.refused(*all_of_it, **{**keys, "ROCKETMQ_SECRET_KEY": "another"}))
        elsewhere = {**keys, "ROCKETMQ_NAMESERVER": self.name_server.replace("127.0.0.1", "localhost")}
        self.assertIn('its certificate does not name "localhost"', self.refused(*all_of_it, **elsewhere))
        answer = self.send("unverified", "--timeout", 30, "--tls", "--tls-insecure", *self.own_certificate, **keys)
        self.assertTrue(answer["success"], server.told())
        self.assertEqual(server.terminate(), 0, server.told())


class hidden_broker(own_cluster):
    def setUp(self):
        self.own = {"NAMESRV": ""}
        super().setUp()
        # Nobody listens there: a reserved address, like a container's that is seen from outside.
        self.boot("--advertise", "127.0.0.77")

    def test_an_address_that_cannot_be_reached_is_named_and_can_be_mapped(self):
        port = self.own["BROKER"].rsplit(":", 1)[1]
        complaint = self.refused()
        self.assertIn(f"NameServer says broker-a is at 127.0.0.77:{port}, which does not answer", complaint)
        self.assertIn("set brokerIP1 on the broker or map the address", complaint)
        mapped = {"ROCKETMQ_ADDRESS_MAP": f"127.0.0.77:{port}=127.0.0.1:{port}"}
        server = self.server(**mapped)
        answer = self.send("hello", "--timeout", 30, **mapped)
        self.assertEqual(answer["data"]["seq"], 1, server.told())


if __name__ == "__main__":
    unittest.main()
