/** What may happen to a conversation: it never hangs, and half an answer is never taken for a whole one. */
import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import type { Address } from '../../model/address.ts'
import type { Port } from '../../model/port.ts'
import { SocketColumns } from '../../model/socket-columns.ts'
import {
  AGENT_PROTOCOL,
  encodeValue,
  readAnswer,
  STREAM_WINDOW,
  writeAnswer,
} from '../../wire/agent/agent.ts'
import { honest } from '../defective-host.cases.ts'
import type { OS } from '../os.ts'
import { NONCE, type Pipe, pipe, throughAgent, Way } from './pair.cases.ts'
import { openOver, serveAgent } from './remote.ts'

const HELLO = {
  protocol: AGENT_PROTOCOL,
  program: 'portolan 9',
  platform: 'linux',
  hostname: 'web',
  netns: 1,
  pid: 2,
  uid: 0,
  now: 0,
  uptime: 0,
}
const GREETING = writeAnswer({ kind: 'hello', hello: HELLO })

/** A host whose other end is played by the test. */
async function played(options: Parameters<typeof openOver>[2] = {}): Promise<Pipe & { readonly os: OS }> {
  const both = pipe()
  both.back.write(GREETING)
  return { ...both, os: await openOver(both.link, NONCE, options) }
}

/** A promise that can't be awaited yet, whose failure will be. */
function later<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {})
  return promise
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const taken: T[] = []
  for await (const item of items) taken.push(item)
  return taken
}

const lost = { code: 'E_REMOTE_LOST' } as const

test('words of a login script before the greeting are passed over', async () => {
  const { back, link } = pipe()
  back.write('Welcome to web!\n\n{"not":"a greeting"}\nLast login: today')
  back.write(`\n${GREETING}`)
  const os = await openOver(link, NONCE)
  assert.equal(os.hostname, 'web')
  await os.close()
})

test('a greeting that comes byte by byte is one', async () => {
  const { back, link } = pipe()
  for (const byte of Buffer.from(GREETING)) back.write(Uint8Array.of(byte))
  assert.equal((await openOver(link, NONCE)).hostname, 'web')
  await link.close()
})

test('words without end are no greeting', async () => {
  const { back, link } = pipe()
  back.write('yes\n'.repeat(5000))
  await assert.rejects(openOver(link, NONCE), { code: 'E_REMOTE_TIMEOUT', message: /says much/ })
  assert.ok(back.isEnded, 'the link is closed')
})

test('who never greets is given up', async () => {
  const { back, link } = pipe()
  await assert.rejects(openOver(link, NONCE, { timeoutMs: 20 }), { code: 'E_REMOTE_TIMEOUT' })
  assert.ok(back.isEnded)
})

test('who ends before greeting is told by the link', async () => {
  const { back, link } = pipe()
  back.write(GREETING.slice(0, -1))
  back.end()
  await assert.rejects(openOver(link, NONCE), { ...lost, message: /the pipe ended/ })
})

test('an agent of another version is refused, with both versions', async () => {
  const { back, link } = pipe()
  back.write(writeAnswer({ kind: 'hello', hello: { ...HELLO, protocol: 99 } }))
  await assert.rejects(openOver(link, NONCE), { code: 'E_REMOTE_VERSION', message: /99.*speaks 1/ })
})

test('a signal ends the wait for a greeting', async () => {
  const stop = new AbortController()
  const { link } = pipe()
  const opening = later(openOver(link, NONCE, { signal: stop.signal }))
  stop.abort()
  await assert.rejects(opening, { name: 'AbortError' })
})

test('when the link is cut, all that was asked fails, and all that is asked after', async () => {
  const { os, back } = await played()
  const asked = [os.can(), os.namespaces(), os.reach.file('/etc')].map(one => later<unknown>(one))
  back.write('{"id":1,"val')
  back.end()
  for (const one of asked) await assert.rejects(one, lost)
  await assert.rejects(os.can(), lost)
  await assert.rejects(os.sockets({})[Symbol.asyncIterator]().next(), lost)
  await os.close()
})

test('a table of which one batch came is no table', async () => {
  const { os, back } = await played()
  back.write(writeAnswer({ kind: 'item', id: 1, value: new SocketColumns(1) }))
  back.end()
  const read = async () => all(os.sockets({}))
  await assert.rejects(read(), lost)
})

for (const [what, line] of [
  ['no JSON', 'Connection to web closed by remote host.\n'],
  ['a second greeting', GREETING],
  ['a value that is none', '{"id":1,"value":{"$":"map","v":1}}\n'],
  ['a shell', `portolan-shell ${NONCE} x\n`],
] as const)
  test(`${what} in the place of an answer ends it`, async () => {
    const { os, back } = await played()
    const asked = later(os.can())
    back.write(line)
    await assert.rejects(asked, { ...lost, message: /no answer/ })
    assert.ok(back.isEnded)
  })

