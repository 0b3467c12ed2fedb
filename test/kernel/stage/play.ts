/**
 * The program on the stage: runs inside the first namespace, makes every socket, reports them as one line of JSON, and
 * holds them until its stdin ends. Run by `keeper.ts`, with an order as its argument.
 */
import { readFileSync } from 'node:fs'
import { stageConversations } from './conversations.ts'
import { stageDatagrams } from './datagrams.ts'
import { stageListeners, stageMultipath } from './listeners.ts'
import { stageOddNames } from './odd-names.ts'
import { stageOwnership } from './ownership.ts'
import { stageQueues } from './queues.ts'
import { Scene } from './scene.ts'
import type { StagedSocket, StageReport } from './staged-socket.ts'
import { stageUnixSockets } from './unix-sockets.ts'

export interface PlayOrder {
  readonly folder: string
  readonly device: string
  readonly group: Scene['group']
}

/** Acknowledgements may come late: until the kernel's own table shows every connection in its state. */
async function settled(sockets: readonly StagedSocket[]): Promise<void> {
  const deadline = performance.now() + 10_000
  for (;;) {
    const table = kernelTable()
    const missing = sockets.filter(one => one.state !== 'bound' && !table.has(keyOf(one)))
    if (missing.length === 0) return
    if (performance.now() > deadline) {
      throw new Error(
        `the kernel doesn't show: ${missing.map(one => `${one.label} (${keyOf(one)})`).join('; ')}`,
      )
    }
    await new Promise(resolve => setTimeout(resolve, 10))
  }
}

/** Ports and state of every TCP socket, as `/proc/net/tcp` writes them. */
function kernelTable(): Set<string> {
  const found = new Set<string>()
  for (const file of ['/proc/self/net/tcp', '/proc/self/net/tcp6']) {
    for (const line of readFileSync(file, 'latin1').split('\n').slice(1)) {
      const [, local = '', peer = '', state = ''] = line.trim().split(/\s+/)
      if (state !== '') found.add(`${local.split(':')[1]} ${peer.split(':')[1]} ${state}`)
    }
  }
  return found
}

const keyOf = ({ port = 0, peerPort = 0, state }: StagedSocket): string =>
  `${hex(port)} ${hex(peerPort)} ${STATES[state]}`
const hex = (port: number): string => port.toString(16).toUpperCase().padStart(4, '0')

const STATES: Readonly<Partial<Record<StagedSocket['state'], string>>> = {
  established: '01',
  'syn-sent': '02',
  'syn-recv': '03',
  'fin-wait-1': '04',
  'fin-wait-2': '05',
  'time-wait': '06',
  'close-wait': '08',
  'last-ack': '09',
  listen: '0A',
  closing: '0B',
}

process.stdin.on('end', () => process.exit()).resume()

const { folder, device, group } = JSON.parse(process.argv[2]!) as PlayOrder
const scene = new Scene(folder, device, group)
await Promise.all([stageOddNames(scene), stageOwnership(scene), stageQueues(scene)])
stageListeners(scene)
stageMultipath(scene)
stageDatagrams(scene)
stageUnixSockets(scene)
stageConversations(scene)
await settled(scene.sockets.filter(({ protocol }) => protocol === 'tcp'))
const report: StageReport = { sockets: scene.sockets, absent: scene.absent, pids: [...scene.pids] }
process.stdout.write(`${JSON.stringify(report)}\n`)
