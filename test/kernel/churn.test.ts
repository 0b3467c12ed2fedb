/**
 * The table while sockets come and go by the hundred a second: every row has been a socket, no socket is in it twice, and
 * nobody is named, or missed, who should not be.
 */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import test, { after } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { SocketItem } from '../../src/tools/sockets/item.ts'
import type { ChurnLog } from './stage/churn.ts'
import { list, pidsOf, portOf } from './stage/items.ts'
import { type Stage, setStage, whyNoStage } from './stage/stage.ts'

/** How often we look, and how often at least before we stop looking for rows of closed connections. */
const LOOKS = 12

async function watchChurn(stage: Stage): Promise<void> {
  after(() => stage.close())
  const far = new Set(stage.sockets.filter(socket => socket.far === true).map(({ inode }) => inode))
  const churner = startChurn(stage.farNetns)
  await churner.ready
  const looks: SocketItem[][] = []
  for (let i = 0; i < LOOKS; i++) {
    const { items } = await list(stage.farNetns, 'all', '-a')
    looks.push(items.filter(({ inode }) => !far.has(inode)))
  }
  const log = await churner.stop()
  const ends = new Map(log.ends)
  const connections = new Set(log.connections)
  /** Of what is being closed at this moment: it has lost its descriptor, and maybe its peer. */
  const ports = new Set(log.ends.map(([, text]) => `${text.split(' ')[1]} 0`))

  test('the churner has churned, and was seen', () => {
    assert.ok(log.opened > LOOKS * 20, `${log.opened} sockets`)
    assert.ok(looks.every(items => items.length > 0))
  })

  looks.forEach((items, i) => {
    test(`look ${i + 1}: every row has been a socket`, () => {
      for (const item of items) {
        const text = `${portOf(item.local) ?? 0} ${portOf(item.peer) ?? 0}`
        if (item.inode === 0) assert.ok(connections.has(text) || ports.has(text), JSON.stringify(item))
        else
          assert.equal(endsOf(item, ends.get(item.inode)), `${item.protocol} ${text}`, JSON.stringify(item))
      }
    })
    test(`look ${i + 1}: no socket twice`, () => {
      const cookies = items.map(({ cookie }) => cookie)
      assert.equal(new Set(cookies).size, cookies.length)
    })
    test(`look ${i + 1}: the churner holds them, or they are gone or not yet taken, and nothing else`, () => {
      for (const item of items) {
        if (item.owners !== null) assert.deepEqual(pidsOf(item), [log.pid], JSON.stringify(item))
        else
          assert.match(
            item.ownersUnknown!,
            item.inode === 0 ? WITHOUT_DESCRIPTOR : /^vanished$/,
            JSON.stringify(item),
          )
      }
    })
  })
}

const WITHOUT_DESCRIPTOR = /^(?:time-wait|orphaned|half-open|not-accepted|vanished)$/

/** A socket is logged with the ports that it came to have; at the moment of the look it may not have had them yet. */
function endsOf({ local, peer, protocol }: SocketItem, logged: string | undefined): string | undefined {
  const [, port, peerPort] = logged?.split(' ') ?? []
  if (logged === undefined) return undefined
  return `${protocol} ${portOf(local) === 0 ? 0 : (port ?? 0)} ${peer === undefined ? 0 : (peerPort ?? 0)}`
}

function startChurn(netns: string): { readonly ready: Promise<void>; stop(): Promise<ChurnLog> } {
  const file = fileURLToPath(new URL('./stage/churn.ts', import.meta.url))
  const child = spawn('nsenter', [`--net=/run/netns/${netns}`, process.execPath, file], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  const line = async (): Promise<string> => {
    const { value, done } = await lines.next()
    if (done === true) throw new Error('the churner has died')
    return value
  }
  return {
    ready: line().then(() => {}),
    stop: async () => {
      child.stdin.end()
      return JSON.parse(await line()) as ChurnLog
    },
  }
}

const why = whyNoStage()
if (why !== null) test('the table while sockets come and go', { skip: why }, () => {})
else await watchChurn(await setStage())
