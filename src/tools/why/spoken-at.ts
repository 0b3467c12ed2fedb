/** What is expected to be spoken at a target: what somebody wrote, else what is usual at its port. */
import { type Expected, expectedAt } from './protocols/protocols.ts'
import type { Target } from './target.ts'

export const spokenAt = ({ port, application }: Target): Expected | undefined =>
  expectedAt(port, application?.by === 'said' ? application : undefined)
