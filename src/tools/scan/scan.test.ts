import assert from 'node:assert/strict'
import test from 'node:test'
import { isFault } from '../../model/fault.ts'
import { parsePortSet } from '../../model/port-set.ts'
import { parsePrefix } from '../../model/prefix.ts'
import { type MachineDescription, openMemory } from '../../os/memory/memory.ts'
import { commonPorts, planScan, type ScanRequest, ScanTally, scan, scanFindings } from './scan.ts'

const QUAY: MachineDescription = {
  addresses: [
    'lo 127.0.0.1/8',
    'lo ::1/128',
    'eth0 198.51.100.7/24',
    'eth0 fe80::7/64',
    'ppp0 203.0.113.1/32',
  ],
  names: {
    db: ['198.51.100.9', '198.51.100.10'],
    far: ['192.0.2.80'],
    trap: ['169.254.169.254'],
    both: ['2001:db8::9', '198.51.100.9'],
  },
  sockets: [{ listen: 'tcp 0.0.0.0:22' }, { listen: 'tcp 127.0.0.1:5432' }],
  elsewhere: {
    '198.51.100.9:443': 'open syn-ack 3',
    '198.51.100.9:25': 'filtered icmp-3/13 2',
    '198.51.100.9': 'closed reset 1',
    '198.51.100.10': 'unknown local-EMFILE',
    '198.51.100.11': 'open syn-ack 1',
  },
}

async function plan(targets: readonly string[], more: Omit<ScanRequest, 'targets'> = {}) {
  return planScan(openMemory(QUAY), { targets, ports: parsePortSet('1-1000'), seed: 1, ...more })
}

/** The fault of a request: its code, and what it says. */
async function refusal(targets: readonly string[], more: Omit<ScanRequest, 'targets'> = {}): Promise<string> {
  try {
    await plan(targets, more)
  } catch (error) {
    assert.ok(isFault(error), String(error))
    return `${error.code}: ${error.message}`
  }
  return 'planned'
}

const ASKED: readonly (readonly [
  what: string,
  targets: readonly string[],
  asked: readonly string[],
  more?: object,
])[] = [
  ['loopback', ['127.0.0.1', '::1'], ['127.0.0.1', '::1']],
  ['all of 127.0.0.0/8 is loopback', ['127.0.0.5'], ['127.0.0.5']],
  ['brackets and mapped addresses are read', ['[::1]', '::ffff:127.0.0.1'], ['::1', '127.0.0.1']],
  ['an address of ours', ['203.0.113.1'], ['203.0.113.1']],
  ['a neighbour', ['198.51.100.9'], ['198.51.100.9']],
  ['a name has all its addresses', ['db'], ['198.51.100.9', '198.51.100.10']],
  ['a name that leads here and beyond is asked here', ['both'], ['198.51.100.9']],
  ['a range', ['198.51.100.9-12'], [9, 10, 11, 12].map(n => `198.51.100.${n}`)],
  ['a range, written whole', ['198.51.100.254-198.51.100.254'], ['198.51.100.254']],
  [
    'what comes twice is asked once',
    ['198.51.100.9', 'db', '198.51.100.8/30'],
    ['198.51.100.9', '198.51.100.10', '198.51.100.8', '198.51.100.11'],
  ],
  [
    'a prefix loses its network and broadcast address',
    ['198.51.100.252/30'],
    ['198.51.100.252', '198.51.100.253', '198.51.100.254'],
  ],
  ['a link-local address with its link', ['fe80::9%eth0'], ['fe80::9%eth0']],
  ['beyond, where that is allowed', ['192.0.2.80'], ['192.0.2.80'], { allow: [parsePrefix('192.0.2.0/24')] }],
  [
    'public ones, where those are',
    ['8.8.8.8', '2606:4700::1'],
    ['8.8.8.8', '2606:4700::1'],
    { public: true },
  ],
  [
    'an IPv6 prefix',
    ['2001:db8::fe/127'],
    ['2001:db8::fe', '2001:db8::ff'],
    { allow: [parsePrefix('2001:db8::/32')] },
  ],
  [
    'an IPv6 range',
    ['2001:db8::fe-2001:db8::101'],
    ['2001:db8::fe', '2001:db8::ff', '2001:db8::100', '2001:db8::101'],
    { allow: [parsePrefix('2001:db8::/32')] },
  ],
]
for (const [what, targets, asked, more] of ASKED)
  test(`${what}: ${targets.join(' ')}`, async () => {
    assert.deepEqual((await plan(targets, more)).probe.targets, asked)
  })

