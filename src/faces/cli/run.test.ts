import assert from 'node:assert/strict'
import test from 'node:test'
import type { AnySpec } from './command.ts'
import { COMMANDS } from './commands.ts'
import { EXIT, OutputClosed } from './exit.ts'
import { fakeContext, runFake } from './fake-context.ts'
import { parseAndCall } from './parse-and-call.ts'
import { bareWords, run } from './run.ts'

const refused: readonly (readonly [line: string, code: string, says: RegExp])[] = [
  ['lss', 'E_COMMAND_UNKNOWN', /"lss" is not a command\n {2}Did you mean "ports ls"\?/],
  ['wach', 'E_COMMAND_UNKNOWN', /Did you mean "ports watch"\?/],
  ['frobnicate', 'E_COMMAND_UNKNOWN', /not a command\n {2}"ports --help" lists the commands/],
  ['localhost:3000', 'E_COMMAND_UNKNOWN', /write "ports explain localhost:3000"/],
  ['evil\x1b[2J', 'E_COMMAND_UNKNOWN', /"evil\\(?:x1b|u\{1b\})\[2J" is not a command/],
  ['-5', 'E_ENDPOINT_SYNTAX', /"-5"/],
  ['99999', 'E_ENDPOINT_SYNTAX', /65535/],
  ['ls --lisening', 'E_USAGE', /"ports ls" has no flag --lisening; did you mean --listening\?/],
  ['ls -tq', 'E_USAGE', /no flag -q \(in -tq\)\n {2}Run "ports ls --help"/],
  ['ls -o xml', 'E_USAGE', /--output takes table, plain, json, ndjson or csv, not "xml"/],
  ['ls --count-by', 'E_USAGE', /--count-by needs a value/],
  ['ls --count-by --tcp', 'E_USAGE', /--count-by needs a value/],
  ['ls -o csv -o json', 'E_USAGE', /--output is given more than once/],
  ['ls --json -o csv', 'E_USAGE', /--json and -o csv can't both be had/],
  ['watch --timeout soon', 'E_DURATION_SYNTAX', /"soon" is not a length of time/],
  ['completions', 'E_USAGE', /"ports completions" needs a shell/],
  ['can-bind', 'E_USAGE', /"ports can-bind" needs an endpoint/],
  ['release', 'E_USAGE', /"ports release" needs a name or port/],
  ['stop', 'E_USAGE', /"ports stop" needs a port or filter/],
  ['exec web', 'E_USAGE', /"ports exec" needs a name and a program/],
  ['completions tcsh', 'E_USAGE', /none of the shells bash, zsh, fish, powershell/],
  ['completions bash zsh', 'E_USAGE', /doesn't know what to do with "zsh"/],
  ['schema nets', 'E_SCHEMA_UNKNOWN', /"nets" is not a document/],
  ['--no-color 3000', 'E_USAGE', /doesn't know what to do with "3000"; a port comes before flags/],
  ['-tl', 'E_USAGE', /write "ports ls -tl"/],
  ['name', 'E_USAGE', /needs a port, a name or a range/],
]
for (const [line, code, says] of refused) {
  const argv = line.split(' ')
  test(`ports ${JSON.stringify(line)} exits with 2, the reason on stderr and nothing on stdout`, async () => {
    const { status, out, err } = await runFake(argv)
    assert.equal(status, EXIT.usage)
    assert.match(err, /^ports: [^\n]+\n {2}[^\n]+\n$/)
    assert.match(err, says)
    if (!/json/.test(line)) assert.equal(out, '')
  })
  if (argv.includes('-o') || argv[0] === 'completions') continue
  test(`ports ${JSON.stringify(line)} --json prints the fault ${code} as a document, too`, async () => {
    const { status, out, err } = await runFake([...argv, '--json'])
    const document = JSON.parse(out)
    assert.equal(status, EXIT.usage)
    assert.equal(document.schema, 'portolan/fault@1')
    assert.equal(document.exitCode, EXIT.usage)
    if (argv[0] !== 'schema') assert.equal(document.code, code)
    assert.ok(err.includes(document.hint))
  })
}

test('-o ndjson gets the fault as a line', async () => {
  const { out } = await runFake(['ls', '--what', '-o', 'ndjson'])
  assert.deepEqual(
    out.split('\n').map(line => (line === '' ? '' : JSON.parse(line).type)),
    ['fault', ''],
  )
})

test('--json after -- is an argument', async () => {
  assert.equal((await runFake(['schema', '--', 'nets', '--json'])).out, '')
})

test('ports --version prints the version of the package', async () => {
  const { status, out } = await runFake(['--version'])
  assert.equal(status, EXIT.done)
  assert.match(out, /^\d+\.\d+\.\d+\n$/)
})

const closed = () => ({
  isTTY: false,
  columns: 80,
  write() {
    throw new OutputClosed()
  },
})

test('a reader that has gone is the end and no error', async () => {
  const context = fakeContext()
  assert.equal(await run(['completions', 'bash'], { ...context, stdout: closed() }), EXIT.done)
  assert.equal(context.written.err, '')
})

test('a fault that nobody can be told of ends quietly', async () => {
  assert.equal(await run(['lss'], { ...fakeContext(), stderr: closed() }), EXIT.done)
})

test('a mistake in the program exits with 70, asks for a report, and is a fault in JSON', async () => {
  // No host was given to these contexts: to ask for one is a mistake.
  const { status, err } = await runFake(['self'])
  assert.equal(status, EXIT.internal)
  assert.match(err, /^ports: a mistake in this program: this test gave no host\n {2}Please report it/)
  assert.equal(JSON.parse((await runFake(['self', '--json'])).out).code, 'E_INTERNAL')
})

test('the stack is shown to those who ask for it', async () => {
  const { err } = await runFake(['self'], { env: { PORTOLAN_DEBUG: '1' } })
  assert.match(err, /\n {4}at .*fake-context\.ts/)
})

for (const status of [EXIT.interrupted, EXIT.terminated]) {
  test(`a signal makes it exit with ${status}, whatever the command made of it`, async () => {
    assert.equal(await run(['completions', 'bash'], { ...fakeContext(), interruption: status }), status)
    assert.equal(await run(['self'], { ...fakeContext(), interruption: status }), status)
  })
}

const bare: readonly (readonly [command: string, words: readonly string[]])[] = [
  ['overview', []],
  ['overview', ['3000']],
  ['explain', []],
  ['explain', ['3000', 'tcp/53']],
  ['ls', []],
  ['ls', ['sport', '=', ':80']],
  ['watch', []],
  ['name', ['443']],
  ['completions', ['bash']],
  ['completions', []],
  ['completions', ['bash', 'zsh']],
  ['schema', []],
  ['schema', ['sockets']],
  ['self', []],
]
for (const [command, words] of bare) {
  test(`ports ${command} ${words.join(' ')}: without flags the parser would say the same`, async () => {
    const { default: spec } = await COMMANDS[command]!.spec()
    let parsed: readonly unknown[] | null = null
    const spy: AnySpec = {
      ...spec,
      load: async () => ({
        default(...all: readonly unknown[]) {
          parsed = all
          return undefined
        },
      }),
    }
    await parseAndCall(command, spy, words, fakeContext()).catch(() => {})
    const ready = await bareWords(spec, words)
    if (parsed === null) assert.equal(ready, null)
    else assert.deepEqual(withoutAbsent(ready!), withoutAbsent(parsed))
  })
}

/** The parser leaves arguments that weren't given at the end as undefined. */
function withoutAbsent(call: readonly unknown[]): readonly unknown[] {
  return call.slice(0, call.findLastIndex(value => value !== undefined) + 1)
}
