/** Connections, rules and sources as rows. */
import {
  formatTracked,
  type NatEntry,
  protocolWord,
  type SourceUse,
  type TranslationRule,
} from '../../../tools/nat/nat.ts'
import type { Column } from '../render/column.ts'
import { proofText, ruleName, stateOf } from './nat-words.ts'

export const natColumns: readonly Column<NatEntry>[] = [
  { key: 'protocol', title: 'PROTO', value: ({ connection }) => protocolWord(connection.protocol) },
  { key: 'state', title: 'STATE', value: ({ connection }) => stateOf(connection), priority: 3 },
  {
    key: 'source',
    title: 'SOURCE',
    value: ({ connection }) => formatTracked(connection.original.source),
    truncate: 'middle',
    least: 21,
  },
  {
    key: 'destination',
    title: 'DESTINATION',
    value: ({ connection }) => formatTracked(connection.original.destination),
    truncate: 'middle',
    least: 21,
  },
  {
    key: 'translatedSource',
    title: 'FROM',
    value: ({ connection }) => formatTracked(connection.reply.destination),
    truncate: 'middle',
    least: 21,
    priority: 2,
  },
  {
    key: 'translatedDestination',
    title: 'GOES TO',
    value: ({ connection }) => formatTracked(connection.reply.source),
    truncate: 'middle',
    least: 21,
  },
  {
    key: 'timeout',
    title: 'LEFT',
    value: ({ connection }) => connection.timeoutSeconds ?? null,
    align: 'right',
    priority: 4,
  },
  { key: 'rule', title: 'RULE', value: ({ proof }) => proofText(proof), truncate: 'end', priority: 5 },
]

export const ruleColumns: readonly Column<TranslationRule>[] = [
  { key: 'kind', title: 'KIND', value: ({ kind }) => kind },
  { key: 'rule', title: 'RULE', value: ({ rule }) => ruleName(rule) },
  { key: 'hooks', title: 'HOOKS', value: ({ hooks }) => hooks.join(','), priority: 3 },
  { key: 'maker', title: 'MAKER', value: ({ maker }) => maker ?? null, priority: 3 },
  { key: 'packets', title: 'PACKETS', value: ({ packets }) => packets ?? null, align: 'right', priority: 2 },
  { key: 'does', title: 'DOES', value: ({ words }) => words, truncate: 'end' },
]

export const sourceColumns: readonly Column<SourceUse>[] = [
  { key: 'source', title: 'SOURCE', value: ({ address }) => address },
  { key: 'connections', title: 'CONNECTIONS', value: ({ entries }) => entries, align: 'right' },
  {
    key: 'percent',
    title: '% OF PORTS',
    value: ({ share }) => Math.round(share * 1000) / 10,
    align: 'right',
  },
  { key: 'external', title: 'OF', value: ({ pool }) => pool.external },
  {
    key: 'towards',
    title: 'TOWARDS',
    value: ({ pool }) => `${protocolWord(pool.protocol)} ${formatTracked(pool.destination)}`,
  },
  { key: 'used', title: 'USED', value: ({ pool }) => pool.used, align: 'right', priority: 2 },
  { key: 'ports', title: 'ROOM', value: ({ pool }) => pool.ports, align: 'right', priority: 2 },
]
