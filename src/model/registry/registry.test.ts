import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { PROTOCOLS, type Protocol } from '../protocol.ts'
import {
  type Assignment,
  builtInRegistry,
  habits,
  lookupName,
  lookupPort,
  lookupRange,
  searchServices,
} from './registry.ts'

const short = (one: Assignment): string =>
  `${one.port}/${one.protocol} ${one.name ?? `(${one.status})`}${one.source === 'iana' ? '' : ` ${one.source}`}`

/** Read off IANA's registry by hand. */
const FACTS: [port: number, protocol: Protocol, name: string | null, aliases: string, status: string][] = [
  [0, 'tcp', null, '', 'reserved'],
  [0, 'sctp', null, '', 'reserved'],
  [4, 'tcp', null, '', 'unassigned'],
  [15, 'tcp', null, '', 'unassigned'],
  [24, 'tcp', null, '', 'assigned'],
  [22, 'tcp', 'ssh', '', 'assigned'],
  [22, 'udp', 'ssh', '', 'assigned'],
  [22, 'sctp', 'ssh', '', 'assigned'],
  [22, 'dccp', null, '', 'unassigned'],
  [53, 'tcp', 'domain', '', 'assigned'],
  [53, 'udp', 'domain', '', 'assigned'],
  [80, 'tcp', 'http', 'www www-http', 'assigned'],
  [80, 'udp', 'http', 'www www-http', 'assigned'],
  [80, 'sctp', 'http', '', 'assigned'],
  [113, 'tcp', 'ident', 'auth', 'assigned'],
  [443, 'tcp', 'https', '', 'assigned'],
  [443, 'udp', 'https', '', 'assigned'],
  [443, 'sctp', 'https', '', 'assigned'],
  [465, 'tcp', 'submissions', 'urd', 'assigned'],
  [512, 'tcp', 'exec', '', 'assigned'],
  [512, 'udp', 'comsat', 'biff', 'assigned'],
  [631, 'tcp', 'ipp', 'ipps', 'assigned'],
  [1021, 'dccp', 'exp1', '', 'assigned'],
  [1023, 'tcp', null, '', 'reserved'],
  [1701, 'udp', 'l2tp', 'l2f', 'assigned'],
  [2049, 'tcp', 'nfs', 'shilp', 'assigned'],
  [3306, 'tcp', 'mysql', '', 'assigned'],
  [4200, 'tcp', 'vrml-multi-use', '', 'assigned'],
  [5004, 'dccp', 'avt-profile-1', '', 'assigned'],
  [5432, 'tcp', 'postgresql', '', 'assigned'],
  [6000, 'tcp', 'x11', '', 'assigned'],
  [6063, 'udp', 'x11', '', 'assigned'],
  [6064, 'tcp', 'ndl-ahp-svc', '', 'assigned'],
  [6379, 'tcp', 'redis', '', 'assigned'],
  [6379, 'udp', null, '', 'reserved'],
  [6667, 'tcp', 'ircu', '', 'assigned'],
  [6667, 'udp', null, '', 'reserved'],
  [8080, 'tcp', 'http-alt', '', 'assigned'],
  [36412, 'sctp', 's1-control', '', 'assigned'],
  [49151, 'udp', null, '', 'reserved'],
  [49152, 'tcp', null, '', 'unassigned'],
  [65535, 'udp', null, '', 'unassigned'],
]
for (const [port, protocol, name, aliases, status] of FACTS)
  test(`IANA: ${port}/${protocol} is ${name ?? status}`, () => {
    const [one, ...more] = lookupPort(port, { protocol, layers: ['iana'] })
    assert.deepEqual(
      [one!.port, one!.protocol, one!.name, one!.aliases.join(' '), one!.status, one!.source],
      [port, protocol, name, aliases, status, 'iana'],
    )
    assert.equal(more.length, 0)
  })

