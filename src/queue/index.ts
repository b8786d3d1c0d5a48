// The entry `@do/trace/queue`.

export { type CarrierAccess, messageAttributes, propertyCarrier } from '../propagation/index.js';
export { type AmqpChannel, amqpMessages } from './amqplib.js';
export { type BullQueue, bullmqJobs } from './bullmq.js';
export { consume } from './consume.js';
export { consumeBatch } from './consume-batch.js';
export { type KafkaProducer, kafkaMessages } from './kafkajs.js';
export { type MqttClient, mqttMessages } from './mqtt.js';
export { type NatsPublisher, natsMessages } from './nats.js';
export { publish, publishBatch } from './publish.js';
export { type RedisAddOptions, type RedisClient, redisStreamEntries } from './redis-streams.js';
export { type OutputOf, type SqsClient, type SqsCommand, sqsMessages } from './sqs.js';
export type {
  AdapterOptions,
  ConsumeBatchOptions,
  ConsumeOptions,
  ConsumerOptions,
  MessagingOptions,
  PublishBatchOptions,
  PublishOptions,
  ReceivedMessage,
} from './types.js';
