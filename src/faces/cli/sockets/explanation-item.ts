/** An explanation as a JSON item, and as a line of CSV. */
import type { Finding } from '../../../model/finding.ts'
import {
  type Explanation,
  isHeld,
  itemMaker,
  type ServiceNames,
  type SocketItem,
} from '../../../tools/sockets/sockets.ts'
import type { Column } from '../render/column.ts'
import { answerOf } from './explanation-sentence.ts'
import { nextCommands } from './next-commands.ts'

/** More connections than this are counted, not listed. */
const MOST_LISTED = 1000

export interface ExplanationItem {
  readonly asked: { readonly protocol: string | null; readonly host: string | null; readonly port: number }
  readonly held: boolean
  /** The answer in a sentence. */
  readonly says: string
  readonly listeners: readonly SocketItem[]
  readonly connections: { readonly total: number; readonly sockets: readonly SocketItem[] }
  readonly findings: readonly Finding[]
  readonly next: readonly { readonly argv: readonly string[]; readonly why: string }[]
}

/** `now`: milliseconds since 1970. `netns`: what was given with --netns. */
export async function explanationItem(
  explanation: Explanation,
  services: ServiceNames,
  now: number,
  netns?: string,
): Promise<ExplanationItem> {
  const { asked, table, listeners, connections, bound, findings } = explanation
  const item = await itemMaker(table, services)
  const others = [...bound, ...connections]
  return {
    asked: { protocol: asked.protocol ?? null, host: asked.host ?? null, port: asked.port },
    held: isHeld(explanation),
    says: answerOf(explanation, now),
    listeners: listeners.flatMap(({ rows }) => rows.map(item)),
    connections: { total: others.length, sockets: others.slice(0, MOST_LISTED).map(item) },
    findings,
    next: (await nextCommands(explanation, netns)).map(({ argv, why }) => ({ argv, why })),
  }
}

export const explanationColumns = (now: number): readonly Column<Explanation>[] => [
  { key: 'port', title: 'PORT', align: 'right', value: one => one.asked.port },
  { key: 'protocol', title: 'PROTOCOL', value: one => one.asked.protocol ?? null },
  { key: 'held', title: 'HELD', value: one => (isHeld(one) ? 'yes' : 'no') },
  { key: 'says', title: 'SAYS', value: one => answerOf(one, now) },
]
