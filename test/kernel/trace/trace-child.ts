/**
 * `ports trace` beside the kernel, in a namespace of its own: for each set-up the way is told from what the machine says of itself,
 * then the packet is sent, and what the kernel tells of it is compared: every chain with what decided there, in order; what
 * became of the packet, and as what; and which socket got it.
 */
import { writeFileSync } from 'node:fs'
import { parseAddress } from '../../../src/model/address.ts'
import type { Port } from '../../../src/model/port.ts'
import { openLinux } from '../../../src/os/linux/linux.ts'
import { type FlowQuestion, readHost } from '../../../src/tools/firewall/firewall.ts'
import { type Trace, traceFlow } from '../../../src/tools/trace/trace.ts'
import { decodeIpPacket } from '../../../src/wire/ip-packet.ts'
import { decodeNftJson } from '../../../src/wire/nft-json/nft-json.ts'
import { stayOnOneProcessor } from '../filter/calls.ts'
import { Executor, type Observation, TRACING_TABLE } from '../filter/executor.ts'
import { TUN_GROUND } from '../filter/ground.ts'
import { socketFacts } from '../filter/ground-sockets.ts'
import { FACTS, kernelFate } from '../filter/judge.ts'
import { type Probe, printProbe } from '../filter/notation.ts'
import { packetBytes } from '../filter/packet-bytes.ts'
import { handshake, withoutSynAck } from './handshake.ts'
import { closeAll, gotIt, OPEN_PORTS, openSome } from './listeners.ts'
import { setUpOf } from './set-up.ts'

const SYN = 2
const [, , seedText = '', countText = '', packetsText = ''] = process.argv
const seed = Number(seedText)
const tally = {
  setUps: 0,
  refused: 0,
  packets: 0,
  received: 0,
  undecided: 0,
  stopped: 0,
  found: [] as string[],
}

stayOnOneProcessor()
const executor = new Executor(TUN_GROUND)
// An answer that nobody takes isn't sent again.
writeFileSync('/proc/sys/net/ipv4/tcp_synack_retries', '0')
const os = openLinux()
const told = await readHost(os)
if (!told.known) throw new Error(`no routes: ${told.reason}`)
const host = told.value
for (let number = 0; tally.setUps < Number(countText) && tally.found.length < 5; number++)
  await judge(setUpOf((Math.imul(seed, 0x9e3779b1) + number) >>> 0, Number(packetsText)))
await os.close()
executor.close()
process.stdout.write(JSON.stringify(tally))

async function judge({
  loads,
  probes,
  reversePath,
  random,
  seed: own,
}: ReturnType<typeof setUpOf>): Promise<void> {
  const loaded = executor.load(loads)
  if ('refused' in loaded) {
    tally.refused++
    return
  }
  for (const [i, mode] of reversePath.entries())
    writeFileSync(`/proc/sys/net/ipv4/conf/${TUN_GROUND.devices[i]}/rp_filter`, String(mode))
  const waiting = openSome(random)
  try {
    const { tables } = decodeNftJson(loaded.listing).ruleset
    const ruleset = { tables: tables.filter(({ name }) => name !== TRACING_TABLE) }
    for (const probe of probes) {
      const bytes = packetBytes(probe.shape)
      const told = await traceFlow(os, { ruleset, host }, questionOf(probe, bytes), {
        facts: new Map([...FACTS, ...socketFacts(probe)]),
        evaluate: { rates: 'within', queue: 'nobody', ties: 'last-first' },
      })
      const shot = { from: probe.from, destination: probe.shape.destination, packet: bytes }
      const seen = executor.shoot(shot)
      tally.packets++
      const { kind } = told.decision
      if (kind === 'depends' || kind === 'unsupported') {
        tally.undecided++
        continue
      }
      const why =
        unlike(told, probe.shape.tcpFlags === SYN ? withoutSynAck(seen) : seen, probe, ruleset) ??
        (await whoGot(told, seen, probe, waiting))
      executor.forget()
      if (why !== null)
        tally.found.push(
          `${why}\n${printProbe(probe)} (seed ${own}, rp_filter ${reversePath})\n${loads.map(({ input }) => input).join('\n')}`,
        )
    }
  } finally {
    closeAll(waiting)
  }
  tally.setUps++
}

function questionOf({ from }: Probe, bytes: Uint8Array): FlowQuestion {
  const packet = decodeIpPacket(bytes)!
  const end = (address: string, port = 0) => ({ address: parseAddress(address), port: port as Port })
  const { source, destination } = addressesOf(bytes)
  return {
    text: '',
    packet,
    source: end(source, packet.sourcePort),
    destination: end(destination, packet.destinationPort),
    state: 'new',
    saysState: false,
    direction: 'original',
    ...(from === null ? {} : { inputInterface: from }),
  }
}

