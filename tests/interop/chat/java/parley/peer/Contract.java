// What two strangers agree on: topics, groups, environment, and the JSON bodies. Nothing here is peculiar to Parley.
package parley.peer;

import com.alibaba.fastjson2.JSON;
import com.alibaba.fastjson2.JSONObject;
import com.alibaba.fastjson2.JSONWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.apache.rocketmq.common.message.Message;

final class Contract {
    static final String PREFIX = environment("CHAT_TOPIC_PREFIX", "TG001-chat-service");
    static final String REQUESTS = PREFIX + "-requests";
    static final String RESPONSES = PREFIX + "-responses";
    static final String EVENTS = PREFIX + "-events";
    static final String NAME_SERVER = environment("ROCKETMQ_NAMESERVER", "127.0.0.1:9876");
    static final String USER = environment("USER_ID", "user_001");

    private Contract() {
    }

    static String environment(String name, String otherwise) {
        String value = System.getenv(name);
        return value == null || value.isEmpty() ? otherwise : value;
    }

    static String group(String otherwise) {
        return environment("ROCKETMQ_GROUP", otherwise);
    }

    static JSONObject request(String id, String user, String action, JSONObject data) {
        return JSONObject.of("request_id", id, "user_id", user, "action", action, "data", data);
    }

    static JSONObject response(String id, JSONObject data, String error) {
        return JSONObject.of("request_id", id, "success", error == null, "data", data, "error", error);
    }

    static JSONObject event(String user, String text, String type) {
        String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        return JSONObject.of("user_id", user, "message", text, "timestamp", now, "type", type);
    }

    /** A message without tag and without key, as a program writes it that knows neither. */
    static Message message(String topic, String body, Map<String, String> properties) {
        Message message = new Message(topic, body.getBytes(StandardCharsets.UTF_8));
        properties.forEach(message::putUserProperty);
        return message;
    }

    static String text(JSONObject body) {
        return JSON.toJSONString(body, JSONWriter.Feature.WriteNulls);
    }

    /** One line of output for the test driver; whole lines, whatever thread prints them. */
    static void print(JSONObject line) {
        synchronized (System.out) {
            System.out.println(text(line));
            System.out.flush();
        }
    }
}