test('an answer that nobody waits for is passed over', async () => {
  const { os, back } = await played()
  const asked = later(os.namespaceOf(1))
  back.write(writeAnswer({ kind: 'value', id: 99, value: 1 }))
  back.write(writeAnswer({ kind: 'value', id: 1, value: undefined }))
  assert.equal(await asked, undefined)
  await os.close()
})

test('an answer of another kind than was asked for is none', async () => {
  const { os, back } = await played()
  const asked = later(os.can())
  back.write(writeAnswer({ kind: 'end', id: 1 }))
  await assert.rejects(asked, { code: 'E_REMOTE_ANSWER' })
  await os.close()
})

test('a fault that this version does not know keeps its name', async () => {
  const { os, back } = await played()
  const asked = later(os.can())
  back.write(writeAnswer({ kind: 'fault', id: 1, code: 'E_OF_TOMORROW', details: {} }))
  await assert.rejects(asked, { code: 'E_REMOTE_ANSWER', message: /E_OF_TOMORROW/ })
  await os.close()
})

test('an agent that falls silent is lost, though the link stands', async () => {
  const { os, back } = await played({ silenceMs: 40 })
  await assert.rejects(os.can(), { ...lost, message: /said nothing/ })
  assert.ok(back.isEnded)
})

test('an agent that beats is not silent', async () => {
  const { os, back } = await played({ silenceMs: 200 })
  const asked = later(os.can())
  for (let beat = 0; beat < 10; beat++) {
    await os.clock.sleep(50)
    back.write(writeAnswer({ kind: 'beat' }))
  }
  back.write(writeAnswer({ kind: 'value', id: 1, value: 'all' }))
  assert.equal(await asked, 'all')
  await os.close()
})

test('what nobody waits for any more is cancelled there', async () => {
  const aborted = Promise.withResolvers<void>()
  const host: OS = {
    ...honest(),
    owners: (_query, options) =>
      new Promise((_, reject) => {
        options!.signal!.addEventListener('abort', () => {
          aborted.resolve()
          reject(options!.signal!.reason)
        })
      }),
  }
  const { os } = await throughAgent(host)
  const stop = new AbortController()
  const asked = later(os.owners({}, { signal: stop.signal }))
  await os.can()
  stop.abort()
  await assert.rejects(asked, { name: 'AbortError' })
  await aborted.promise
  await os.close()
})

test('a stream that nobody takes waits, and ends when it is left', async () => {
  let made = 0
  const left = Promise.withResolvers<void>()
  const host: OS = {
    ...honest(),
    async *sockets() {
      try {
        for (; ; made++) yield new SocketColumns(1)
      } finally {
        left.resolve()
      }
    },
  }
  const { os } = await throughAgent(host)
  let taken = 0
  for await (const _ of os.sockets({})) if (++taken === 50) break
  await left.promise
  assert.ok(made <= 50 + STREAM_WINDOW + 1, `${made} were made for 50`)
  await os.close()
})

test('a large table comes in parts, each row once', async () => {
  const rows = 150_000
  const host: OS = {
    ...honest(),
    async *sockets() {
      const columns = new SocketColumns(rows)
      for (let row = 0; row < rows; row++) columns.inode[columns.add()] = row
      columns.notes.push({
        code: 'n',
        severity: 'note',
        certainty: 'proven',
        subject: '',
        says: '',
        evidence: [],
      })
      yield columns
    },
  }
  const { os } = await throughAgent(host)
  const parts = await all(os.sockets({}))
  assert.ok(parts.length > 1)
  const inodes = parts.flatMap(({ inode, length }) => [...inode.subarray(0, length)])
  assert.equal(inodes.length, rows)
  assert.ok(inodes.every((inode, row) => inode === row))
  assert.equal(parts.flatMap(({ notes }) => notes).length, 1)
  await os.close()
})

test('what was opened for somebody who has gone is closed', async () => {
  let closed = 0
  const made = Promise.withResolvers<void>()
  const inner = honest()
  const host: OS = {
    ...inner,
    reach: {
      ...inner.reach,
      async datagrams() {
        await made.promise
        return {
          kind: 'yes',
          socket: {
            local: { address: '127.0.0.1' as Address, port: 9 as Port },
            send: async () => ({ kind: 'yes' }),
            receive: async () => undefined,
            close: async () => void closed++,
          },
        }
      },
    },
  }
  const { os, served } = await throughAgent(host)
  const early = later(os.reach.datagrams({ towards: { address: '127.0.0.1' as Address, port: 9 as Port } }))
  await os.can()
  made.resolve()
  const opened = await early
  assert.ok(opened.kind === 'yes')
  assert.equal(await opened.socket.receive({ timeoutMs: 1 }), undefined)
  await os.close()
  await served
  assert.equal(closed, 1)
})

