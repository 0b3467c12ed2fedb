import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isFault } from './fault.ts'
import type { Port, PortRange } from './port.ts'
import { formatPortSet, type PortNames, PortSet, parsePortSet } from './port-set.ts'

const p = (...ports: number[]): readonly Port[] => ports as Port[]
const SERVICES = new Map<string, readonly Port[] | PortSet>([
  ['http', p(80)],
  ['domain-s', p(853)],
  ['3com-tsmux', p(106)],
  ['x11', new PortSet([{ first: 6000 as Port, last: 6063 as Port }])],
])
const NAMES: PortNames = name => SERVICES.get(name) ?? []

const READ: readonly [text: string, canonical: string][] = [
  ['80', '80'],
  ['0', '0'],
  ['443,80,22', '22,80,443'],
  ['80,80,80', '80'],
  ['80,81', '80-81'],
  ['1-3,4-6', '1-6'],
  ['1-10,3-4', '1-10'],
  ['80-80', '80'],
  ['8000-8999,!8080', '8000-8079,8081-8999'],
  ['!8080,8000-8999', '8000-8079,8081-8999'],
  ['22,80,8000-8999,!8080,http,dynamic', '22,80,8000-8079,8081-8999,49152-65535'],
  ['http,x11,domain-s', '80,853,6000-6063'],
  ['3com-tsmux', '106'],
  ['x11,!6010-6019', '6000-6009,6020-6063'],
  ['80,!http', 'none'],
  ['!80', '0-79,81-65535'],
  ['!system', '1024-65535'],
  ['!system,!dynamic', '1024-49151'],
  ['!all', 'none'],
  ['none', 'none'],
  ['!none', '0-65535'],
  ['none,80', '80'],
  ['all', '0-65535'],
  ['system', '0-1023'],
  ['well-known', '0-1023'],
  ['user', '1024-49151'],
  ['registered', '1024-49151'],
  ['dynamic', '49152-65535'],
  ['private', '49152-65535'],
  ['system,user', '0-49151'],
]

for (const [text, canonical] of READ) {
  test(`${text} is ${canonical}`, () => {
    assert.equal(formatPortSet(parsePortSet(text, NAMES)), canonical)
    assert.equal(formatPortSet(parsePortSet(canonical)), canonical)
  })
}

const REFUSED: readonly [text: string, why: RegExp][] = [
  ['', /empty; write "none"/],
  [',80', /begins with a comma/],
  ['80,', /ends with a comma/],
  ['80,,81', /two commas/],
  ['!', /nothing stands after "!"/],
  ['!!80', /"!" twice/],
  ['8000-', /did you mean 8000-65535\?/],
  ['-1023', /did you mean 0-1023\?/],
  ['-', /no range/],
  ['9000-8000', /"9000-8000" runs backwards: did you mean 8000-9000\?/],
  ['!9000-8000', /runs backwards/],
  ['80-65536', /65536 is not a port: the last port is 65535/],
  ['080-90', /080 is not a port: it has a leading zero/],
  ['80-090', /090 is not a port: it has a leading zero/],
  ['1-2-3', /"1-2-3" is not a port/],
  ['80:90', /did you mean 80-90\?/],
  ['80..90', /did you mean 80-90\?/],
  ['80–90', /did you mean 80-90\?/],
  ['80 - 90', /did you mean 80-90\?/],
  ['22 80', /no commas/],
  ['22;80', /no commas/],
  ['22, 80', /" 80" has spaces around it/],
  ['80 ', /"80 " has spaces around it/],
  ['65536', /"65536" is not a port: the last port is 65535/],
  ['080', /"080" is not a port: it has a leading zero/],
  ['80.0', /decimal point/],
  ['1e3', /"1e3" is not a port: it is in exponent/],
  ['0x50', /"0x50" is not a port: it is not in decimal/],
  ['+80', /sign/],
  ['８０', /"８" is a digit, but not one of 0 to 9/],
  ['tcp/53', /names a protocol/],
  ['53/tcp', /names a protocol/],
  ['ALL', /"ALL" is written all/],
  ['htpp', /no service is called "htpp"; write numbers/],
  ['22,htpp,80', /no service is called "htpp"; write numbers/],
  ['web$', /"\$" is not a decimal digit/],
]

for (const [text, why] of REFUSED) {
  test(`${JSON.stringify(text)} is refused: ${why.source}`, () => {
    assert.throws(() => parsePortSet(text, NAMES), { code: 'E_PORT_SET_SYNTAX', message: why })
  })
}

test('without names to look up, a name is refused as such', () => {
  assert.throws(() => parsePortSet('http'), {
    message: /"http" is a name, and names are not looked up here; write numbers/,
  })
})