const REFUSED: readonly (readonly [what: string, targets: readonly string[], says: RegExp, more?: object])[] =
  [
    [
      'another network',
      ['192.0.2.80'],
      /^E_SCAN_REFUSED: 192\.0\.2\.80 is not scanned: it is neither this machine/,
    ],
    ['a name that leads there', ['far'], /^E_SCAN_REFUSED: 192\.0\.2\.80 \(of far\)/],
    [
      'a network of which a part is ours',
      ['198.51.100.0/23'],
      /^E_SCAN_REFUSED: 198\.51\.101\.0 \(of 198\.51\.100\.0\/23\)/,
    ],
    ['a private one, though public ones may be', ['10.1.2.3'], /^E_SCAN_REFUSED/, { public: true }],
    [
      'metadata, whatever is allowed',
      ['169.254.169.254'],
      /^E_SCAN_REFUSED: .*metadata server/,
      { public: true, allow: [parsePrefix('0.0.0.0/0')] },
    ],
    ['metadata by name', ['trap'], /metadata/, { allow: [parsePrefix('0.0.0.0/0')] }],
    [
      'metadata in IPv6 clothes',
      ['::ffff:169.254.169.254'],
      /metadata/,
      { allow: [parsePrefix('0.0.0.0/0')] },
    ],
    ['metadata behind a translator', ['64:ff9b::a9fe:a9fe'], /metadata/, { allow: [parsePrefix('::/0')] }],
    ['metadata of AWS over IPv6', ['fd00:ec2::254'], /metadata/, { allow: [parsePrefix('::/0')] }],
    [
      'metadata as the only one of a range',
      ['169.254.169.254-254'],
      /metadata/,
      { allow: [parsePrefix('0.0.0.0/0')] },
    ],
    ['broadcast', ['255.255.255.255'], /broadcast/, { public: true }],
    ['broadcast of a network of ours', ['198.51.100.255'], /broadcast address of a network of ours/],
    ['multicast', ['224.0.0.1'], /multicast/, { public: true }],
    ['multicast of IPv6', ['ff02::1'], /multicast/, { public: true }],
    ['no machine', ['0.0.0.0'], /write 127\.0\.0\.1/],
    ['reserved', ['240.0.0.1'], /nobody has an address of that range/, { public: true }],
    ['link-local without its link', ['fe80::9'], /needs its link/],
    [
      'too many',
      ['10.0.0.0/8'],
      /^E_SCAN_TARGET: .*16,777,216 addresses/,
      { allow: [parsePrefix('10.0.0.0/8')] },
    ],
    [
      'too many together',
      ['10.0.0.0/16', '10.1.0.0/24'],
      /^E_SCAN_TARGET: .*more than 65536/,
      { allow: [parsePrefix('10.0.0.0/8')] },
    ],
    ['a URL', ['https://db:8443/x'], /^E_SCAN_TARGET: .*it is a URL/],
    ['a port', ['db:5432'], /write db --ports 5432/],
    ['a port of an IPv6 address', ['[::1]:80'], /write \[::1\] --ports 80/],
    ['bits after the prefix', ['198.51.100.9/24'], /^E_PREFIX_SYNTAX: .*did you mean 198\.51\.100\.0\/24/],
    ['an address gone wrong', ['198.51.100.300'], /^E_ADDRESS_SYNTAX/],
    ['backwards', ['198.51.100.9-4'], /^E_SCAN_TARGET: .*runs backwards/],
    ['a range beyond the last number', ['198.51.100.9-300'], /^E_SCAN_TARGET: .*300 is no last number/],
    ['a range over two families', ['198.51.100.9-::1'], /^E_SCAN_TARGET: .*in one family/],
    ['an empty word', [''], /^E_SCAN_TARGET: .*it is empty/],
    ['a name with odd characters', ['d*b'], /^E_SCAN_TARGET: .*has no place in it/],
    ['nobody of that name', ['nowhere.example'], /^E_SCAN_TARGET: .*no address \(ENOTFOUND\)/],
    ['port 0 alone', ['127.0.0.1'], /^E_PORT_ZERO/, { ports: parsePortSet('0') }],
    ['no port at all', ['127.0.0.1'], /^E_PORT_SET_SYNTAX/, { ports: parsePortSet('none') }],
  ]
for (const [what, targets, says, more] of REFUSED)
  test(`refused: ${what}: ${targets.join(' ')}`, async () => {
    assert.match(await refusal(targets, more), says)
  })

test('metadata servers inside of a network are left out, and told', async () => {
  const { probe, leftOut } = await plan(['169.254.169.252/30'], { allow: [parsePrefix('169.254.0.0/16')] })
  assert.equal(probe.targets.length, 3)
  assert.match(leftOut[0]!.why, /metadata/)
})

test('rates are polite to others, free at home, and the user’s where he says', async () => {
  const rates = async (targets: readonly string[], more = {}) => {
    const { probe } = await plan(targets, more)
    return [probe.perSecond, probe.perSecondAndTarget]
  }
  assert.deepEqual(await rates(['198.51.100.9']), [2000, 500])
  assert.deepEqual(await rates(['198.51.100.9'], { perSecond: 90 }), [90, 90])
  assert.deepEqual(await rates(['198.51.100.9'], { perSecond: 90, perSecondAndTarget: 10 }), [90, 10])
  assert.ok((await rates(['127.0.0.1', '198.51.100.7']))[0]! > 100_000)
  assert.deepEqual(await rates(['127.0.0.1', '198.51.100.9']), [2000, 500])
})

