/** What of a machine's packet filters could not be read, a sentence each: empty where the answer is whole. */
import type { UnknownReason } from '../../model/known.ts'
import type { DeciderKind } from '../../os/os.ts'
import type { LiveRuleset } from './read-ruleset.ts'

export interface UnreadPart {
  readonly code: 'rules-unread' | 'outside-unread'
  readonly says: string
  readonly remedy?: string
}

export function unreadParts({
  missing,
  outside,
}: Pick<LiveRuleset, 'missing' | 'outside'>): readonly UnreadPart[] {
  const kinds = new Map<UnknownReason, DeciderKind[]>()
  for (const [kind, told] of Object.entries(outside) as [DeciderKind, (typeof outside)[DeciderKind]][]) {
    if (told.known) continue
    kinds.set(told.reason, [...(kinds.get(told.reason) ?? []), kind])
  }
  return [
    ...missing.map(({ view, says }) => ({
      code: 'rules-unread' as const,
      says: `${view} could not be read, and may hold rules: ${says}`,
    })),
    ...[...kinds].map(([reason, unread]): UnreadPart => {
      const says = `what decides outside of the rules is not all known (${reason}): ${unread.join(', ')}`
      return reason === 'denied'
        ? { code: 'outside-unread', says, remedy: 'The kernel tells it to root of the machine itself.' }
        : { code: 'outside-unread', says }
    }),
  ]
}
