/**
 * Asks the first 3,000 ports of an address with as many sockets at once as there are no descriptors for, since nobody says how many there are.
 * Says the open ports, and how often each reason was told.
 */
import { parseAddress } from '../../../src/model/address.ts'
import { openLibc } from '../../../src/os/ffi.ts'
import { machineFiles } from '../../../src/os/linux/file-tree.ts'
import { probeByConnect } from '../../../src/os/linux/probe-connect.ts'

const ffi = openLibc()
if ('missing' in ffi) throw new Error(ffi.missing)
const files = {
  ...machineFiles,
  read(path: string) {
    if (path === '/proc/self/limits') throw Object.assign(new Error('hidden'), { code: 'EACCES' })
    return machineFiles.read(path)
  },
}
const open: number[] = []
const reasons: Record<string, number> = {}
const plan = {
  method: 'connect',
  protocol: 'tcp',
  targets: [parseAddress(process.argv[2]!)],
  ports: Array.from({ length: 3000 }, (_, i) => i + 1),
  seed: 1,
  timeoutMs: 1000,
  tries: 2,
  perSecond: 1e6,
  perSecondAndTarget: 1e6,
  atOnce: 1000,
} as const
for await (const batch of probeByConnect({ libc: ffi.libc, files, route: null }, plan))
  for (const { port, state, reason } of batch) {
    if (state === 'open') open.push(port)
    reasons[reason] = (reasons[reason] ?? 0) + 1
  }
console.log(JSON.stringify({ open: open.sort((a, b) => a - b), reasons }))