test('a plan says how long it takes at least', async () => {
  assert.equal((await plan(['198.51.100.9'])).leastMs, 2000)
  assert.equal((await plan(['198.51.100.0/28'], { ports: parsePortSet('1-100') })).pairs, 1500)
})

async function scanned(targets: readonly string[], ports: string, all = false) {
  const os = openMemory(QUAY)
  const told = await planScan(os, { targets, ports: parsePortSet(ports), seed: 1 })
  const tally = new ScanTally(all)
  for await (const result of scan(os, told)) tally.add(result)
  return { tally, findings: scanFindings(told, tally).map(({ code }) => code) }
}

test('our own listeners are open, closed ones are counted, names go with results', async () => {
  const { tally } = await scanned(['localhost'], '1-6000')
  assert.deepEqual(
    tally.results().map(({ address, port, state, name }) => [address, port, state, name]),
    [
      ['127.0.0.1', 22, 'open', 'localhost'],
      ['127.0.0.1', 5432, 'open', 'localhost'],
    ],
  )
  assert.deepEqual(
    tally.targets().map(({ address, counts }) => [address, counts.open, counts.closed]),
    [
      ['127.0.0.1', 2, 5998],
      ['::1', 0, 6000],
    ],
  )
})

test('what is filtered or unknown has a line each while it is few, and is counted when it is many', async () => {
  const few = (await scanned(['198.51.100.9'], '20-30')).tally
  assert.deepEqual(
    few.results().map(({ port, reason }) => `${port} ${reason}`),
    ['25 icmp-3/13'],
  )
  const many = (await scanned(['198.51.100.10'], '1-100')).tally
  assert.equal(many.results().length, 0)
  assert.deepEqual(many.targets()[0]!.groups, [
    { state: 'unknown', reason: 'local-EMFILE', ports: 100, summedUp: true },
  ])
  const all = (await scanned(['198.51.100.10', '198.51.100.9'], '1-100', true)).tally
  assert.equal(all.results().length, 200)
})

test('what isn’t to be trusted is said', async () => {
  assert.deepEqual((await scanned(['198.51.100.10'], '1-100')).findings, ['ports-not-asked'])
  assert.deepEqual((await scanned(['198.51.100.11'], '1-100')).findings, ['every-port-open'])
  assert.deepEqual((await scanned(['198.51.100.12'], '1-100')).findings, ['nobody-answers'])
  assert.deepEqual((await scanned(['198.51.100.9'], '1-100')).findings, [])
})

/** `open 2` is an open port that was heard at the second try; `no-answer 3` one that never was. */
const LOSSY: readonly (readonly [what: string, results: readonly string[], says: RegExp | null])[] = [
  ['every port is heard at once', ['open 1', 'closed 1', 'no-answer 3'], null],
  ['one try alone is lost', ['open 2', 'no-answer 3'], null],
  ['two tries of a hundred are lost', [...Array<string>(98).fill('closed 1'), 'open 2', 'open 2'], null],
  ['tries of open ports are lost', ['open 2', 'open 1', 'open 3', 'no-answer 7'], /silent ports \(1\)/],
  ['tries of closed ports are lost', ['closed 3', 'no-answer 7', 'no-answer 7'], /silent ports \(2\)/],
  ['no port is silent in the end', ['open 2', 'open 2'], /held back by a limit$/],
  ['only errors come late', ['icmp-3/13 3', 'icmp-3/13 3', 'open 1'], null],
  ['our own host looks for a neighbour', ['no-neighbour 3', 'no-neighbour 3'], null],
]
for (const [what, results, says] of LOSSY)
  test(`${what}: ${says === null ? 'nothing is said of loss' : 'loss is said'}`, async () => {
    const told = await plan(['198.51.100.9'], { ports: parsePortSet(`1-${results.length}`) })
    const tally = new ScanTally()
    for (const [i, text] of results.entries()) {
      const [reason = '', tries] = text.split(' ')
      const state = reason === 'open' || reason === 'closed' ? reason : 'filtered'
      const address = told.probe.targets[0]!
      const ms = reason === 'no-answer' ? {} : { ms: 1 }
      tally.add({ address, protocol: 'tcp', port: i + 1, state, reason, ...ms, tries: Number(tries) })
    }
    const found = scanFindings(told, tally).filter(({ code }) => code === 'packets-lost')
    if (says === null) assert.deepEqual(found, [])
    else assert.match(found[0]!.says, says)
  })

test('common ports: so many as are asked for, none twice, the everyday ones first', () => {
  for (const count of [1, 10, 1000, 65_535]) {
    const ports = commonPorts(count)
    assert.equal(new Set(ports).size, count)
    assert.ok(ports.every(port => Number.isInteger(port) && port >= 1 && port <= 65_535))
  }
  for (const port of [22, 80, 443, 3389, 5432]) assert.ok(commonPorts(60).includes(port), `${port}`)
})
