/** The order that verdicts rely on, by what the kernel does: before the rules, after them, in place of a socket. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Outside, whyNoPrograms } from './harness.ts'

const skip = whyNoPrograms()
let outside: Outside
before(async () => {
  if (skip !== false) return
  outside = await Outside.open()
  await outside.berth.load(
    'table inet seen {\n chain i {\n type filter hook input priority -1;\n udp dport 53 counter\n }\n}',
  )
})
after(() => outside?.close())

/** In the namespace: sends one datagram over loopback, and says how many the rule at input has seen since it was loaded. */
async function seenByRules(): Promise<number> {
  const send =
    "const it = require('node:dgram').createSocket('udp4'); it.send('x', 53, '127.0.0.1', () => it.close())"
  await outside.berth.must(process.execPath, '-e', send)
  const listing = await outside.berth.must('nft', 'list', 'table', 'inet', 'seen')
  return Number(/packets (\d+)/.exec(listing)![1])
}

/** What connecting to a listener in the namespace comes to. */
function connected(): Promise<string> {
  const script = `
    const net = require('node:net')
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const say = word => { console.log(word); process.exit() }
      net.connect(server.address().port, '127.0.0.1', () => say('connected')).on('error', error => say(error.code))
    })`
  return outside.berth.must(process.execPath, '-e', script).then(text => text.trim())
}

const LO = 1

test('what XDP drops never comes to a rule, so it gets no rule’s answer', { skip }, async () => {
  const bare = await seenByRules()
  assert.equal(bare, 1)
  const at = { index: LO, flags: 2 }
  await outside.attach({ name: 'drop', type: 6, attachType: 37, returns: 1, at }, async () => {
    assert.equal(await seenByRules(), bare)
  })
  assert.equal(await seenByRules(), bare + 1)
})

test('what tcx drops on its way in never comes to a rule either', { skip }, async () => {
  const bare = await seenByRules()
  const at = { index: LO }
  // TCX_DROP is 2, TCX_PASS 0.
  await outside.attach({ name: 'drop', type: 3, attachType: 46, returns: 2, at }, async () => {
    assert.equal(await seenByRules(), bare)
  })
  await outside.attach({ name: 'pass', type: 3, attachType: 46, returns: 0, at }, async () => {
    assert.equal(await seenByRules(), bare + 1)
  })
})

test('what gets no socket is refused, as at a closed port', { skip }, async () => {
  assert.equal(await connected(), 'connected')
  const at = { path: '/proc/self/ns/net' }
  await outside.attach({ name: 'none', type: 30, attachType: 36, returns: 0, at }, async () => {
    assert.equal(await connected(), 'ECONNREFUSED')
  })
  assert.equal(await connected(), 'connected')
})
