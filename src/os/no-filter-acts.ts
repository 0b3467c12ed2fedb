/** A host whose packet filter can't be changed, for the reason given. */
import { fault } from '../model/fault.ts'
import type { FilterActs } from './filter-acts.ts'

export function noFilterActs(why: string): FilterActs {
  const refuse = async (): Promise<never> => {
    throw fault('E_FW_UNSUPPORTED', { why })
  }
  const says = async () => ({ kind: 'unsupported', says: why }) as const
  return {
    openDesk: refuse,
    readNotes: refuse,
    watch: refuse,
    lineage: async () => [],
    uptime: () => 0,
    runManager: says,
    startUp: async () => ({ systemd: false }),
    persist: says,
  }
}
