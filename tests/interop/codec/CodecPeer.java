// Java's own codec as a peer of ours: checks what we encoded, makes what we are to decode, writes our bodies again.
//
// Lines: "<kind> <hex> <canonical>". The canonical form is what both sides must make of the same bytes; texts in it are
// hexadecimal, maps are sorted by it.

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.apache.rocketmq.common.TopicConfig;
import org.apache.rocketmq.common.UtilAll;
import org.apache.rocketmq.common.compression.CompressionType;
import org.apache.rocketmq.common.compression.CompressorFactory;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageDecoder;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.common.sysflag.MessageSysFlag;
import org.apache.rocketmq.remoting.protocol.LanguageCode;
import org.apache.rocketmq.remoting.protocol.RemotingCommand;
import org.apache.rocketmq.remoting.protocol.RemotingSerializable;
import org.apache.rocketmq.remoting.protocol.SerializeType;
import org.apache.rocketmq.remoting.protocol.admin.ConsumeStats;
import org.apache.rocketmq.remoting.protocol.admin.TopicStatsTable;
import org.apache.rocketmq.remoting.protocol.body.ClusterInfo;
import org.apache.rocketmq.remoting.protocol.body.ConsumeMessageDirectlyResult;
import org.apache.rocketmq.remoting.protocol.body.ConsumerRunningInfo;
import org.apache.rocketmq.remoting.protocol.body.GetConsumerStatusBody;
import org.apache.rocketmq.remoting.protocol.body.LockBatchRequestBody;
import org.apache.rocketmq.remoting.protocol.body.LockBatchResponseBody;
import org.apache.rocketmq.remoting.protocol.body.ResetOffsetBody;
import org.apache.rocketmq.remoting.protocol.body.TopicList;
import org.apache.rocketmq.remoting.protocol.header.GetConsumerListByGroupResponseBody;
import org.apache.rocketmq.remoting.protocol.heartbeat.HeartbeatData;
import org.apache.rocketmq.remoting.protocol.route.TopicRouteData;
import org.apache.rocketmq.remoting.protocol.subscription.SubscriptionGroupConfig;

public class CodecPeer {
    private static final int TOLD_MAX = 20;
    private static final Map<String, Class<?>> BODIES = new HashMap<>();

    static {
        BODIES.put("route", TopicRouteData.class);
        BODIES.put("cluster", ClusterInfo.class);
        BODIES.put("heartbeat", HeartbeatData.class);
        BODIES.put("consumer_list", GetConsumerListByGroupResponseBody.class);
        BODIES.put("topic_list", TopicList.class);
        BODIES.put("lock_request", LockBatchRequestBody.class);
        BODIES.put("lock_response", LockBatchResponseBody.class);
        BODIES.put("topic_config", TopicConfig.class);
        BODIES.put("group_config", SubscriptionGroupConfig.class);
        BODIES.put("offset_table", ResetOffsetBody.class);
        BODIES.put("consumer_status", GetConsumerStatusBody.class);
        BODIES.put("topic_stats", TopicStatsTable.class);
        BODIES.put("consume_stats", ConsumeStats.class);
        BODIES.put("running_info", ConsumerRunningInfo.class);
        BODIES.put("consume_directly", ConsumeMessageDirectlyResult.class);
    }

    public static void main(String[] args) throws Exception {
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        int status = 0;
        switch (args[0]) {
            case "check" -> status = check(out);
            case "bodies" -> rewriteBodies(out);
            case "make" -> new Maker(Long.parseLong(args[1]), out).make(Integer.parseInt(args[2]));
            default -> throw new IllegalArgumentException(args[0]);
        }
        out.flush();
        System.exit(status);
    }

