/** The questions of `ports fw`: exit statuses, documents that are as their schemas say, and input that is no good. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MACHINES } from '../../../../test/golden/machines.ts'
import { unknown } from '../../../model/known.ts'
import { parsePrefix } from '../../../model/prefix.ts'
import type { RoutingTables } from '../../../model/route.ts'
import { openMemory } from '../../../os/memory/memory.ts'
import { EXIT } from '../exit.ts'
import { runFake } from '../fake-context.ts'
import { SCHEMAS } from '../schemas/schemas.ts'
import { validate } from '../schemas/validate.cases.ts'

const RULES = `table inet f {
  chain i {
    type filter hook input priority 0; policy drop;
    ct state established,related accept
    tcp dport 22 counter packets 7 bytes 420 accept
    tcp dport 23 reject with tcp reset
    iifname "eth9" udp dport 53 accept
  }
}`
const OTHER = RULES.replace('tcp dport 22', 'tcp dport { 22, 80 }')
const SHADOWED = RULES.replace('tcp dport 23', 'tcp dport 22')
const SUITE = [
  'accept tcp 192.0.2.1:4000 -> 10.0.0.2:22',
  'reject tcp 192.0.2.1:4000 -> 10.0.0.2:23 # as it was',
].join('\n')
const files = {
  'rules.nft': RULES,
  'other.nft': OTHER,
  'shadowed.nft': SHADOWED,
  suite: SUITE,
  'wrong-suite': `${SUITE}\ndrop tcp 192.0.2.1:4000 -> 10.0.0.2:22`,
  'cut.nft': RULES.slice(0, 120),
  'words.txt': 'hello',
}
const FLOW = 'tcp 192.0.2.1:4000 -> 10.0.0.2'

const STATUSES: readonly [line: readonly string[], status: number, schema?: string][] = [
  [['fw', 'test', `${FLOW}:22`], EXIT.done, 'fw-test'],
  [['fw', 'test', `${FLOW}:23`], EXIT.no, 'fw-test'],
  [['fw', 'test', `${FLOW}:22`, `${FLOW}:24`], EXIT.no, 'fw-test'],
  [['fw', 'test', 'udp 192.0.2.1:4000 -> 10.0.0.2:53'], EXIT.undecided, 'fw-test'],
  [['fw', 'test', 'udp 192.0.2.1:4000 -> 10.0.0.2:53', '--in', 'eth9'], EXIT.done, 'fw-test'],
  [['fw', 'test', `${FLOW}:23`, '--hook', 'output'], EXIT.done, 'fw-test'],
  [['fw', 'test', '--suite', 'suite'], EXIT.done, 'fw-test'],
  [['fw', 'test', '--suite', 'wrong-suite'], EXIT.no, 'fw-test'],
  [['fw', 'find', '--allow', 'tcp dport 22'], EXIT.done, 'fw-find'],
  [['fw', 'find', '--allow', 'tcp dport 23 state new'], EXIT.no, 'fw-find'],
  [['fw', 'find', '--deny', 'tcp dport 23'], EXIT.done, 'fw-find'],
  [['fw', 'lint'], EXIT.done, 'fw-lint'],
  [['fw', 'explain', '22'], EXIT.done, 'fw-explain'],
  [['fw', 'explain', '24'], EXIT.no, 'fw-explain'],
  [['fw', 'show'], EXIT.done, 'fw-show'],
  [['fw', 'show', '--all', '--hits'], EXIT.done, 'fw-show'],
]
for (const [line, status, schema] of STATUSES) {
  test(`ports ${line.join(' ')} exits with ${status}, and its document is as ${schema} says`, async () => {
    const done = await runFake([...line, '--rules', 'rules.nft', '--json'], { files })
    assert.equal(done.status, status, done.err)
    assert.deepEqual(validate(SCHEMAS[schema!]!, JSON.parse(done.out)), [])
  })
}

test('lint finds what is shadowed', async () => {
  const { status, out } = await runFake(['fw', 'lint', '--rules', 'shadowed.nft', '--json'], { files })
  assert.equal(status, EXIT.no)
  const document = JSON.parse(out)
  assert.deepEqual(validate(SCHEMAS['fw-lint']!, document), [])
  assert.deepEqual(
    document.items.map(({ code }: { code: string }) => code),
    ['rule-contradicted'],
  )
})

test('diff: the same, and what differs', async () => {
  const same = await runFake(['fw', 'diff', 'rules.nft', 'rules.nft'], { files })
  assert.equal(same.status, EXIT.done)
  const differs = await runFake(['fw', 'diff', 'rules.nft', 'other.nft', '--json'], { files })
  assert.equal(differs.status, EXIT.no)
  const document = JSON.parse(differs.out)
  assert.deepEqual(validate(SCHEMAS['fw-diff']!, document), [])
  assert.equal(document.items.length, 1)
  assert.match(document.items[0].says, /:80\b/)
})

test('a suite as JUnit reads it', async () => {
  const { status, out } = await runFake(
    ['fw', 'test', '--rules', 'rules.nft', '--suite', 'wrong-suite', '-o', 'junit'],
    { files },
  )
  assert.equal(status, EXIT.no)
  assert.match(out, /tests="3" failures="1"/)
  assert.match(out, /<failure message="accept, wanted drop">inet f i, rule 2: tcp dport 22 counter/)
})

test('rules come from standard input, too', async () => {
  const done = await runFake(['fw', 'test', '--rules', '-', `${FLOW}:22`], { input: RULES })
  assert.equal(done.status, EXIT.done, done.err)
})

test('what was exported reads back as the same rules', async () => {
  const { out } = await runFake(['fw', 'export', '--rules', 'rules.nft'], { files })
  const { status } = await runFake(['fw', 'diff', 'rules.nft', 'again.nft'], {
    files: { ...files, 'again.nft': out },
  })
  assert.equal(status, EXIT.done)
})

const REFUSED: readonly [line: readonly string[], says: RegExp][] = [
  [['fw', 'test', '--rules', 'rules.nft'], /name a flow, or a suite/],
  [['fw', 'test', '--rules', 'nowhere.nft', `${FLOW}:22`], /could not read nowhere\.nft/],
  [
    ['fw', 'test', '--rules', 'rules.nft', FLOW],
    /the destination "10\.0\.0\.2" is not an address and a port/,
  ],
  [['fw', 'test', '--rules', '-', '--suite', '-'], /standard input is one thing/],
  [['fw', 'test', '--rules', 'rules.nft', '--suite', 'words.txt'], /line 1, "hello"/],
  [['fw', 'show', '--rules', 'cut.nft'], /at line \d+, column \d+ of cut\.nft/],
  [['fw', 'show', '--rules', 'words.txt'], /words\.txt/],
  [['fw', 'find', '--rules', 'rules.nft'], /one of --allow and --deny/],
  [['fw', 'find', '--rules', 'rules.nft', '--allow', 'tcp dport 70000'], /70000/],
  [['fw', 'explain', '--rules', 'rules.nft', '0'], /nothing is reached at port 0/],
  [['fw', 'explain', '--rules', 'rules.nft', 'db:22'], /"db" is a name/],
  [['fw', 'diff', '-', '-'], /one rule set, not two/],
  [['fw', 'export', '--rules', 'rules.nft', '--table', 'g'], /there is no table "g": there are inet f/],
]
for (const [line, says] of REFUSED) {
  test(`ports ${line.join(' ')} is refused`, async () => {
    const { status, out, err } = await runFake(line, { files })
    assert.equal(status, EXIT.usage)
    assert.equal(out, '')
    assert.match(err, says)
  })
}

test('no rules, and rules that can’t be read, are different things', async () => {
  const os = openMemory({
    filter: { views: { 'nft-json': unknown('denied'), 'nft-text': unknown('denied') } },
  })
  const { status, out } = await runFake(['fw', 'show', '--json'], { os })
  assert.equal(status, EXIT.incomplete)
  assert.equal(JSON.parse(out).code, 'E_RULES_UNREADABLE')
})

test('ports shows exposure in effect: bind address and filter together', async () => {
  const os = openMemory({
    addresses: ['lo 127.0.0.1/8', 'eth0 203.0.113.7/24'],
    processes: [{ pid: 812, run: 'node server.js' }],
    sockets: [
      { listen: 'tcp 0.0.0.0:22', by: 812 },
      { listen: 'tcp 0.0.0.0:443', by: 812 },
    ],
    filter: { views: { 'nft-json': unknown('unsupported'), 'nft-text': RULES } },
  })
  const { out, err } = await runFake(['--json'], { os })
  assert.equal(err, '')
  assert.deepEqual(
    JSON.parse(out).items.map((item: { local: { port: number }; exposure: string }) => [
      item.local.port,
      item.exposure,
    ]),
    [
      [22, 'public'],
      [443, 'host'],
    ],
  )
  const explained = await runFake(['443'], { os })
  assert.match(explained.out, /the packet filter lets in/)
})

/** The local table of the kernel, with the rule that asks it first. */
const OWN_ADDRESSES: RoutingTables = {
  routes: ['127.0.0.0/8', '203.0.113.7/32'].map(destination => ({
    family: 'ipv4',
    table: 255,
    type: 2,
    destination: parsePrefix(destination),
    tos: 0,
    metric: 0,
    nexthops: [{ interface: 'lo', index: 1, weight: 1 }],
  })),
  rules: [{ family: 'ipv4', priority: 0, action: 'table', table: 255, inverted: false, tos: 0 }],
  interfaces: [],
}

