/** Files and habits over and beside IANA, and the one short name that comes of it. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { PROTOCOLS, type Protocol } from '../protocol.ts'
import { type Assignment, builtInRegistry, parseServices, registryFrom, serviceName } from './registry.ts'

const short = (one: Assignment): string =>
  `${one.port}/${one.protocol} ${one.name ?? `(${one.status})`}${one.source === 'iana' ? '' : ` ${one.source}`}`

const layered = registryFrom({
  services: parseServices(
    'imap2 143/tcp imap # Interim Mail\nsmtp 25/tcp mail\nthing 3000/tcp\nmine 777/tcp\nlate 50000/tcp\nsecond 143/tcp',
    '/etc/services',
  ),
  user: parseServices('mine-too 777/tcp # the user says\nvite 5173/tcp', '~/.config/portolan/services'),
})
const LAYERS: [what: string, port: number, expected: Partial<Assignment>][] = [
  [
    'a file renames',
    143,
    {
      name: 'imap2',
      aliases: ['second', 'imap'],
      source: 'services',
      where: '/etc/services',
      description: 'Interim Mail',
      status: 'assigned',
    },
  ],
  [
    'a file that repeats the name leaves it to IANA',
    25,
    { name: 'smtp', aliases: ['mail'], source: 'iana', description: 'Simple Mail Transfer' },
  ],
  [
    'the user goes before the system and IANA',
    777,
    { name: 'mine-too', aliases: ['mine', 'multiling-http'], source: 'user', description: 'the user says' },
  ],
  [
    'a file names what IANA leaves unassigned',
    5173,
    { name: 'vite', source: 'user', status: 'unassigned', description: null },
  ],
  ['a file names a dynamic port', 50000, { name: 'late', source: 'services', status: 'unassigned' }],
]
for (const [what, port, expected] of LAYERS)
  test(`layers: ${what}`, () => {
    const [one] = layered.lookupPort(port, { protocol: 'tcp' })
    for (const [key, value] of Object.entries(expected))
      assert.deepEqual(one![key as keyof Assignment], value, key)
    assert.deepEqual(layered.serviceName(port, 'tcp'), { name: one!.name, source: one!.source })
    const [iana] = layered.lookupPort(port, { protocol: 'tcp', layers: ['iana'] })
    assert.deepEqual(iana, builtInRegistry().lookupPort(port, { protocol: 'tcp', layers: ['iana'] })[0])
  })

test('layers: an alias names the layer it is from', () => {
  const [smtp] = layered.lookupPort(25, { protocol: 'tcp' })
  assert.deepEqual(smtp!.further, [{ source: 'services', where: '/etc/services', names: ['smtp', 'mail'] }])
  const [mine] = layered.lookupPort(777, { protocol: 'tcp' })
  assert.deepEqual(
    mine!.further!.map(({ source }) => source),
    ['services', 'iana'],
  )
  assert.equal(layered.lookupPort(22, { protocol: 'tcp' })[0]!.further, undefined)
})

test('layers: names of files are found, and lead to the merged answer', () => {
  assert.deepEqual(layered.lookupName('mail', { protocol: 'tcp' }).map(short), ['25/tcp smtp'])
  assert.deepEqual(layered.lookupName('imap').map(short)[0], '143/tcp imap2 services')
  assert.deepEqual(layered.searchServices('the user').map(short).includes('777/tcp mine-too user'), true)
})

const SHORT_NAMES: [what: string, port: number, protocol: Protocol, expected: string | null][] = [
  ['registered', 443, 'tcp', 'https iana'],
  ['registered for another protocol only', 6379, 'udp', null],
  ['in a range', 6010, 'tcp', 'x11 iana'],
  ['by habit, where IANA has none', 5173, 'tcp', 'vite habit'],
  ['a habit never hides the registry', 5000, 'tcp', 'commplex-main iana'],
  ['dynamic, though a habit has it', 51820, 'udp', null],
  ['dynamic', 65535, 'tcp', null],
]
for (const [what, port, protocol, expected] of SHORT_NAMES)
  test(`short name: ${what}`, () => {
    const told = serviceName(port, protocol)
    assert.equal(told === null ? null : `${told.name} ${told.source}`, expected)
    assert.equal(serviceName(port, protocol), told)
  })

test('the short name is the first name of the answers, for every port below the dynamic ones', () => {
  for (const registry of [builtInRegistry(), layered])
    for (let port = 0; port < 49152; port += 3)
      for (const protocol of PROTOCOLS) {
        const first = registry.lookupPort(port, { protocol }).find(one => one.name !== null)
        const expected = first === undefined ? null : { name: first.name, source: first.source }
        assert.deepEqual(registry.serviceName(port, protocol), expected, `${port}/${protocol}`)
      }
})

test("every entry of this machine's services file is found by port, name and alias", () => {
  const path = '/etc/services'
  const text = existsSync(path)
    ? readFileSync(path, 'utf8')
    : 'smtp 25/tcp mail\nntp 123/udp # time\nown 777/tcp'
  const services = parseServices(text, path)
  assert.ok(services.entries.length > 0)
  const registry = registryFrom({ services })
  for (const { port, protocol, name, aliases, line } of services.entries)
    for (const word of [name, ...aliases]) {
      const [one] = registry.lookupPort(port, { protocol })
      assert.ok(
        [one!.name, ...one!.aliases].some(own => own?.toLowerCase() === word.toLowerCase()),
        `line ${line}: ${word}`,
      )
      assert.ok(
        registry.lookupName(word, { protocol }).some(it => it.port === port),
        `line ${line}: ${word}`,
      )
    }
})