/** The oracle: one bit for every port there is. */
type Bits = Uint8Array
const bitsOf = (ranges: readonly PortRange[]): Bits => {
  const bits = new Uint8Array(65536)
  for (const { first, last } of ranges) bits.fill(1, first, last + 1)
  return bits
}
const bitsOfSet = (set: PortSet): Bits => {
  const bits = new Uint8Array(65536)
  for (const port of set) bits[port] = 1
  return bits
}
const same = (set: PortSet, bits: Bits) => assert.ok(Buffer.compare(bitsOfSet(set), bits) === 0)

// Few different ports, so that ranges touch, overlap and nest; and the ends of the space.
const port = fc.oneof(fc.nat(12), fc.integer({ min: 65530, max: 65535 }), fc.nat(65535)) as fc.Arbitrary<Port>
const range = fc
  .tuple(port, port)
  .map((ends): PortRange => ({ first: Math.min(...ends) as Port, last: Math.max(...ends) as Port }))
const ranges = fc.array(range, { maxLength: 8 })

test('law: ranges in any order are the bits that they cover', () => {
  fc.assert(
    fc.property(ranges, list => {
      const set = new PortSet(list)
      const bits = bitsOf(list)
      same(set, bits)
      assert.equal(
        set.size,
        bits.reduce((sum, bit) => sum + bit, 0),
      )
    }),
  )
})

test('law: the list of ranges is sorted, disjoint, minimal and frozen', () => {
  fc.assert(
    fc.property(ranges, list => {
      const set = new PortSet(list)
      set.ranges.forEach(({ first, last }, i) => {
        assert.ok(first <= last)
        if (i > 0) assert.ok(first > set.ranges[i - 1]!.last + 1)
      })
      assert.ok(Object.isFrozen(set.ranges) && set.ranges.every(Object.isFrozen))
    }),
  )
})

test('law: union, intersect, minus, complement and has are those of the bits', () => {
  fc.assert(
    fc.property(ranges, ranges, fc.array(port), (left, right, probes) => {
      const [a, b] = [new PortSet(left), new PortSet(right)]
      const [x, y] = [bitsOf(left), bitsOf(right)]
      same(
        a.union(b),
        x.map((bit, i) => bit | y[i]!),
      )
      same(
        a.intersect(b),
        x.map((bit, i) => bit & y[i]!),
      )
      same(
        a.minus(b),
        x.map((bit, i) => bit & (1 - y[i]!)),
      )
      same(
        a.complement(),
        x.map(bit => 1 - bit),
      )
      for (const probe of probes) assert.equal(a.has(probe), x[probe] === 1)
      assert.equal(a.equals(b), Buffer.compare(x, y) === 0)
    }),
    { numRuns: 60 },
  )
})

test('law: printed and read again, a set is the same', () => {
  fc.assert(
    fc.property(ranges, list => {
      const set = new PortSet(list)
      assert.deepEqual(parsePortSet(formatPortSet(set)), set)
      assert.equal(JSON.stringify({ set }), JSON.stringify({ set: formatPortSet(set) }))
    }),
  )
})

test('law: what is left out is left out, in whatever order it is written', () => {
  const item = fc.tuple(range, fc.boolean(), fc.nat())
  fc.assert(
    fc.property(fc.array(item, { minLength: 1, maxLength: 6 }), items => {
      const write = (list: typeof items) =>
        list
          .map(([{ first, last }, out]) => `${out ? '!' : ''}${first === last ? first : `${first}-${last}`}`)
          .join(',')
      const [unwanted, wanted] = [true, false].map(which =>
        bitsOf(items.filter(i => i[1] === which).map(i => i[0])),
      )
      const only = items.every(([, out]) => out)
      const bits = wanted!.map((bit, i) => (only ? 1 : bit) & (1 - unwanted![i]!))
      same(parsePortSet(write(items)), bits)
      same(parsePortSet(write([...items].sort((a, b) => a[2] - b[2]))), bits)
    }),
    { numRuns: 60 },
  )
})

test('law: any text is a set or a fault that shows it', () => {
  const scrap = fc.constantFrom(
    '80',
    '-',
    ',',
    '!',
    '9',
    '0',
    'http',
    'all',
    ' ',
    '.',
    '65535',
    'x',
    '/',
    '８',
  )
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(scrap, { maxLength: 8 }).map(list => list.join('')),
      ),
      text => {
        try {
          assert.ok(parsePortSet(text, NAMES) instanceof PortSet)
        } catch (error) {
          assert.ok(isFault(error), String(error))
          assert.equal(error.details.text, text)
          assert.match(String(error.details.why), /\S/)
        }
      },
    ),
    { numRuns: 2_000 },
  )
})

test('has refuses what is no port', () => {
  const all = parsePortSet('all')
  for (const value of [-1, 65536, 1.5, Number.NaN]) assert.equal(all.has(value), false)
})

test('PortSet.of takes single ports', () => {
  assert.equal(PortSet.of(...p(3, 1, 2, 9)).toString(), '1-3,9')
})
