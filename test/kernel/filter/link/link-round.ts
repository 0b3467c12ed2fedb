/** One round on the ground of frames: rules, and frames one after the other, judged by the kernel and by the model. */
import type { Ruleset } from '../../../../src/model/filter/ruleset.ts'
import type { Connection } from '../../../../src/model/path/connections.ts'
import { type Path, pathOf } from '../../../../src/model/path/path.ts'
import { completeFromText } from '../../../../src/tools/firewall/complete-from-text.ts'
import { decodeIpPacket, decodeQuoted } from '../../../../src/wire/ip-packet.ts'
import { decodeNftJson } from '../../../../src/wire/nft-json/nft-json.ts'
import { parseNftText } from '../../../../src/wire/nft-text/nft-text.ts'
import type { TraceEvent } from '../../../../src/wire/nft-trace.ts'
import { TRACING_TABLE } from '../executor.ts'
import { difference, FACTS, type Fate, fateOfPath, kernelFate } from '../judge.ts'
import type { Program, Run } from '../kernel-child.ts'
import { packetBytes } from '../packet-bytes.ts'
import { type FrameProbe, frameBytes, frameFields } from './frames.ts'
import { linkHost, PORTS } from './link-ground.ts'

export interface LinkRound {
  readonly rules: string
  readonly probes: readonly FrameProbe[]
}

export const linkProgram = ({ rules, probes }: LinkRound): Program => ({
  loads: [{ command: ['nft', '-f', '-'], input: rules }],
  // The JSON of older versions lacks the devices of chains.
  listings: [['nft', 'list', 'ruleset']],
  shots: probes.map(probe => ({
    from: probe.from,
    destination: probe.shape.destination,
    packet: frameBytes(probe),
  })),
})

export interface LinkPair {
  readonly probe: FrameProbe
  readonly kernel: Fate
  readonly model: Fate
  readonly path: Path
  /** Of a frame that goes to several: the ports by which it left. */
  readonly copies?: { readonly kernel: string; readonly model: string }
  readonly why: string | null
}

export function readLinkRules({ listing = '', listings: [text = ''] }: Run): Ruleset {
  const { tables } = completeFromText(decodeNftJson(listing).ruleset, parseNftText(text).ruleset)
  return { tables: tables.filter(({ name }) => name !== TRACING_TABLE) }
}

export function judgeLinkRound(
  { probes }: LinkRound,
  run: Run,
  lends: boolean,
  read: (run: Run) => Ruleset = readLinkRules,
): { readonly ruleset: Ruleset; readonly pairs: readonly LinkPair[] } {
  const ruleset = read(run)
  let connections: readonly Connection[] = []
  const pairs: LinkPair[] = []
  for (const [i, observation] of run.observations.entries()) {
    const probe = probes[i]!
    const path = modelPath(ruleset, lends, probe, connections)
    const trace = inOrder(observation.trace, ruleset)
    const kernel = lostByItself(kernelFate({ ...observation, trace }, probe, ruleset), trace)
    const model = fateOfPath(path)
    if (path.displaced) break
    const left = [...new Set(observation.left.map(({ device }) => device))].sort().join(' ')
    const copies = isForSeveral(probe)
      ? { kernel: left, model: copiesOf(ruleset, lends, probe, connections) }
      : undefined
    const why =
      copies === undefined
        ? difference(kernel, model)
        : copies.kernel === copies.model
          ? null
          : `left by ${copies.kernel || 'none'}, says the model ${copies.model || 'none'}`
    pairs.push({ probe, kernel, model, path, why, ...(copies === undefined ? {} : { copies }) })
    connections = path.connections
  }
  return { ruleset, pairs }
}

/** Lost, and no rule was against it: the last word was an accept. */
const lostByItself = (fate: Fate, trace: readonly TraceEvent[]): Fate =>
  fate.verdict === 'drop' && trace.at(-1)?.verdict === 'accept' ? { ...fate, decidedBy: 'nothing' } : fate

/** What hands a packet over is told after all that the packet met on its way out by the other device. */
function inOrder(trace: readonly TraceEvent[], ruleset: Ruleset): readonly TraceEvent[] {
  const ordered: TraceEvent[] = []
  for (const event of trace) {
    if (event.verdict !== 'stolen') ordered.push(event)
    else {
      const device = handedTo(event, ruleset)
      const after = ordered.findLastIndex(one => !leavesBy(one, device, ruleset))
      ordered.splice(after + 1, 0, event)
    }
  }
  return ordered
}

const chainOf = ({ table, chain }: TraceEvent, { tables }: Ruleset) =>
  tables.flatMap(({ name, chains }) => (name === table ? chains : [])).find(({ name }) => name === chain)

function handedTo(event: TraceEvent, ruleset: Ruleset): string | undefined {
  const rule = chainOf(event, ruleset)?.rules.find(({ handle }) => handle === event.handle)
  const fwd = rule?.statements.find(({ kind }) => kind === 'fwd')
  return fwd?.kind === 'fwd' && fwd.device.kind === 'literal' ? String(fwd.device.value) : undefined
}

function leavesBy(event: TraceEvent, device: string | undefined, ruleset: Ruleset): boolean {
  if (event.table === TRACING_TABLE) return event.chain === 'leaving'
  const base = chainOf(event, ruleset)?.base
  return base?.hook === 'egress' && device !== undefined && base.devices.includes(device)
}

function modelPath(
  ruleset: Ruleset,
  lends: boolean,
  probe: FrameProbe,
  connections: readonly Connection[],
  out?: string,
): Path {
  const bytes = packetBytes(probe.shape)
  const packet = decodeIpPacket(bytes)!
  const quoted = decodeQuoted(bytes)
  return pathOf(
    ruleset,
    linkHost(lends),
    {
      packet: { ...packet, fields: new Map([...packet.fields!, ...frameFields(probe)]) },
      from: probe.from,
      connections,
      surroundings: { mark: 0, facts: FACTS, ...(out === undefined ? {} : { outputInterface: out }) },
      ...(quoted === undefined ? {} : { quoted }),
    },
    { rates: 'within', queue: 'nobody', ties: 'last-first' },
  )
}

/** To an address that the bridge doesn't know, or to a group. */
const isForSeveral = ({ from, frame: { destination } }: FrameProbe): boolean => {
  const known = linkHost(false).bridges!.get('br0')!.destinations!.has(destination)
  return from !== null && (PORTS as readonly string[]).includes(from) && !known
}

function copiesOf(
  ruleset: Ruleset,
  lends: boolean,
  probe: FrameProbe,
  connections: readonly Connection[],
): string {
  return PORTS.filter(port => port !== probe.from)
    .filter(port => {
      const { decision, end, surroundings } = modelPath(ruleset, lends, probe, connections, port)
      return decision.kind === 'accept' && end === 'sent' && surroundings.outputInterface === port
    })
    .join(' ')
}
