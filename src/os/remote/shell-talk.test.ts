/** What may happen between a shell and who asks it: an answer is whole or none, and nothing that is read looks like its end. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { LineReader } from './line-reader.ts'
import type { Link } from './link.ts'
import { NONCE, pipe } from './pair.cases.ts'
import { openOver } from './remote.ts'
import { ShellTalk } from './shell-talk.ts'

const talkOver = (link: Link, patienceMs = 60_000): ShellTalk =>
  new ShellTalk(link, new LineReader(link, 10_000), NONCE, patienceMs)
const lost = { code: 'E_REMOTE_LOST' } as const

test('an answer is what stands before the nonce, then what went wrong', async () => {
  const { there, back, link } = pipe()
  const talk = talkOver(link)
  back.write(`one\ntwo\n\n${NONCE} 2\nls: /x: Permission denied\n\n${NONCE}\n`)
  back.write(`${NONCE} missing\n\n${NONCE}\n`)
  assert.deepEqual(await talk.ask('read', ['/a', '/x']), {
    out: ['one', 'two', ''],
    status: 2,
    err: 'ls: /x: Permission denied\n',
  })
  assert.deepEqual(await talk.ask('run', ['nft']), { out: [], status: 'missing', err: '' })
  await talk.close()
  const said: string[] = []
  for await (const chunk of there) said.push(Buffer.from(chunk).toString())
  assert.deepEqual(said, ['read /a /x\n', 'run nft\n'])
})

test('questions are asked one after the other', async () => {
  const { back, link } = pipe()
  const talk = talkOver(link)
  const both = [talk.ask('read', ['/a']), talk.ask('read', ['/b'])]
  back.write(`a\n${NONCE} 0\n${NONCE}\nb\n${NONCE} 0\n${NONCE}\n`)
  assert.deepEqual(
    (await Promise.all(both)).map(({ out }) => out),
    [['a'], ['b']],
  )
  await talk.close()
})

for (const [what, told] of [
  ['before its end', 'one\ntwo\n'],
  ['in its first frame', `one\n${NONCE}`],
  ['before what went wrong', `one\n${NONCE} 0\nls: x`],
] as const)
  test(`an answer that is cut ${what} is none, and nothing is answered after`, async () => {
    const { back, link } = pipe()
    const talk = talkOver(link)
    back.write(told)
    back.end()
    await assert.rejects(talk.ask('read', ['/a']), lost)
    await assert.rejects(talk.ask('read', ['/b']), lost)
  })

test('a shell that does not answer is lost after a while', async () => {
  const { back, link } = pipe()
  const talk = talkOver(link, 20)
  back.write('half')
  await assert.rejects(talk.ask('read', ['/a']), { ...lost, message: /not answered/ })
  assert.ok(back.isEnded)
})

test('a line that is too long ends it', async () => {
  const { back, link } = pipe()
  const talk = talkOver(link)
  back.write('x'.repeat(20_000))
  await assert.rejects(talk.ask('read', ['/a']), { ...lost, message: /more at once/ })
})

test('once it is closed, nothing is asked', async () => {
  const { link } = pipe()
  const talk = talkOver(link)
  await talk.close()
  await assert.rejects(talk.ask('read', ['/a']), { ...lost, message: /closed/ })
})

test('a system that is not Linux is refused by its name', async () => {
  const { back, link } = pipe()
  back.write(`\nportolan-shell ${NONCE} Darwin 501 1767322800 there is no program portolan on its PATH\n`)
  await assert.rejects(openOver(link, NONCE), { code: 'E_REMOTE_AGENT', message: /Darwin/ })
  assert.ok(back.isEnded)
})

test('the greeting of another shell’s script is none', async () => {
  const { back, link } = pipe()
  back.write('portolan-shell another-nonce Linux 0 1 x\n')
  back.end()
  await assert.rejects(openOver(link, NONCE), lost)
})