test('what is closed twice is closed once', async () => {
  const { os } = await throughAgent(honest())
  const outcome = await os.bind({ protocol: 'tcp', address: '127.0.0.1' as Address, port: 0, keep: true })
  assert.ok(outcome.errno === null && outcome.kept !== undefined)
  assert.equal(outcome.kept.fd, null)
  await outcome.kept.close()
  await outcome.kept.close()
  await os.close()
  await outcome.kept.close()
})

for (const [what, line] of [
  ['no JSON', 'help\n'],
  ['a question without a number', '{"call":"can","args":[]}\n'],
] as const)
  test(`an agent that is told ${what} ends, and says so`, async () => {
    const [input, output] = [new Way(), new Way()]
    input.write(line)
    const options = { program: 'x', uid: 0 }
    const serving = serveAgent(honest(), { input, write: text => output.write(text) }, options)
    await assert.rejects(serving, { code: 'E_REMOTE_INPUT' })
  })

test('a question that no host has an answer to is an error of its own', async () => {
  const { there, back, link } = pipe()
  const serving = serveAgent(
    honest(),
    { input: there, write: text => back.write(text) },
    { program: 'x', uid: 0 },
  )
  there.write(
    '{"id":1,"call":"constructor","args":[]}\n{"id":2,"call":"seen","on":5,"args":[]}\n{"id":3,"call":"can","args":[]}\n',
  )
  there.end()
  await serving
  await link.close()
  const said = Buffer.concat(await all(back)).toString()
  assert.match(said, /"id":1,"error":"there is no constructor/)
  assert.match(said, /"id":2,"error":"there is no seen/)
})

test('an agent that hears nobody any more ends, and one that hears a beat does not', async () => {
  const options = { program: 'x', uid: 0, beatMs: 10, deafMs: 60 }
  const input = new Way()
  await assert.rejects(serveAgent(honest(), { input, write: () => {} }, options), {
    ...lost,
    message: /nothing was heard/,
  })
  const { os } = await throughAgent(honest(), { ...options, deafMs: 400, silenceMs: 80 })
  await os.clock.sleep(1000)
  assert.ok((await os.can()).sockets.yes)
  await os.close()
})

test('whatever is asked of an agent, each question has one answer, and it lives on', async () => {
  const calls = [
    'can',
    'sockets',
    'owners',
    'processes',
    'addresses',
    'tunables',
    'dial',
    'bind',
    'attempt',
    'listen',
    'close',
    'probe',
    'x',
  ]
  const questions = fc.array(
    fc.tuple(
      fc.constantFrom(...calls),
      fc.array(fc.jsonValue(), { maxLength: 3 }),
      fc.option(fc.nat(3), { nil: undefined }),
    ),
  )
  await fc.assert(
    fc.asyncProperty(questions, async asked => {
      const { there, back, link } = pipe()
      const serving = serveAgent(
        honest(),
        { input: there, write: text => back.write(text) },
        { program: 'x', uid: 0 },
      )
      for (const [id, [call, args, on]] of asked.entries())
        there.write(
          `${JSON.stringify({ id, call, args: args.map(encodeValue), ...(on === undefined ? {} : { on }) })}\n`,
        )
      const wanted = new Set(asked.keys())
      let text = ''
      for await (const chunk of back) {
        text += Buffer.from(chunk).toString()
        const lines = text.split('\n')
        text = lines.pop()!
        for (const line of lines.filter(Boolean)) {
          const told = readAnswer(line)
          assert.ok(told !== null, line)
          if ('id' in told && told.kind !== 'item') assert.ok(wanted.delete(told.id), line)
        }
        if (wanted.size === 0) break
      }
      await link.close()
      await serving
    }),
    { numRuns: 60 },
  )
})

test('an agent that nobody hears any more ends, and closes its host', async () => {
  let closed = 0
  const host: OS = { ...honest(), close: async () => void closed++ }
  const write = (text: string): void => {
    if (text.includes('"id"')) throw new Error('EPIPE')
  }
  const input = new Way()
  input.write('{"id":1,"call":"can","args":[]}\n')
  await assert.rejects(serveAgent(host, { input, write }, { program: 'x', uid: 0 }), /EPIPE/)
  assert.equal(closed, 1)
})
