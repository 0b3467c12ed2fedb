/** Whether the service said something: it is of use, as far as what was said goes. */
import type { Facts } from './facts.ts'

export const isAnswered = ({ talk, tls, answered }: Facts): boolean =>
  answered === true || tls?.kind === 'yes' || talk?.unasked.kind === 'bytes' || talk?.answer?.kind === 'bytes'
