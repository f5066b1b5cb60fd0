# What a broker says of its queues, asked in the few lines of RocketMQ's protocol that this takes: nothing of ours is between.
import json
import socket
import struct

GET_MAX_OFFSET, QUERY_CONSUMER_OFFSET = 30, 14
# More than any topic here has: of a queue that there is not a broker says that it ends at 0.
QUEUES = range(16)


class offsets:
    """One connection to one broker."""

    def __init__(self, address):
        host, port = address.rsplit(":", 1)
        self.socket = socket.create_connection((host, int(port)), timeout=60)
        self.opaque = 0

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self.socket.close()

    def stored(self, topic):
        """Messages in all queues of the topic."""
        return sum(self.ends(topic))

    def ends(self, topic):
        return [self.ask(GET_MAX_OFFSET, topic=topic, queueId=queue) or 0 for queue in QUEUES]

    def committed(self, topic, group):
        """Where the group goes on in each queue; where it has said nothing, 0."""
        return [self.ask(QUERY_CONSUMER_OFFSET, topic=topic, consumerGroup=group, queueId=queue) or 0 for queue in QUEUES]

    def ask(self, code, **fields):
        """The offset in the answer; nothing when it is refused."""
        self.opaque += 1
        head = json.dumps({"code": code, "language": "JAVA", "version": 0, "opaque": self.opaque, "flag": 0,
                           "extFields": {name: str(value) for name, value in fields.items()}}).encode()
        self.socket.sendall(struct.pack(">II", 4 + len(head), len(head)) + head)
        length, head_length = struct.unpack(">II", self.exactly(8))
        rest = self.exactly(length - 4)
        answer = json.loads(rest[:head_length & 0xffffff])
        assert answer["opaque"] == self.opaque, answer
        return int(answer["extFields"]["offset"]) if answer["code"] == 0 else None

    def exactly(self, count):
        out = b""
        while len(out) < count:
            part = self.socket.recv(count - len(out))
            if not part:
                raise AssertionError("the broker hung up")
            out += part
        return out
