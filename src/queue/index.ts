// The entry `@do/trace/queue`.

export { type CarrierAccess, messageAttributes, propertyCarrier } from '../propagation/index.js';
export { type AmqpChannel, amqplib } from './amqplib.js';
export { type BullQueue, type BullSource, bullmq } from './bullmq.js';
export { consume } from './consume.js';
export { consumeBatch } from './consume-batch.js';
export { type KafkaProducer, type KafkaSource, kafkajs } from './kafkajs.js';
export { type MqttClient, mqtt } from './mqtt.js';
export { type NatsConnection, nats } from './nats.js';
export { publish, publishBatch } from './publish.js';
export { type RedisClient, redisStreams } from './redis-streams.js';
export { type OutputOf, type ReceivingInput, type SqsClient, type SqsCommand, sqs } from './sqs.js';
export type {
  BatchMessage,
  ConsumeBatchOptions,
  ConsumeOptions,
  MessagingOptions,
  OutgoingMessage,
  Process,
  ProcessBatch,
  ProcessBatchOptions,
  ProcessOptions,
  PublishBatchOptions,
  PublishOptions,
  ReceivedMessage,
} from './types.js';