    private static int check(PrintStream out) throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        int lines = 0;
        int wrong = 0;
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] parts = line.split(" ", 3);
            String found;
            try {
                found = canonical(parts[0], unhex(parts[1]));
            } catch (Exception e) {
                found = "threw " + e;
            }
            ++lines;
            if (!found.equals(parts[2])) {
                if (++wrong <= TOLD_MAX) {
                    out.println("differs: " + line + "\n  Java: " + found);
                }
            }
        }
        out.println("Java checked " + lines + " lines, " + wrong + " differ");
        return wrong == 0 && lines > 0 ? 0 : 1;
    }

    private static void rewriteBodies(PrintStream out) throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] parts = line.split(" ");
            Object body = RemotingSerializable.decode(unhex(parts[1]), BODIES.get(parts[0]));
            out.println(parts[0] + " " + hex(RemotingSerializable.encode(body)));
        }
    }

    static String canonical(String kind, byte[] raw) throws Exception {
        return switch (kind) {
            case "frame" -> {
                ByteBuffer frame = ByteBuffer.wrap(raw);
                if (frame.getInt() != raw.length - 4) {
                    throw new IllegalStateException("length field");
                }
                yield of(RemotingCommand.decode(frame.slice()));
            }
            case "message" -> of(MessageDecoder.decode(ByteBuffer.wrap(raw), true, true, false, false, true));
            case "batch" -> {
                StringBuilder text = new StringBuilder();
                for (Message message : MessageDecoder.decodeMessages(ByteBuffer.wrap(raw))) {
                    text.append(message.getFlag()).append('/').append(hex(message.getBody())).append('/')
                        .append(of(message.getProperties())).append('|');
                }
                yield text.toString();
            }
            case "properties" -> of(MessageDecoder.string2messageProperties(new String(raw, StandardCharsets.UTF_8)));
            case "hash" -> String.valueOf(new String(raw, StandardCharsets.UTF_8).hashCode());
            default -> throw new IllegalArgumentException(kind);
        };
    }

    static String of(RemotingCommand in) {
        return in.getCode() + ";" + in.getLanguage() + ";" + in.getVersion() + ";" + in.getOpaque() + ";" + in.getFlag() + ";"
            + (in.getRemark() == null ? "-" : hex(in.getRemark())) + ";" + of(in.getExtFields()) + ";" + hex(in.getBody());
    }

    static String of(MessageExt in) {
        return hex(in.getTopic()) + ";" + in.getQueueId() + ";" + in.getFlag() + ";" + in.getQueueOffset() + ";"
            + in.getCommitLogOffset() + ";" + (in.getSysFlag() & ~MessageSysFlag.COMPRESSED_FLAG) + ";" + in.getBornTimestamp() + ";"
            + of(in.getBornHost()) + ";" + in.getStoreTimestamp() + ";" + of(in.getStoreHost()) + ";" + in.getReconsumeTimes() + ";"
            + in.getPreparedTransactionOffset() + ";" + hex(in.getBody()) + ";" + of(in.getProperties()) + ";" + in.getMsgId();
    }

    static String of(SocketAddress in) {
        InetSocketAddress address = (InetSocketAddress) in;
        return hex(address.getAddress().getAddress()) + ":" + address.getPort();
    }

    static String of(Map<String, String> in) {
        TreeSet<String> entries = new TreeSet<>();
        if (in != null) {
            in.forEach((key, value) -> {
                if (key != null && value != null) {
                    entries.add(hex(key) + ":" + hex(value));
                }
            });
        }
        return String.join(",", entries);
    }

    static String hex(String in) {
        return hex(in.getBytes(StandardCharsets.UTF_8));
    }

    static String hex(byte[] in) {
        return in == null ? "" : java.util.HexFormat.of().withUpperCase().formatHex(in);
    }

    static byte[] unhex(String in) {
        return java.util.HexFormat.of().parseHex(in);
    }

    /** Makes commands, messages, batches and properties, encoded by Java. */
    private static final class Maker {
        private final Random random;
        private final PrintStream out;

        Maker(long seed, PrintStream out) {
            this.random = new Random(seed);
            this.out = out;
        }

        void make(int count) throws Exception {
            for (int i = 0; i < count; ++i) {
                frame(i % 2 == 0 ? SerializeType.JSON : SerializeType.ROCKETMQ);
                message();
                batch();
                properties();
            }
        }

        private void line(String kind, byte[] raw, String canonical) {
            out.println(kind + " " + hex(raw) + " " + canonical);
        }

        private void frame(SerializeType type) {
            RemotingCommand command = RemotingCommand.createRequestCommand(random.nextInt(1 << 15), null);
            command.setSerializeTypeCurrentRPC(type);
            command.setLanguage(LanguageCode.values()[random.nextInt(LanguageCode.values().length)]);
            command.setVersion(random.nextInt(600));
            command.setOpaque(random.nextInt());
            command.setFlag(random.nextInt(4));
            if (random.nextBoolean()) {
                command.setRemark(text(1, 40));
            }
            int fields = random.nextInt(12);
            if (fields > 0) {
                command.setExtFields(new HashMap<>());
            }
            for (int i = 0; i < fields; ++i) {
                command.addExtField("k" + i + text(0, 6), text(1, 60));
            }
            if (random.nextBoolean()) {
                command.setBody(noise(random.nextInt(300) + 1));
            }
            line("frame", command.encode().array(), of(command));
        }

        private void message() throws Exception {
            MessageExt message = new MessageExt();
            message.setTopic(text(1, 30));
            message.setQueueId(random.nextInt());
            message.setFlag(random.nextInt());
            message.setQueueOffset(random.nextLong());
            message.setCommitLogOffset(random.nextLong() >>> 1);
            message.setSysFlag(random.nextInt(4) << 2);
            message.setBornTimestamp(random.nextLong());
            message.setStoreTimestamp(random.nextLong());
            message.setBornHost(host());
            message.setStoreHost(host());
            if (wide(message.getBornHost())) {
                message.setBornHostV6Flag();
            }
            if (wide(message.getStoreHost())) {
                message.setStoreHostAddressV6Flag();
            }
            message.setReconsumeTimes(random.nextInt(20));
            message.setPreparedTransactionOffset(random.nextLong());
            int count = random.nextInt(8);
            for (int i = 0; i < count; ++i) {
                message.putUserProperty("p" + i + name(), name() + text(0, 20).replaceAll("[\u0001\u0002]", ""));
            }
            byte[] body = random.nextInt(4) == 0 ? new byte[random.nextInt(9000)] : noise(random.nextInt(200) + 1);
            byte[] stored = body;
            int kind = random.nextInt(4);
            if (kind > 0) {
                CompressionType type = CompressionType.findByValue(kind);
                stored = CompressorFactory.getCompressor(type).compress(body, 5);
                message.setSysFlag(message.getSysFlag() | MessageSysFlag.COMPRESSED_FLAG | type.getCompressionFlag());
            }
            message.setBody(stored);
            message.setBodyCRC(UtilAll.crc32(stored));
            byte[] raw = MessageDecoder.encode(message, false);
            message.setBody(body);
            ByteBuffer id = ByteBuffer.allocate(wide(message.getStoreHost()) ? 28 : 16);
            message.setMsgId(MessageDecoder.createMessageId(id, message.getStoreHostBytes(), message.getCommitLogOffset()));
            line("message", raw, of(message));
        }

        private void batch() throws Exception {
            List<Message> messages = new ArrayList<>();
            int count = random.nextInt(5) + 1;
            for (int i = 0; i < count; ++i) {
                Message message = new Message("t", noise(random.nextInt(50) + 1));
                message.setFlag(random.nextInt());
                message.setTags(name());
                messages.add(message);
            }
            byte[] raw = MessageDecoder.encodeMessages(messages);
            line("batch", raw, canonical("batch", raw));
        }

        private void properties() throws Exception {
            byte[] raw = scramble().getBytes(StandardCharsets.UTF_8);
            line("properties", raw, canonical("properties", raw));
            byte[] text = text(0, 12).getBytes(StandardCharsets.UTF_8);
            line("hash", text, canonical("hash", text));
        }

        private SocketAddress host() throws Exception {
            return new InetSocketAddress(InetAddress.getByAddress(noise(random.nextInt(3) == 0 ? 16 : 4)), random.nextInt(65536));
        }

        private static boolean wide(SocketAddress in) {
            return ((InetSocketAddress) in).getAddress().getAddress().length == 16;
        }

        private byte[] noise(int size) {
            byte[] bytes = new byte[size];
            random.nextBytes(bytes);
            return bytes;
        }

        private String name() {
            return "n" + random.nextInt(1000);
        }

        private String scramble() {
            StringBuilder text = new StringBuilder();
            int size = random.nextInt(40);
            for (int i = 0; i < size; ++i) {
                text.append("ab\u0001\u0001\u0002\u0002\u00e9".charAt(random.nextInt(7)));
            }
            return text.toString();
        }

        /** Any characters but lone surrogates. */
        private String text(int least, int most) {
            StringBuilder text = new StringBuilder();
            int size = least + random.nextInt(most - least + 1);
            for (int i = 0; i < size; ++i) {
                switch (random.nextInt(8)) {
                    case 0 -> text.appendCodePoint(random.nextInt(0x20));
                    case 1 -> text.appendCodePoint(0x80 + random.nextInt(0xD800 - 0x80));
                    case 2 -> text.appendCodePoint(0x10000 + random.nextInt(0x100000));
                    case 3 -> text.append("\"\\/'<&{}[]:,".charAt(random.nextInt(12)));
                    case 4 -> text.appendCodePoint(0xE000 + random.nextInt(0xFFFF - 0xE000 + 1));
                    default -> text.appendCodePoint(0x20 + random.nextInt(0x5F));
                }
            }
            return text.toString();
        }
    }
}
