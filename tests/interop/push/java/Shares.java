// Apache's average allocation for every number of queues and members up to the arguments: "<queues> <members> <index>: <id> <id> …".
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.rocketmq.client.consumer.rebalance.AllocateMessageQueueAveragely;
import org.apache.rocketmq.common.message.MessageQueue;

public class Shares {
    public static void main(String[] args) {
        int mostQueues = Integer.parseInt(args[0]);
        int mostMembers = Integer.parseInt(args[1]);
        AllocateMessageQueueAveragely strategy = new AllocateMessageQueueAveragely();
        for (int queues = 1; queues <= mostQueues; queues++) {
            List<MessageQueue> all = new ArrayList<>();
            for (int id = 0; id < queues; id++) {
                all.add(new MessageQueue("topic", id % 2 == 0 ? "broker-a" : "broker-b", id));
            }
            Collections.sort(all);
            for (int members = 1; members <= mostMembers; members++) {
                List<String> ids = new ArrayList<>();
                for (int i = 0; i < members; i++) {
                    ids.add("10.0.0." + i + "@7#" + i);
                }
                Collections.sort(ids);
                for (int index = 0; index < members; index++) {
                    StringBuilder line = new StringBuilder(queues + " " + members + " " + index + ":");
                    for (MessageQueue one : strategy.allocate("group", ids.get(index), all, ids)) {
                        line.append(' ').append(one.getQueueId());
                    }
                    System.out.println(line);
                }
            }
        }
    }
}
