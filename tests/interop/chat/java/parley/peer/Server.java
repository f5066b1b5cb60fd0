// The contract's server: answers send_message and get_history from memory, and tells everyone in an event.
package parley.peer;

import com.alibaba.fastjson2.JSON;
import com.alibaba.fastjson2.JSONArray;
import com.alibaba.fastjson2.JSONException;
import com.alibaba.fastjson2.JSONObject;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.message.MessageExt;

final class Server {
    private final DefaultMQProducer producer;
    private final DefaultMQPushConsumer consumer;
    private final Map<String, JSONArray> rooms = new ConcurrentHashMap<>();
    private final Set<String> users = ConcurrentHashMap.newKeySet();
    private final AtomicLong lastMessage = new AtomicLong();

    Server(String group) {
        producer = new DefaultMQProducer(group + "_producer");
        producer.setNamesrvAddr(Contract.NAME_SERVER);
        consumer = new DefaultMQPushConsumer(group + "_consumer");
        consumer.setNamesrvAddr(Contract.NAME_SERVER);
    }

    void start() throws Exception {
        producer.start();
        for (String topic : new String[] {Contract.REQUESTS, Contract.RESPONSES, Contract.EVENTS}) {
            producer.createTopic("TBW102", topic, 4, Map.of());
        }
        consumer.subscribe(Contract.REQUESTS, "*");
        consumer.registerMessageListener((MessageListenerConcurrently) (messages, context) -> {
            messages.forEach(this::answer);
            return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
        });
        consumer.start();
    }

    void stop() {
        consumer.shutdown();
        producer.shutdown();
    }

    private void answer(MessageExt message) {
        JSONObject request;
        try {
            request = JSON.parseObject(new String(message.getBody(), StandardCharsets.UTF_8));
        } catch (JSONException broken) {
            Contract.print(JSONObject.of("kind", "malformed", "message", broken.getMessage()));
            return;
        }
        Contract.print(JSONObject.of("kind", "request", "body", request, "properties", message.getProperties()));
        String id = request.getString("request_id");
        String action = request.getString("action");
        if (id == null) {
            Contract.print(JSONObject.of("kind", "malformed", "message", "no request_id"));
            return;
        }
        JSONObject response;
        try {
            response = Contract.response(id, handle(request), null);
        } catch (RuntimeException refused) {
            response = Contract.response(id, null, String.valueOf(refused.getMessage()));
        }
        publish(Contract.RESPONSES, response, Map.of("request_id", id, "response_type", String.valueOf(action)));
    }

    private JSONObject handle(JSONObject request) {
        String action = String.valueOf(request.getString("action"));
        JSONObject data = request.getJSONObject("data");
        return switch (action) {
            case "send_message" -> send(request.getString("user_id"), data);
            case "get_history" -> JSONObject.of("messages", rooms.getOrDefault(data.getString("room_id"), new JSONArray()));
            default -> throw new IllegalArgumentException("no such action: " + action);
        };
    }

    private JSONObject send(String user, JSONObject data) {
        String text = data.getString("message");
        String room = data.getString("room_id");
        if (users.add(user)) {
            tell(Contract.event(user, user + " joined", "user_join"));
        }
        JSONObject event = Contract.event(user, text, "message_sent");
        String id = "msg_" + lastMessage.incrementAndGet();
        JSONArray history = rooms.computeIfAbsent(room, name -> new JSONArray());
        synchronized (history) {
            history.add(JSONObject.of("message_id", id, "room_id", room, "user_id", user, "message", text,
                "timestamp", event.getString("timestamp")));
        }
        tell(event);
        return JSONObject.of("message_id", id, "status", "sent");
    }

    private void tell(JSONObject event) {
        publish(Contract.EVENTS, event,
            Map.of("event_type", event.getString("type"), "user_id", event.getString("user_id")));
    }

    private void publish(String topic, JSONObject body, Map<String, String> properties) {
        try {
            producer.send(Contract.message(topic, Contract.text(body), properties));
        } catch (Exception failed) {
            Contract.print(JSONObject.of("kind", "failed", "topic", topic, "message", String.valueOf(failed.getMessage())));
        }
    }
}
