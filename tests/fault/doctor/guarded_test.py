# A cluster that wants TLS, a certificate of ours, and signed requests: what is missing is named one by one, until all is there.
import tempfile
import unittest
from pathlib import Path

from patient import boot, patient, rocketmq
from tls_files import make_authority

# A user who may do nothing yet.
WEAK, WEAK_SECRET = "weak", "weakpass1"


class guarded(patient):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="parley-doctor-")
        unittest.addModuleCleanup(folder.cleanup)
        cls.files = Path(folder.name)
        make_authority(cls.files)
        cls.own = boot("--acl", "--tls", "enforcing", "--tls-cert", cls.files / "both.pem", "--tls-key", cls.files / "both.key",
                       "--tls-client-ca", cls.files / "ca.pem")

    def follow(self, into, told, code, containing="", **blanks):
        into.update(self.variables(told.remedy(code, "environment", containing), **blanks))

    def open_tls(self):
        """What lets us through TLS."""
        return {"ROCKETMQ_TLS": "true", "ROCKETMQ_TLS_CA": str(self.files / "ca.pem"), "ROCKETMQ_TLS_CERTIFICATE": str(self.files / "both.pem"),
                "ROCKETMQ_TLS_KEY": str(self.files / "both.key")}

    def test_each_door_is_named_and_opened(self):
        way = {}
        told = self.finds("tls-wanted", **way)
        self.follow(way, told, "tls-wanted", "ROCKETMQ_TLS=")
        told = self.finds("certificate-untrusted", seen="authority", **way)
        self.follow(way, told, "certificate-untrusted", "ROCKETMQ_TLS_CA", FILE=self.files / "ca.pem")
        told = self.finds("client-certificate-wanted", **way)
        # Half a pair is refused before anything is asked, so both at once.
        self.follow(way, told, "client-certificate-wanted", "_CERTIFICATE", FILE=self.files / "both.pem")
        self.follow(way, told, "client-certificate-wanted", "_TLS_KEY", FILE=self.files / "both.key")
        self.assertEqual(way, self.open_tls())

        told = self.finds("access-key-missing", **way)
        self.follow(way, told, "access-key-missing", "ACCESS_KEY", KEY="nobody")
        self.follow(way, told, "access-key-missing", "SECRET_KEY", SECRET=self.own["SECRET_KEY"])
        told = self.finds("access-key-unknown", seen="nobody", **way)
        self.follow(way, told, "access-key-unknown", "ACCESS_KEY", KEY=self.own["ACCESS_KEY"])
        told = self.finds("signature-wrong", **{**way, "ROCKETMQ_SECRET_KEY": "another"})
        self.follow(way, told, "signature-wrong", "SECRET_KEY", SECRET=self.own["SECRET_KEY"])

        told = self.finds("topic-missing", **way)
        self.start_parley(told.remedy("topic-missing", "parley", "parley server"), **way)
        self.becomes_satisfied(**way)
        self.chat_works(**way)

        # By a name that the certificate does not have.
        elsewhere = {**way, "ROCKETMQ_NAMESERVER": self.name_server.replace("127.0.0.1", "localhost")}
        told = self.finds("certificate-of-another", seen=["localhost", "127.0.0.1"], **elsewhere)
        self.follow(elsewhere, told, "certificate-of-another")
        self.assertEqual(elsewhere, {**way, "ROCKETMQ_NAMESERVER": self.name_server})
        self.becomes_satisfied(**elsewhere)

    def test_a_user_who_may_do_nothing_is_granted_what_the_chat_needs(self):
        super_user = {**self.open_tls(), "ROCKETMQ_ACCESS_KEY": self.own["ACCESS_KEY"], "ROCKETMQ_SECRET_KEY": self.own["SECRET_KEY"]}
        server = self.server(**super_user)
        self.becomes_satisfied(**super_user)
        rocketmq("admin", "--dir", self.own["DIR"], "createUser", "-c", "DefaultCluster", "-u", WEAK, "-p", WEAK_SECRET, "-t", "Normal")
        weak = {**self.open_tls(), "ROCKETMQ_ACCESS_KEY": WEAK, "ROCKETMQ_SECRET_KEY": WEAK_SECRET}
        told = self.finds("not-allowed", seen=f"the user {WEAK} may not do that to Topic:chat-{self.mark}-", **weak)
        self.assertEqual(told.bad(), ["not-allowed"] * 3, repr(told))
        self.run_mqadmin(told.remedy("not-allowed", "mqadmin"))
        told = self.becomes_satisfied(**weak)
        # What remains is not the chat's.
        self.assertEqual(told.codes("skipped"), ["probe"])
        self.assertEqual(server.terminate(), 0, server.told())
        self.server(**weak)
        self.chat_works(**weak, ROCKETMQ_GROUP=self.group)


if __name__ == "__main__":
    unittest.main()