function addressesOf(bytes: Uint8Array): { source: string; destination: string } {
  const isV6 = bytes[0]! >> 4 === 6
  const text = (at: number): string =>
    isV6
      ? Array.from({ length: 8 }, (_, i) =>
          ((bytes[at + 2 * i]! << 8) | bytes[at + 2 * i + 1]!).toString(16),
        ).join(':')
      : [...bytes.subarray(at, at + 4)].join('.')
  return isV6 ? { source: text(8), destination: text(24) } : { source: text(12), destination: text(16) }
}

/** What of the way differs, or null. */
function unlike(
  told: Trace,
  seen: Observation,
  probe: Probe,
  ruleset: Parameters<typeof kernelFate>[2],
): string | null {
  const kernel = kernelFate(seen, probe, ruleset)
  const ends = told.packet
  const verdict =
    told.end === 'delivered' || told.end === 'sent'
      ? 'accept'
      : told.decision.kind === 'reject'
        ? 'reject'
        : 'drop'
  if (told.end === 'reverse-path') tally.stopped++
  // Of some packets nobody is told that they were rejected, and so nobody sees it.
  const isSilent = verdict === 'reject' && told.decision.rejectWith === undefined && kernel.verdict === 'drop'
  if (kernel.verdict.split(' ')[0] !== verdict && !isSilent)
    return `${kernel.verdict}, and not ${verdict} (${told.end})`
  const chains = told.stages.flatMap(({ stage, hook, rule, did }) =>
    hook === undefined || stage === 'conntrack' || stage === 'dnat' || stage === 'snat' || did.kind === 'open'
      ? []
      : rule !== undefined
        ? [`${rule.family} ${rule.table} ${rule.chain} ${rule.handle}`]
        : 'policyOf' in did && did.policyOf !== undefined
          ? [`${did.policyOf} policy`]
          : [],
  )
  const natChains = new Set(
    ruleset.tables.flatMap(({ name, chains: all }) =>
      all.flatMap(one => (one.base?.type === 'nat' ? [`${name} ${one.name}`] : [])),
    ),
  )
  const isNat = (line: string): boolean => {
    const [, table = '', chain = ''] = line.split(' ')
    return natChains.has(`${table} ${chain.split('_')[0]}`)
  }
  const wanted = deciding(seen, kernel.walk).filter(line => !isNat(line))
  if (wanted.join('; ') !== chains.join('; '))
    return `the kernel decided at ${wanted.join('; ')}, and not at ${chains.join('; ')}`
  if (kernel.as !== undefined && verdict === 'accept') {
    const { source, destination, sourcePort, destinationPort } = ends
    // Where another connection is in the way the kernel may choose any port, and nobody says which.
    const from = sourcePort ?? /:(\d+) > /.exec(kernel.as)?.[1]
    const as = `${source}:${from} > ${destination}:${destinationPort}`
    if (!kernel.as.startsWith(as)) return `it became ${kernel.as}, and not ${as}`
  }
  return null
}

/** Of all that matched only what ended a chain. */
function deciding({ trace }: Observation, walk: readonly string[]): readonly string[] {
  const ends = new Set(
    trace.flatMap(({ kind, table, chain, handle, verdict }) =>
      kind === 'rule' && (verdict === 'accept' || verdict === 'drop' || verdict === 'queue')
        ? [`${table} ${chain} ${handle}`]
        : [],
    ),
  )
  return walk.filter(line => line.endsWith(' policy') || ends.has(line.split(' ').slice(1).join(' ')))
}

async function whoGot(
  { receiver, packet }: Trace,
  seen: Observation,
  probe: Probe,
  waiting: ReturnType<typeof openSome>,
): Promise<string | null> {
  const { protocol } = probe.shape
  const port = packet.destinationPort
  if (
    receiver === undefined ||
    receiver.kind === 'host' ||
    receiver.kind === 'asker' ||
    !(OPEN_PORTS as readonly unknown[]).includes(port)
  )
    return null
  if (protocol === 6 && !handshake(executor, seen, probe)) return null
  const got = gotIt(waiting, protocol === 6 ? 'tcp' : 'udp')
  tally.received++
  if (receiver.kind === 'nobody') return got === null ? null : `socket ${got} got it, and not nobody`
  if (got === null) return protocol === 6 ? null : `nobody got it, and not socket ${receiver.socket.inode}`
  if (receiver.oneOf > 1) return null
  if (got !== receiver.socket.inode) return `socket ${got} got it, and not ${receiver.socket.inode}`
  return receiver.socket.owners?.some(({ pid }) => pid === process.pid) === true
    ? null
    : 'its owner is not told'
}