test('classes, ranges, references, former names, what is said', () => {
  const [ssh] = lookupPort(22, { protocol: 'tcp' })
  assert.deepEqual([ssh!.class, ssh!.reference], ['system', '[RFC4251]'])
  assert.equal(ssh!.description, 'The Secure Shell (SSH) Protocol')
  assert.match(ssh!.where, /^IANA registry, \d{4}-\d\d-\d\d$/)
  const [x11] = lookupPort(6005, { protocol: 'tcp' })
  assert.deepEqual([x11!.class, x11!.range], ['user', { first: 6000, last: 6063 }])
  const [gone] = lookupPort(2, { protocol: 'tcp' })
  assert.deepEqual([gone!.status, gone!.name, gone!.formerly], ['reserved', null, ['compressnet']])
  const [dynamic] = lookupPort(60000)
  assert.deepEqual([dynamic!.class, dynamic!.reference], ['dynamic', '[RFC6335]'])
  assert.equal(lookupPort(15, { protocol: 'tcp' })[0]!.description, 'Unassigned [was netstat]')
  assert.match(lookupPort(465, { protocol: 'tcp' })[0]!.description!, /^Message Submission.*; urd: URL/)
})

const PORTS: [what: string, port: number, expected: string[]][] = [
  ['each protocol that IANA speaks of', 443, ['443/tcp https', '443/udp https', '443/sctp https']],
  [
    'habits beside the registry, never instead',
    5000,
    [
      '5000/tcp commplex-main',
      '5000/udp commplex-main',
      '5000/tcp airplay habit',
      '5000/tcp flask habit',
      '5000/tcp docker-registry habit',
    ],
  ],
  [
    'a habit where IANA has nothing',
    5173,
    ['5173/tcp (unassigned)', '5173/udp (unassigned)', '5173/tcp vite habit'],
  ],
  [
    'a habit that IANA knows by that name is not repeated',
    11434,
    ['11434/tcp ollama', '11434/udp (reserved)'],
  ],
  ['nobody', 50123, ['50123/tcp (unassigned)', '50123/udp (unassigned)']],
  [
    'a habit among dynamic ports',
    51820,
    ['51820/tcp (unassigned)', '51820/udp (unassigned)', '51820/udp wireguard habit'],
  ],
]
for (const [what, port, expected] of PORTS)
  test(`by port: ${what}`, () => assert.deepEqual(lookupPort(port).map(short), expected))

const NAMES: [name: string, expected: string[]][] = [
  ['http', ['80/tcp http', '80/udp http', '80/sctp http']],
  ['HTTP', ['80/tcp http', '80/udp http', '80/sctp http']],
  ['www', ['80/tcp http', '80/udp http']],
  ['postgres', ['5432/tcp postgresql']],
  ['postgresql', ['5432/tcp postgresql', '5432/udp postgresql']],
  ['dns', ['53/tcp domain', '53/udp domain']],
  ['x11', ['6000/tcp x11', '6000/udp x11']],
  ['airplay', ['5000/tcp airplay habit', '7000/tcp airplay habit']],
  ['etcd', ['2379/tcp etcd-client', '2380/tcp etcd-server']],
  ['sftp', ['115/tcp sftp', '115/udp sftp', '22/tcp ssh']],
  ['hp-rda', ['2371/tcp rda']],
  ['whois++', ['63/tcp whoispp', '63/udp whoispp']],
  ['sql*net', ['66/tcp sql-net', '66/udp sql-net']],
  ['htt', []],
  ['', []],
  ['.*', []],
]
for (const [name, expected] of NAMES)
  test(`by name: "${name}"`, () => assert.deepEqual(lookupName(name).map(short), expected))

test('by name: only the protocol, only the layers asked', () => {
  assert.deepEqual(lookupName('http', { protocol: 'sctp' }).map(short), ['80/sctp http'])
  assert.deepEqual(lookupName('vite', { layers: ['iana'] }), [])
})

