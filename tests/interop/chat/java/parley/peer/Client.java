// The contract's client: a push consumer of responses and events that prints what it gets, and what it was assigned.
package parley.peer;

import com.alibaba.fastjson2.JSON;
import com.alibaba.fastjson2.JSONException;
import com.alibaba.fastjson2.JSONObject;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.impl.consumer.RebalanceImpl;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.common.message.MessageQueue;
import org.apache.rocketmq.remoting.protocol.heartbeat.MessageModel;
import org.apache.rocketmq.remoting.protocol.heartbeat.SubscriptionData;

final class Client {
    private final DefaultMQProducer producer;
    private final DefaultMQPushConsumer consumer;
    private String lastAssignment = "";
    private long requests;

    Client(String group, MessageModel model) {
        producer = new DefaultMQProducer(group + "_producer");
        producer.setNamesrvAddr(Contract.NAME_SERVER);
        consumer = new DefaultMQPushConsumer(group + "_consumer");
        consumer.setNamesrvAddr(Contract.NAME_SERVER);
        consumer.setMessageModel(model);
        consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_LAST_OFFSET);
    }

    void start() throws Exception {
        producer.start();
        consumer.subscribe(Contract.RESPONSES, "*");
        consumer.subscribe(Contract.EVENTS, "*");
        consumer.registerMessageListener((MessageListenerConcurrently) (messages, context) -> {
            messages.forEach(Client::show);
            return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
        });
        consumer.start();
    }

    void stop() {
        consumer.shutdown();
        producer.shutdown();
    }

    String clientId() {
        return consumer.getDefaultMQPushConsumerImpl().getmQClientFactory().getClientId();
    }

    /** Prints the queues and the subscription whenever they are others than before; true once it has every queue of both topics. */
    boolean printAssignment() {
        RebalanceImpl rebalance = consumer.getDefaultMQPushConsumerImpl().getRebalanceImpl();
        TreeSet<String> queues = rebalance.getProcessQueueTable().keySet().stream()
            .filter(queue -> queue.getTopic().startsWith(Contract.PREFIX))
            .map(Client::name).collect(Collectors.toCollection(TreeSet::new));
        Map<String, String> subscription = new HashMap<>();
        for (SubscriptionData one : rebalance.getSubscriptionInner().values()) {
            if (one.getTopic().startsWith(Contract.PREFIX)) {
                subscription.put(one.getTopic(), one.getSubString());
            }
        }
        JSONObject line = JSONObject.of("kind", "assignment", "queues", List.copyOf(queues), "subscription", subscription);
        if (!Contract.text(line).equals(lastAssignment)) {
            lastAssignment = Contract.text(line);
            Contract.print(line);
        }
        return owns(queues, rebalance, Contract.RESPONSES) && owns(queues, rebalance, Contract.EVENTS);
    }

    private static boolean owns(TreeSet<String> queues, RebalanceImpl rebalance, String topic) {
        Set<MessageQueue> all = rebalance.getTopicSubscribeInfoTable().getOrDefault(topic, Set.of());
        return !all.isEmpty() && all.stream().map(Client::name).allMatch(queues::contains);
    }

    /**
     * Sends what one line of the driver says: {"action":…,"data":…} is a request of the contract; {"body":"…","properties":{…}}
     * goes out as it is, and {"repeat":"x","times":n} as that many of that text, so that anything can be sent.
     */
    void send(JSONObject line) throws Exception {
        String body = line.getString("body");
        Map<String, String> properties = new HashMap<>();
        if (line.containsKey("action")) {
            String id = line.containsKey("request_id") ? line.getString("request_id")
                : "req_" + System.nanoTime() + "_" + ++requests;
            String action = line.getString("action");
            body = Contract.text(Contract.request(id, Contract.USER, action, line.getJSONObject("data")));
            properties.putAll(Map.of("request_id", id, "user_id", Contract.USER, "action", action));
        } else if (line.containsKey("repeat")) {
            body = line.getString("repeat").repeat(line.getIntValue("times"));
        }
        if (line.containsKey("properties")) {
            line.getJSONObject("properties").forEach((name, value) -> properties.put(name, String.valueOf(value)));
        }
        SendResult result = producer.send(Contract.message(Contract.REQUESTS, body, properties));
        Contract.print(JSONObject.of("kind", "sent", "request_id", properties.get("request_id"),
            "status", result.getSendStatus().name()));
    }

    private static String name(MessageQueue queue) {
        return queue.getTopic() + "/" + queue.getBrokerName() + "/" + queue.getQueueId();
    }

    private static void show(MessageExt message) {
        String kind = message.getTopic().equals(Contract.RESPONSES) ? "response" : "event";
        String body = new String(message.getBody(), StandardCharsets.UTF_8);
        JSONObject line = JSONObject.of("kind", kind, "properties", message.getProperties(), "tag", message.getTags());
        try {
            line.put("body", JSON.parseObject(body));
        } catch (JSONException broken) {
            line.put("malformed", body);
        }
        line.put("queue", message.getQueueId());
        line.put("offset", message.getQueueOffset());
        Contract.print(line);
    }
}
