import assert from 'node:assert/strict'
import test from 'node:test'
import { MACHINES } from '../../../../test/golden/machines.ts'
import { noActs } from '../../../os/acts.ts'
import { filterOf } from '../../../os/memory/filter-acts.ts'
import { openMemory } from '../../../os/memory/memory.ts'
import { EXIT } from '../exit.ts'
import { runFake } from '../fake-context.ts'

const walled = () => openMemory(MACHINES.walled!.description)
const RULES = 'table inet portolan {\n\tchain input {\n\t}\n}\n'

const WRONG: readonly (readonly [words: string, says: RegExp])[] = [
  ['fw apply', /needs a file/],
  ['fw apply missing.nft', /could not read missing\.nft: there is no such file/],
  ['fw apply rules.nft --confirm 4s', /"4s" is not a time to confirm in/],
  ['fw apply rules.nft --confirm 2h', /"2h" is not a time to confirm in/],
  ['fw apply rules.nft --confirm soon', /"soon" is not a length of time/],
  ['fw apply rules.nft --json -o csv', /can't both be had/],
  ['fw aply rules.nft', /Did you mean "ports fw apply"/],
  ['fw open', /needs a port/],
  ['fw open 0', /port 0 is reserved/],
  ['fw open http', /http/],
  ['fw open 192.0.2.1:443', /names an address: give the port alone/],
  ['fw open sctp/443', /only ports of tcp and udp, not of sctp/],
  ['fw open tcp/443 --udp', /"tcp\/443" is of tcp, and --udp says otherwise/],
  ['fw open 443 --from 10.0.0.1/8', /10\.0\.0\.1\/8/],
  ['fw open 443 --from nowhere', /nowhere/],
  ['fw close 443 --confirm 1s', /"1s" is not a time/],
  ['fw generate --for pf', /pf/],
  ['fw generate --policy missing.yaml', /could not read missing\.yaml/],
  ['fw generate --policy bad.yaml', /bad\.yaml, line 3: 99999 is not a port/],
  ['fw generate --policy cut.yaml', /cut\.yaml, line \d, column \d+: /],
  ['fw generate --policy bad.json', /bad\.json, line 1: "otherwise" is drop or reject/],
]
for (const [words, says] of WRONG) {
  test(`ports ${words}`, async () => {
    const files = {
      'rules.nft': RULES,
      'bad.yaml': 'allow:\n  - port: 22\n  - port: 99999\n',
      'cut.yaml': 'allow:\n  - port: [22, 23\n',
      'bad.json': '{"allow": [], "otherwise": "accept"}',
    }
    const { status, out, err } = await runFake(words.split(' '), { os: walled(), files })
    assert.equal(status, EXIT.usage, out + err)
    assert.match(err, says)
  })
}

test('the file is applied, and the watchdog is started with the name of the trial', async () => {
  const os = walled()
  // What is started says its words here, and not that it watches.
  const { status, err } = await runFake(['fw', 'apply', '-'], { os, input: RULES })
  assert.equal(status, EXIT.undecided)
  assert.match(err, /the watchdog .* did not start: fw watchdog 950-\d+\n {2}Nothing was changed/)
  assert.match(filterOf(os.machine).table!, /dport 22/)
})

test('a dry run names what keeps the rules over a reboot', async () => {
  const { status, out } = await runFake(['fw', 'apply', '-', '-n', '--persist'], {
    os: walled(),
    input: RULES,
  })
  assert.equal(status, EXIT.done)
  assert.match(
    out,
    /kept over a reboot, once it is confirmed: write \/etc\/portolan\/firewall\.nft; .*enable/,
  )
})

for (const [answer, done] of [
  ['y', true],
  ['no', false],
] as const) {
  test(`asked first: ${answer} ${done ? 'opens' : 'changes nothing'}`, async () => {
    const os = walled()
    const { status, err } = await runFake(['fw', 'open', '8443'], { os, terminal: 100, answers: [answer] })
    assert.match(err, /open tcp\/8443\? \[y\/N\]/)
    assert.equal(status, done ? EXIT.done : EXIT.no)
    assert.equal(filterOf(os.machine).table!.includes('8443'), done)
  })
}

test('with JSON nobody is asked, and nothing is done without --yes', async () => {
  const { status, out } = await runFake(['fw', 'open', '8443', '--json'], { os: walled(), answers: ['y'] })
  assert.equal(status, EXIT.usage)
  assert.match(out, /E_FW_UNCONFIRMED/)
})

test('a host that has no nftables says so: E_FW_UNSUPPORTED', async () => {
  const os = { ...walled(), acts: noActs('it is a recording') }
  const { status, err } = await runFake(['fw', 'status'], { os })
  assert.equal(status, EXIT.undecided)
  assert.match(err, /can not be changed here: it is a recording/)
})

test('generated files are written, each whole, with the command that loads it', async () => {
  const os = openMemory(MACHINES.harbour!.description)
  const { out, context } = await runFake(['fw', 'generate', '--for', 'iptables', '--folder', 'out'], { os })
  assert.equal(
    out,
    'out/rules.v4: iptables-restore --noflush out/rules.v4\nout/rules.v6: ip6tables-restore --noflush out/rules.v6\n',
  )
  assert.match(context.fileSystem.get('out/rules.v6')!, /^\*filter\n[\s\S]*\nCOMMIT\n$/)
})