test('a filter that may not be read is said, by ports and by ports 443', async () => {
  const os = openMemory({
    addresses: ['lo 127.0.0.1/8', 'eth0 203.0.113.7/24'],
    processes: [{ pid: 812, run: 'node server.js' }],
    sockets: [{ listen: 'tcp 0.0.0.0:443', by: 812 }],
    filter: { views: { 'nft-json': unknown('denied'), 'nft-text': unknown('denied') } },
  })
  for (const line of [['--json'], ['443', '--json']]) {
    const { status, out } = await runFake(line, { os })
    assert.equal(status, EXIT.done)
    const { warnings, complete } = JSON.parse(out)
    assert.deepEqual(
      warnings.map(({ code }: { code: string }) => code),
      ['filter-hidden'],
    )
    assert.equal(complete, false)
    assert.equal((await runFake([...line, '--strict'], { os })).status, EXIT.incomplete)
  }
})

test('explain: an address of somebody else is refused, loopback is reached from here alone', async () => {
  const os = openMemory({
    addresses: ['lo 127.0.0.1/8', 'eth0 203.0.113.7/24'],
    routing: OWN_ADDRESSES,
    filter: { views: { 'nft-json': unknown('unsupported'), 'nft-text': RULES } },
  })
  const foreign = await runFake(['fw', 'explain', '203.0.113.8:22'], { os })
  assert.equal(foreign.status, EXIT.usage)
  assert.match(foreign.err, /"203\.0\.113\.8" is no address of this machine, which has 127\.0\.0\.1, 203\./)
  const loopback = await runFake(['fw', 'explain', '127.0.0.1:22', '--json'], { os })
  assert.equal(loopback.status, EXIT.no)
  assert.deepEqual(
    JSON.parse(loopback.out).items.map(({ verdict }: { verdict: string }) => verdict),
    ['open', 'closed', 'closed', 'closed'],
  )
})

