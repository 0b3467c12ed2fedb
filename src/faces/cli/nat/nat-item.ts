/** The JSON of `ports nat`: connections, rules, sources, and what stands around them. */
import type { RuleReference } from '../../../model/filter/decision.ts'
import type { Known } from '../../../model/known.ts'
import { CONNECTION_STATUS, type TrackedTuple } from '../../../model/nat/tracked-connection.ts'
import {
  type NatEntry,
  type NatPicture,
  type Proof,
  protocolWord,
  type SourceUse,
  type TranslationRule,
} from '../../../tools/nat/nat.ts'
import { stateOf } from './nat-words.ts'

export function natItem({ connection, proof }: NatEntry): object {
  const { protocol, family, original, reply, timeoutSeconds, status, mark, zone, id, counters, startedAt } =
    connection
  return {
    protocol: protocolWord(protocol),
    family,
    original: ends(original),
    reply: ends(reply),
    state: stateOf(connection),
    ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
    ...proofMembers(proof),
    answered: (status & CONNECTION_STATUS.seenReply) !== 0,
    assured: (status & CONNECTION_STATUS.assured) !== 0,
    mark,
    zone,
    id,
    ...(original.icmp === undefined ? {} : { icmp: original.icmp }),
    ...(counters === undefined
      ? {}
      : { counters: { original: counted(counters.original), reply: counted(counters.reply) } }),
    ...(startedAt === undefined ? {} : { startedAt: new Date(startedAt).toISOString() }),
  }
}

const ends = ({ source, destination }: TrackedTuple): object => ({ source, destination })

/** 64-bit numbers are text. */
const counted = ({ packets, bytes }: { packets: number; bytes: number }): object => ({
  packets: String(packets),
  bytes: String(bytes),
})

function proofMembers(proof: Proof): object {
  if ('unknown' in proof) return { rule: null, ruleUnknown: proof.unknown }
  if (proof.rules.length === 0) return {}
  const rules = proof.rules.map(reference)
  return { rule: rules[0], rules }
}

const reference = ({ family, table, chain, handle, text }: RuleReference): object => ({
  family,
  table,
  chain,
  handle: handle ?? null,
  text,
})

export const ruleItem = ({ rule, backend, kind, hooks, words, maker, packets }: TranslationRule): object => ({
  kind,
  does: words,
  rule: reference(rule),
  backend,
  hooks,
  ...(maker === undefined ? {} : { maker }),
  ...(packets === undefined ? {} : { packets: String(packets) }),
})

export const sourceItem = ({ address, entries, share, pool }: SourceUse): object => ({
  address,
  connections: entries,
  share,
  pool: {
    protocol: protocolWord(pool.protocol),
    external: pool.external,
    destination: pool.destination,
    used: pool.used,
    ports: pool.ports,
  },
})

/** Beside the connections. */
export const pictureMembers = ({ rules, forwards, table, sources, findings }: NatPicture): object => ({
  rules: rules.known ? rules.value.map(ruleItem) : null,
  ...(rules.known ? {} : { rulesUnknown: rules.reason }),
  forwards: forwards.known ? forwards.value : null,
  ...(forwards.known ? {} : { forwardsUnknown: forwards.reason }),
  table: table.known
    ? {
        entries: table.value.entries,
        limit: table.value.limit,
        ...counter('insertFailed', table.value.insertFailed),
        ...counter('drop', table.value.drop),
        ...counter('earlyDrop', table.value.earlyDrop),
      }
    : null,
  ...(table.known ? {} : { tableUnknown: table.reason }),
  sources: sources.map(sourceItem),
  findings,
})

const counter = (name: string, told: Known<number>): object =>
  told.known ? { [name]: told.value } : { [name]: null, [`${name}Unknown`]: told.reason }
