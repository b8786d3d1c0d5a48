// SQS with the AWS SDK 3.

import { QUEUE, RELATION, run } from './shop.mjs';
import { sqs } from '@do/trace/queue';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';

// Region, credentials and, for an emulator, AWS_ENDPOINT_URL_SQS come from the environment.
const client = new SQSClient({ useQueueUrlAsEndpoint: false });
const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: QUEUE }));
const stopped = new AbortController();
let loop;

await run({
  publish: order =>
    sqs.send(client, new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(order) })),
  async work(confirm) {
    const input = sqs.receiving({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 });
    const poll = async () => {
      while (!stopped.signal.aborted) {
        const { Messages = [] } = await client.send(new ReceiveMessageCommand(input));
        if (Messages.length === 0) continue;
        const one = message =>
          sqs.process(QueueUrl, message, { relation: RELATION }, () => confirm(JSON.parse(message.Body)));
        await Promise.all(Messages.map(one));
        const Entries = Messages.map(({ MessageId, ReceiptHandle }) => ({ Id: MessageId, ReceiptHandle }));
        await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
      }
    };
    loop = poll();
  },
  async close() {
    stopped.abort();
    await loop; // received messages must not stay invisible to other consumers
    client.destroy();
  },
});
