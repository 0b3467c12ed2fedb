/** One look at what a host translates. */
import { compareAddresses } from '../../model/address.ts'
import type { Finding } from '../../model/finding.ts'
import { type Known, known, type UnknownReason, unknown } from '../../model/known.ts'
import { trackedAt } from '../../model/nat/tracked-columns.ts'
import { isTranslated, type TrackedConnection } from '../../model/nat/tracked-connection.ts'
import type { Cancellable, ConnectionQuery, ConntrackCounters, OS } from '../../os/os.ts'
import { readHost, readRuleset } from '../firewall/firewall.ts'
import type { NatEntry } from './nat-entry.ts'
import { natFindings } from './nat-findings.ts'
import { type PortPool, portPools, type SourceUse } from './port-pools.ts'
import type { RuleUnknown } from './proof.ts'
import { type Prover, proverOf } from './prove-rule.ts'
import { type TranslationRule, translationRules } from './translation-rules.ts'

export interface NatRequest extends Cancellable {
  /** Which connections: translated ones, unless `translated` is said otherwise (undefined for all). */
  readonly query?: ConnectionQuery
  /** Also those that aren't translated. */
  readonly all?: boolean
}

export interface NatPicture {
  /** In the order of tables and chains. Unknown where the rules can't be read. */
  readonly rules: Known<readonly TranslationRule[]>
  /** Whether packets for others are passed on, which translation of others' packets needs. */
  readonly forwards: Known<{ readonly ipv4: boolean; readonly ipv6: boolean }>
  readonly table: Known<ConntrackCounters>
  readonly entries: Known<readonly NatEntry[]>
  /** Where the connections were read, or why not. */
  readonly says: string
  /** Of each pool of external ports how much is used. Of the entries that were asked for. */
  readonly pools: readonly PortPool[]
  readonly sources: readonly SourceUse[]
  readonly findings: readonly Finding[]
  /** What isn't whole, a sentence each. */
  readonly warnings: readonly string[]
  /** False where something could not be seen for lack of privilege. */
  readonly complete: boolean
}

/** Rules are proven for so many connections; the others are told without. */
const MOST_PROVEN = 2000
/** Up to so many are put in order. */
const MOST_ORDERED = 10_000
/** Milliseconds between two looks at the counters, where a pool is nearly used up: a SYN is repeated after one second. */
const SECOND_LOOK = 1100
const NEARLY = 0.9

export async function readNat(
  os: OS,
  { query = {}, all = false, signal }: NatRequest = {},
): Promise<NatPicture> {
  const cancel = signal === undefined ? {} : { signal }
  const before = (await os.counters()).conntrack
  const { rules, forwards, prover, warnings, hidden } = await readRules(os, cancel)
  const told = await os.connections(all ? query : { translated: true, ...query }, cancel)
  const entries = told.batches.known ? known(entriesOf(told.batches.value, prover)) : told.batches
  const { pools, sources } = portPools(entries.known ? entries.value : [], rules.known ? rules.value : [])
  if (pools.some(({ used, ports }) => used >= ports * NEARLY)) await os.clock.sleep(SECOND_LOOK, signal)
  const after = (await os.counters()).conntrack
  return {
    rules,
    forwards,
    table: after,
    entries,
    says: told.says,
    pools,
    sources,
    findings: natFindings({
      entries: entries.known ? entries.value : [],
      pools,
      before: before.known ? before.value : null,
      after: after.known ? after.value : null,
    }),
    warnings: [...warnings, ...(entries.known ? [] : [`connections could not be read: ${told.says}`])],
    complete: !hidden && entries.known,
  }
}

interface Rules {
  readonly rules: NatPicture['rules']
  readonly forwards: NatPicture['forwards']
  readonly prover: Prover | RuleUnknown
  readonly warnings: readonly string[]
  readonly hidden: boolean
}

async function readRules(os: OS, cancel: Cancellable): Promise<Rules> {
  const [host, filtered] = await Promise.all([readHost(os), os.filtered()])
  const forwards = host.known ? known(host.value.forwards) : host
  if (filtered.known && !filtered.value)
    return { rules: known([]), forwards, prover: 'changed', warnings: [], hidden: false }
  const live = await readRuleset(os, cancel)
  const unread = live.missing.map(
    ({ view, says }) => `${view} could not be read, and may hold rules: ${says}`,
  )
  const reason: UnknownReason | undefined = live.missing.find(({ view }) => view.startsWith('nft'))?.reason
  const none = live.ruleset.tables.length === 0 && reason !== undefined
  return {
    rules: none ? unknown(reason) : known(translationRules(live.ruleset)),
    forwards,
    prover: none || !host.known ? 'rules-hidden' : proverOf(live.ruleset, host.value),
    warnings: [...live.warnings, ...unread],
    hidden: live.missing.length > 0,
  }
}

function entriesOf(
  batches: readonly Parameters<typeof trackedAt>[0][],
  prover: Prover | RuleUnknown,
): readonly NatEntry[] {
  const connections = batches.flatMap(batch =>
    Array.from({ length: batch.length }, (_, row) => trackedAt(batch, row)),
  )
  if (connections.length <= MOST_ORDERED) connections.sort(inOrder)
  let proven = 0
  return connections.map(connection => {
    if (!isTranslated(connection.status)) return { connection, proof: { rules: [] } }
    if (typeof prover === 'string') return { connection, proof: { unknown: prover } }
    return {
      connection,
      proof: proven++ < MOST_PROVEN ? prover(connection) : { unknown: 'not-asked' },
    }
  })
}

const inOrder = (a: TrackedConnection, b: TrackedConnection): number =>
  a.protocol - b.protocol ||
  compareAddresses(a.original.source.address, b.original.source.address) ||
  (a.original.source.port ?? 0) - (b.original.source.port ?? 0) ||
  compareAddresses(a.original.destination.address, b.original.destination.address) ||
  (a.original.destination.port ?? 0) - (b.original.destination.port ?? 0) ||
  a.id - b.id
