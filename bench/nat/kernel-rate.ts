/** A child of `nat.ts`, in a namespace of its own: UDP packets through the kernel, with a masquerade and without. */

import { spawnSync } from 'node:child_process'
import { readSync, writeFileSync, writeSync } from 'node:fs'
import { enterNewNamespace, openTun, stayOnOneProcessor } from '../../test/kernel/filter/calls.ts'
import { COMMANDS, SETTINGS } from '../../test/kernel/filter/ground.ts'
import { packetBytes } from '../../test/kernel/filter/packet-bytes.ts'

/** Packets a second. */
export interface KernelRates {
  readonly plain: number
  readonly tracked: number
}

const FLOWS = 1000
const PACKETS = 40_000
const RULES = `table inet n {
  chain post {
    type nat hook postrouting priority 100
    masquerade
  }
}`

stayOnOneProcessor()
enterNewNamespace()
const [inside, outside] = [openTun('t0'), openTun('t1')]
for (const command of COMMANDS) must('ip', command.split(' '))
for (const [name, value] of Object.entries(SETTINGS)) writeFileSync(`/proc/sys/net/${name}`, `${value}\n`)
const buffer = Buffer.allocUnsafeSlow(2048)
const packets = Array.from({ length: FLOWS }, (_, i) =>
  packetBytes({
    source: '10.1.0.2',
    destination: '203.0.113.9',
    protocol: 17,
    sourcePort: 2000 + i,
    destinationPort: 53,
  }),
)

const plain = rate()
must('nft', ['-f', '-'], RULES)
const tracked = rate()
process.send!({ plain, tracked } satisfies KernelRates)
process.disconnect()

function rate(): number {
  const pass = (count: number): void => {
    for (let i = 0; i < count; i++) {
      writeSync(inside, packets[i % FLOWS]!)
      readSync(outside, buffer)
    }
  }
  pass(FLOWS)
  const begin = performance.now()
  pass(PACKETS)
  return (PACKETS / (performance.now() - begin)) * 1000
}

function must(program: string, words: readonly string[], input = ''): void {
  const { status, stderr } = spawnSync(program, words, { input, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${program} ${words.join(' ')}: ${stderr}`)
}