test('what decides outside of the rules is in the document, whole', async () => {
  const os = openMemory({
    filter: {
      views: { 'nft-json': unknown('unsupported'), 'nft-text': RULES },
      outside: {
        netfilter: [
          {
            kind: 'netfilter',
            place: 'input',
            hook: 'input',
            family: 'ipv4',
            says: 'netfilter program 7 "guard"',
            programs: [{ id: 7, type: 'netfilter', name: 'guard' }],
          },
        ],
        cgroup: unknown('denied'),
      },
    },
  })
  const { status, out } = await runFake(['fw', 'show', '--json'], { os })
  assert.equal(status, EXIT.done)
  const document = JSON.parse(out)
  assert.deepEqual(validate(SCHEMAS['fw-show']!, document), [])
  assert.equal(document.complete, false)
  assert.deepEqual(
    document.warnings.map(({ code }: { code: string }) => code).filter((code: string) => code !== 'rules'),
    ['outside-unread'],
  )
  assert.equal(document.items[0].outside[0].programs[0].name, 'guard')
  assert.equal((await runFake(['fw', 'show', '--strict'], { os })).status, EXIT.incomplete)
  const opened = await runFake(['fw', 'open', '443', '--dry-run'], { os })
  assert.equal(opened.status, EXIT.undecided, opened.err)
  assert.match(opened.out, /depends on what decides outside of the rules: netfilter at input/)
  assert.match(
    opened.out,
    /not judged: what decides outside of the rules is not all known \(denied\): cgroup/,
  )
})

test('nothing is opened where nobody can be asked', async () => {
  const os = openMemory(MACHINES.walled!.description)
  const { status, out } = await runFake(['fw', 'open', '443', '--json'], { os })
  assert.equal(status, EXIT.usage)
  assert.equal(JSON.parse(out).code, 'E_FW_UNCONFIRMED')
})
