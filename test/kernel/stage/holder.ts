/**
 * A child of the stage: becomes what its order says, opens a listener on 127.0.0.1, reports, and holds it until its
 * stdin ends. Run by `scene.ts`.
 */
import { writeFileSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import type { HolderOrder, HolderReport } from './holder-order.ts'
import { cookieOf, setDumpable, setShortName, startConnect } from './libc.ts'
import { inodeOf, listener, portOf } from './scene.ts'
import { ipAddress } from './socket-address.ts'

async function hold(order: HolderOrder): Promise<void> {
  if (order.title !== undefined) entitle(order.title)
  if (order.uid !== undefined) become(order.uid)
  if (order.group !== undefined) moveTo(order.group.path)
  const report = order.thread ? await openInThread() : open(order.client === true)
  if (order.group !== undefined) moveTo(order.group.home)
  process.stdout.write(`${JSON.stringify(report)}\n`)
  process.stdin.on('end', () => process.exit()).resume()
}

function open(withClient: boolean): HolderReport {
  const fd = listener('127.0.0.1')
  const port = portOf(fd)
  const report = { pids: [process.pid], inode: inodeOf(fd), cookie: String(cookieOf(fd)), port }
  if (!withClient) return report
  const other = startConnect(2, ipAddress('127.0.0.1', port))
  return { ...report, client: { inode: inodeOf(other), port: portOf(other) } }
}

/** The title is cut to the room that the arguments had; an empty one leaves the short name as it was. */
function entitle(title: string): void {
  process.title = title
  setShortName(title)
}

function become(uid: number): void {
  process.setgroups!([])
  process.setgid!(uid)
  process.setuid!(uid)
  setDumpable()
}

const moveTo = (group: string): void => writeFileSync(`${group}/cgroup.procs`, String(process.pid))

/** The thread never ends: with it would go its descriptors. */
function openInThread(): Promise<HolderReport> {
  const worker = new Worker(new URL('./thread-holder.ts', import.meta.url))
  return new Promise((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
  })
}

await hold(JSON.parse(process.argv[2]!) as HolderOrder)
