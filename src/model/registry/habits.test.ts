import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isPort } from '../port.ts'
import { isProtocol } from '../protocol.ts'
import { habits, readHabits } from './habits.ts'

test('a row of the table holds for each of its protocols', () => {
  assert.deepEqual(readHabits('22000 tcp/udp | sync,st | Something | example.org/ports'), [
    {
      port: 22000,
      protocol: 'tcp',
      name: 'sync',
      also: ['st'],
      what: 'Something',
      where: 'https://example.org/ports',
    },
    {
      port: 22000,
      protocol: 'udp',
      name: 'sync',
      also: ['st'],
      what: 'Something',
      where: 'https://example.org/ports',
    },
  ])
})

test('every habit has a port, a protocol, a name, words and a source', () => {
  for (const { port, protocol, name, also, what, where } of habits()) {
    assert.ok(isPort(port) && port > 0 && isProtocol(protocol), name)
    for (const word of [name, ...also]) assert.match(word, /^[a-z0-9][a-z0-9._-]*$/)
    assert.ok(what.length > 0 && what.trim() === what, name)
    assert.doesNotThrow(() => new URL(where), name)
    assert.match(where, /^https:\/\/[a-z0-9.-]+\.[a-z]+(\/\S*)?$/)
  }
})

test('the table is in order of ports, and no row stands twice', () => {
  const ports = habits().map(({ port }) => port)
  assert.deepEqual(
    ports,
    ports.toSorted((a, b) => a - b),
  )
  const keys = habits().map(({ port, protocol, name }) => `${port}/${protocol} ${name}`)
  assert.equal(new Set(keys).size, keys.length)
})

const KNOWN: [name: string, ports: number[]][] = [
  ['vite', [4173, 5173]],
  ['angular', [4200]],
  ['grafana', [3000]],
  ['storybook', [6006]],
  ['gradio', [7860]],
  ['jupyter', [8888]],
  ['node-inspector', [9229]],
  ['ollama', [11434]],
  ['lm-studio', [1234]],
  ['adb', [5037, 5555]],
  ['prometheus', [9090]],
  ['node-exporter', [9100]],
  ['elasticsearch', [9200, 9300]],
  ['kafka', [9092]],
  ['mongodb', [27017]],
  ['rabbitmq', [5672, 15672]],
  ['etcd', [2379, 2380]],
  ['k8s', [6443, 10250]],
  ['docker', [2375, 2376]],
  ['airplay', [5000, 7000]],
  ['minecraft', [19132, 25565]],
  ['wireguard', [51820]],
  ['syncthing', [8384, 22000]],
  ['mdns', [5353]],
]
for (const [name, ports] of KNOWN)
  test(`${name} is known on ${ports.join(' and ')}`, () => {
    const found = habits().filter(habit => [habit.name, ...habit.also].includes(name))
    assert.deepEqual([...new Set(found.map(({ port }) => port))], ports)
  })
