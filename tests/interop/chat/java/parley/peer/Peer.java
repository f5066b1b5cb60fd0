// A chat server or client on Apache's Java library that knows the contract and nothing of Parley: `server`, `client`, `group-client`.
package parley.peer;

import com.alibaba.fastjson2.JSON;
import com.alibaba.fastjson2.JSONObject;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.rocketmq.remoting.protocol.heartbeat.MessageModel;

public final class Peer {
    private Peer() {
    }

    /** Runs until its standard input ends; prints {"kind":"ready"} when it can work. */
    public static void main(String[] arguments) throws Exception {
        String role = arguments.length == 1 ? arguments[0] : "";
        switch (role) {
            case "server" -> serve();
            case "client" -> chat(MessageModel.BROADCASTING);
            case "group-client" -> chat(MessageModel.CLUSTERING);
            default -> {
                System.err.println("usage: parley.peer.Peer server|client|group-client");
                System.exit(2);
            }
        }
        System.exit(0);
    }

    private static void serve() throws Exception {
        Server server = new Server(Contract.group("chat_server_group"));
        server.start();
        Contract.print(JSONObject.of("kind", "ready"));
        BufferedReader input = input();
        while (input.readLine() != null) {
            continue;
        }
        server.stop();
    }

    private static void chat(MessageModel model) throws Exception {
        Client client = new Client(Contract.group("chat_client_group"), model);
        client.start();
        while (!client.printAssignment()) {
            Thread.sleep(50);
        }
        Contract.print(JSONObject.of("kind", "ready", "client_id", client.clientId()));
        ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor();
        watch.scheduleWithFixedDelay(client::printAssignment, 50, 50, TimeUnit.MILLISECONDS);
        BufferedReader input = input();
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            client.send(JSON.parseObject(line));
        }
        watch.shutdownNow();
        client.stop();
    }

    private static BufferedReader input() {
        return new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    }
}
