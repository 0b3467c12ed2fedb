/** Message brokers. */
import { begins, characters, firstLine, type Greeting, hex } from './greeting.ts'

export const MESSAGING: readonly Greeting[] = [
  {
    name: 'amqp',
    title: 'AMQP',
    source: 'AMQP 0-9-1 section 4.2.2',
    ports: [5672],
    tlsPorts: [5671],
    schemes: ['amqp'],
    tlsSchemes: ['amqps'],
    first: 'client',
    hello: () => hex('414d5150 00000901'),
    // Connection.Start, a method frame of channel 0; or the header of the version that the server speaks.
    speaks: bytes =>
      characters(bytes).startsWith('AMQP') ||
      (bytes[0] === 1 && bytes[1] === 0 && bytes[2] === 0 && bytes[8] === 10 && bytes[10] === 10),
  },
  {
    name: 'mqtt',
    title: 'MQTT',
    source: 'MQTT 3.1.1 sections 3.1 and 3.2',
    ports: [1883],
    tlsPorts: [8883],
    schemes: ['mqtt'],
    tlsSchemes: ['mqtts'],
    first: 'client',
    // CONNECT with an empty client identifier and a clean session: nothing is kept of it.
    hello: () => hex('10 0c 0004 4d515454 04 02 000a 0000'),
    farewell: '\xe0\x00',
    // CONNACK, which also says no.
    speaks: bytes => bytes[0] === 0x20 && bytes[1]! >= 2 && bytes[2]! <= 1,
  },
  {
    name: 'nats',
    title: 'NATS',
    source: 'NATS client protocol, INFO',
    ports: [4222],
    schemes: ['nats'],
    first: 'server',
    speaks: begins(/^INFO \{/),
    says: bytes => firstLine(bytes)?.slice(0, 60),
  },
  {
    name: 'kafka',
    title: 'Kafka',
    source: 'Kafka protocol guide, ApiVersions (key 18) version 0',
    ports: [9092],
    schemes: ['kafka'],
    first: 'client',
    // Size, key, version, correlation, no client name.
    hello: () => hex('0000000a 0012 0000 706f7274 ffff'),
    speaks: bytes => bytes.length >= 10 && characters(bytes.subarray(4, 8)) === 'port',
  },
]
