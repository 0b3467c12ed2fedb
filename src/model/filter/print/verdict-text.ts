/**
 * Verdicts as nft lists them.
 */
import type { Verdict } from '../statement.ts'

export function verdictText(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'jump':
    case 'goto':
      return `${verdict.kind} ${verdict.chain}`
    case 'queue': {
      const flags = [...(verdict.bypass ? ['bypass'] : []), ...(verdict.fanout ? ['fanout'] : [])]
      const numbers = verdict.low === verdict.high ? `${verdict.low}` : `${verdict.low}-${verdict.high}`
      return `queue${flags.length === 0 ? '' : ` flags ${flags.join(',')}`} to ${numbers}`
    }
    default:
      return verdict.kind
  }
}
