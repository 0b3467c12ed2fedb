/** One round on the ground of frames: rules, and frames one after the other, judged by the kernel and by the model. */
import type { Decision } from '../../../../src/model/filter/decision.ts'
import type { Ruleset } from '../../../../src/model/filter/ruleset.ts'
import type { Connection } from '../../../../src/model/path/connections.ts'
import { type Path, pathOf } from '../../../../src/model/path/path.ts'
import { completeFromText } from '../../../../src/tools/firewall/complete-from-text.ts'
import { decodeIpPacket, decodeQuoted } from '../../../../src/wire/ip-packet.ts'
import { decodeNftJson } from '../../../../src/wire/nft-json/nft-json.ts'
import { parseNftText } from '../../../../src/wire/nft-text/nft-text.ts'
import type { TraceEvent } from '../../../../src/wire/nft-trace.ts'
import { TRACING_TABLE } from '../executor.ts'
import { scalar } from '../ground.ts'
import { difference, FACTS, type Fate, fateOfPath, isAnswer, kernelFate } from '../judge.ts'
import type { Program, Run } from '../kernel-child.ts'
import { packetBytes } from '../packet-bytes.ts'
import { type FrameProbe, frameBytes, frameFields } from './frames.ts'
import { isGroupReport, linkHost, PORTS, STATIONS } from './link-ground.ts'

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
  /** It goes to several ports, or nobody knows to which. */
  readonly several: boolean
  readonly why: string | null
  /** What is said of the packet alone, where the frame isn't told. */
  readonly blind: Decision['kind']
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
    const trace = inOrder(withoutReports(observation.trace), ruleset)
    const kernel = lostByItself(kernelFate({ ...observation, trace }, probe, ruleset), trace)
    const model = fateOfPath(path)
    if (path.displaced) break
    const sent = decodeIpPacket(packetBytes(probe.shape))!
    const own = observation.left.filter(({ packet }) => !isAnswer(decodeIpPacket(packet), sent))
    const left = PORTS.filter(port => own.some(({ device }) => device === port)).join(' ')
    // What is translated on the bridge has one way; else only the copy that comes up has another.
    const moved = lends && path.packet.destination !== sent.destination
    const several = (!moved && isForSeveral(probe)) || UNKNOWN.includes(path.packet.destination)
    // What goes to several and is handed over is another question for each.
    const copies =
      several && !trace.some(({ verdict }) => verdict === 'stolen')
        ? { kernel: left, model: copiesOf(ruleset, lends, probe, connections) }
        : undefined
    const why =
      several && copies === undefined
        ? null
        : copies === undefined
          ? difference(kernel, isUntold(probe, path) ? asTold(model, kernel) : model)
          : copies.kernel === copies.model
            ? null
            : `left by ${copies.kernel || 'none'}, says the model ${copies.model || 'none'}`
    const blind = modelPath(ruleset, lends, probe, connections, { blind: true }).decision.kind
    pairs.push({
      probe,
      kernel,
      model,
      path,
      why,
      several,
      blind,
      ...(copies === undefined ? {} : { copies }),
    })
    connections = path.connections
  }
  return { ruleset, pairs }
}

/**
 * Where only the outcome is seen: at egress the kernel tells no trace of what has a tag (nf_trace_fill_ll_header), and what a
 * device hands on at egress is told after what comes of it, in an order that isn't that of the walk.
 */
const isUntold = ({ frame }: FrameProbe, { decision: { walk } }: Path): boolean =>
  (frame.vlan !== undefined && walk.some(({ hook }) => hook === 'egress')) ||
  walk.some(({ hook, outcome }) => hook === 'egress' && outcome === 'forward')
const asTold = (model: Fate, { walk, decidedBy }: Fate): Fate => ({ ...model, walk, decidedBy })

/** Lost, and no rule was against it: the last word was an accept. */
const lostByItself = (fate: Fate, trace: readonly TraceEvent[]): Fate => {
  const last = trace.findLast(
    ({ table, kind, handle }) => table !== TRACING_TABLE && (kind === 'policy' || handle !== undefined),
  )
  return fate.verdict === 'drop' && last?.verdict === 'accept' ? { ...fate, decidedBy: 'nothing' } : fate
}

/** What the host says by itself when a device comes up is no part of it. */
const withoutReports = (trace: readonly TraceEvent[]): readonly TraceEvent[] =>
  [...Map.groupBy(trace, ({ id }) => id).values()]
    .filter(
      group =>
        !group.some(({ networkHeader }) => networkHeader !== undefined && isGroupReport(networkHeader)),
    )
    .flat()

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

/** For whom a frame is, is told by it. */
const BLIND_FACTS = new Map([...FACTS].filter(([key]) => key !== 'meta pkttype'))

function modelPath(
  ruleset: Ruleset,
  lends: boolean,
  probe: FrameProbe,
  connections: readonly Connection[],
  { out, blind = false }: { readonly out?: string; readonly blind?: boolean } = {},
): Path {
  const bytes = packetBytes(probe.shape)
  const packet = decodeIpPacket(bytes)!
  const quoted = decodeQuoted(bytes)
  return pathOf(
    ruleset,
    linkHost(lends),
    {
      packet: { ...packet, fields: new Map([...packet.fields!, ...(blind ? [] : frameFields(probe))]) },
      from: probe.from,
      connections,
      surroundings: {
        mark: 0,
        facts: blind ? BLIND_FACTS : FACTS,
        ...(out === undefined ? {} : { outputInterface: out }),
      },
      ...(quoted === undefined ? {} : { quoted }),
    },
    { rates: 'within', queue: 'nobody', ties: 'last-first' },
  )
}

/** Where n2 is, the bridge doesn't know. */
const UNKNOWN: readonly unknown[] = [STATIONS.n2!.v4, STATIONS.n2!.v6].map(scalar)

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
  // Through the host it may go back by where it came.
  return PORTS.filter(port => port !== probe.from || !isForSeveral(probe))
    .filter(port => {
      const { decision, end, surroundings } = modelPath(ruleset, lends, probe, connections, { out: port })
      return decision.kind === 'accept' && end === 'sent' && surroundings.outputInterface === port
    })
    .join(' ')
}
