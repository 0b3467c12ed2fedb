/** Tables from kernels' sources that no kernel has judged yet, each with the release whose sources it follows. */
import type { Protocol } from '../../../../src/model/protocol.ts'
import type { Case } from '../case.ts'
import { DCCP } from './dccp.ts'
import { SCTP } from './sctp.ts'

export interface Unjudged {
  readonly protocol: Protocol
  readonly release: string
  readonly tables: Readonly<Record<string, readonly Case[]>>
}

export const UNJUDGED: readonly Unjudged[] = [
  { protocol: 'sctp', release: '6.18', tables: SCTP },
  { protocol: 'dccp', release: '6.15', tables: DCCP },
]
