import assert from 'node:assert/strict'
import test from 'node:test'
import { EXIT } from '../exit.ts'
import { type FakeOptions, runFake } from '../fake-context.ts'

const files = {
  '/etc/services': 'http 80/tcp www # World Wide Web\nshopd 4711/tcp\n',
  '/srv/alice/.config/portolan/services': 'till 9999/tcp # the till at the door\nnonsense\n',
}
const env = { HOME: '/srv/alice' }
const ask = (line: string, options: FakeOptions = {}) =>
  runFake(['name', ...line.split(' ').filter(Boolean)], { env, files, ...options })
const items = async (line: string): Promise<Record<string, unknown>[]> =>
  JSON.parse((await ask(`${line} --json`)).out).items

const answers: readonly (readonly [line: string, status: number, found: readonly string[]])[] = [
  ['443', EXIT.done, ['443 tcp https', '443 udp https', '443 sctp https']],
  ['tcp/443', EXIT.done, ['443 tcp https']],
  ['443/tcp', EXIT.done, ['443 tcp https']],
  ['443 --protocol tcp', EXIT.done, ['443 tcp https']],
  ['tcp/53 udp/53', EXIT.done, ['53 tcp domain', '53 udp domain']],
  ['tcp/53 --protocol udp', EXIT.nothingMatched, []],
  ['postgresql --protocol tcp', EXIT.done, ['5432 tcp postgresql']],
  ['POSTGRESQL --protocol tcp', EXIT.done, ['5432 tcp postgresql']],
  ['tcp/20-23', EXIT.done, ['20 tcp ftp-data', '21 tcp ftp', '22 tcp ssh', '23 tcp telnet']],
  ['tcp/21,23', EXIT.done, ['21 tcp ftp', '23 tcp telnet']],
  ['shopd', EXIT.done, ['4711 tcp shopd']],
  ['till', EXIT.done, ['9999 tcp till']],
  ['4', EXIT.nothingMatched, ['4 tcp unassigned', '4 udp unassigned']],
  ['no-such-service', EXIT.nothingMatched, []],
]
for (const [line, status, found] of answers) {
  test(`ports name ${line}: ${found.join(', ') || 'nothing'}`, async () => {
    const got = (await items(line)).filter(item => item.source !== 'habit')
    assert.deepEqual(
      got.map(({ port, protocol, name, status }) => `${port} ${protocol} ${name ?? status}`),
      found,
    )
    assert.equal((await ask(line)).status, status)
  })
}

for (const [line, code] of [
  ['99999', 'E_PORT_SYNTAX'],
  ['-5', 'E_PORT_SYNTAX'],
  ['080', 'E_PORT_SYNTAX'],
  ['30-20', 'E_PORT_SET_SYNTAX'],
  ['tcp/1-', 'E_PORT_SET_SYNTAX'],
] as const) {
  test(`ports name ${line} is refused with ${code}`, async () => {
    const { status, out } = await ask(`${line} --json`)
    assert.equal(status, EXIT.usage)
    assert.equal(JSON.parse(out).code, code)
  })
}

test('a name is looked for in descriptions, quoted or not', async () => {
  const quoted = await runFake(['name', '--search', 'network time'], { env, files })
  assert.deepEqual(await ask('--search network time').then(({ out }) => out), quoted.out)
  assert.match(quoted.out, /network time/i)
})

test('a search without a find says so and exits with 3', async () => {
  const { status, err } = await ask('--search zzzz yyyy')
  assert.equal(status, EXIT.nothingMatched)
  assert.match(err, /zzzz yyyy/)
})

test('what has no name suggests the search', async () => {
  assert.match((await ask('postgrez')).err, /nothing is registered as "postgrez"\n {2}.*--search "postgrez"/)
})

test('a service that is registered without a port is told from one that is unknown', async () => {
  const { status, err } = await ask('sleep-proxy')
  assert.equal(status, EXIT.nothingMatched)
  assert.match(err, /"sleep-proxy" is registered without a port.*\n.*DNS-SD/)
})

test('the user’s own file goes before all, and its bad lines are told', async () => {
  const { out, err } = await ask('9999')
  assert.match(out, /9999\ttcp\ttill\tthe till at the door\t.*\tuser\t/)
  assert.match(err, /services:2: left out/)
})

test('several that are found and one that is not: 0, and the one is named', async () => {
  const { status, err } = await ask('443 no-such-service')
  assert.equal(status, EXIT.done)
  assert.match(err, /no-such-service/)
})

for (const [width, has, lacks] of [
  [200, /DESCRIPTION .*REFERENCE/, /…/],
  [40, /PORT .*NAME .*DESCRIPTION/, /CLASS|REFERENCE/],
] as const) {
  test(`a terminal of ${width} columns gets the columns that fit`, async () => {
    const { out } = await ask('443 5432', { terminal: width, env: { ...env, NO_COLOR: '1' } })
    assert.match(out, has)
    assert.doesNotMatch(out, lacks)
    for (const line of out.split('\n')) assert.ok(line.length <= width, line)
  })
}

test('a table says once what protocols have in common; plain lines have one each', async () => {
  const { out } = await ask('5432', { terminal: 100, env: { ...env, NO_COLOR: '1' } })
  assert.match(out, /^5432 +tcp udp +postgresql /m)
  assert.match((await ask('5432')).out, /^5432\ttcp\tpostgresql\t.*\n5432\tudp\tpostgresql\t/m)
})