const SEARCHES: [words: string, first: string[]][] = [
  ['postgres', ['5432/tcp postgresql', '5432/udp postgresql']],
  ['HTTP', ['80/tcp http', '80/udp http', '80/sctp http']],
  ['mysql', ['3306/tcp mysql', '3306/udp mysql', '1186/tcp mysql-cluster']],
  ['network time protocol', ['123/tcp ntp', '123/udp ntp']],
  ['protocol time network', ['123/tcp ntp', '123/udp ntp']],
  ['remote desktop', ['3389/tcp ms-wbt-server']],
  ['java debug', ['5005/tcp jdwp habit']],
  ['kubernetes', ['6443/tcp kube-apiserver habit', '10250/tcp kubelet habit']],
  ['secure shell', ['22/tcp ssh', '22/udp ssh']],
  ['forté', ['4413/tcp vision-mon']],
  ['no such thing', []],
  [' ', []],
]
for (const [words, first] of SEARCHES)
  test(`search: "${words}"`, () => {
    const found = searchServices(words).map(short)
    assert.deepEqual(first.length === 0 ? found : found.slice(0, first.length), first)
    assert.deepEqual(searchServices(words, { limit: 1 }).map(short), first.slice(0, 1))
  })

test('search: every result has all the words, and the order is the same each time', () => {
  const found = searchServices('data server')
  assert.ok(found.length > 5)
  for (const one of found) {
    const said = [one.name, ...one.aliases, one.description, ...(one.formerly ?? [])].join(' ').toLowerCase()
    assert.ok(said.includes('data') && said.includes('server'), said)
  }
  assert.deepEqual(searchServices('data server'), found)
})

test('by range: by port, ranges once, habits beside, the unassigned left out', () => {
  assert.deepEqual(lookupRange(5999, 6006).map(short), [
    '5999/tcp cvsup',
    '5999/udp cvsup',
    '6000/tcp x11',
    '6000/udp x11',
    '6006/tcp storybook habit',
    '6006/tcp tensorboard habit',
  ])
  assert.deepEqual(lookupRange(6010, 6012).map(short), ['6010/tcp x11', '6010/udp x11'])
  assert.deepEqual(
    lookupRange(225, 226).map(short),
    PROTOCOLS.map(protocol => `225/${protocol} (reserved)`),
  )
  assert.deepEqual(lookupRange(50000, 50040), [])
})

test('by range: what each port says, and nothing else', () => {
  const ports = fc.integer({ min: 0, max: 65535 })
  fc.assert(
    fc.property(ports, fc.integer({ min: 0, max: 60 }), (first, width) => {
      const last = Math.min(first + width, 65535)
      const each = Array.from({ length: last - first + 1 }, (_, i) => first + i)
        .flatMap(port => lookupPort(port))
        .filter(one => one.name !== null || one.status !== 'unassigned')
        .filter(one => one.source !== 'iana' || one.port === Math.max(first, one.range?.first ?? one.port))
      assert.deepEqual(lookupRange(first, last), each)
    }),
  )
})

test('every habit is found by port and by each of its words', () => {
  for (const { port, protocol, name, also } of habits()) {
    const here = lookupPort(port, { protocol })
    assert.ok(
      here.some(one => [one.name, ...one.aliases].includes(name)),
      name,
    )
    for (const word of [name, ...also])
      assert.ok(
        lookupName(word).some(one => one.port === port && one.protocol === protocol),
        word,
      )
  }
})

test('any text may be asked for', () => {
  const letters = fc.constantFrom(...'abcdehilmnoprst')
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.string({ unit: letters, maxLength: 4 })),
      text => {
        for (const { port, name, aliases, formerly = [] } of lookupName(text)) {
          const words = habits().flatMap(habit => (habit.port === port ? [habit.name, ...habit.also] : []))
          const all = [name, ...aliases, ...formerly, ...words].map(word => word?.toLowerCase())
          assert.ok(all.includes(text.toLowerCase()), `${text}: ${all}`)
        }
        searchServices(text, { limit: 3 })
        builtInRegistry().portlessNames(text)
      },
    ),
    { numRuns: 300 },
  )
})
