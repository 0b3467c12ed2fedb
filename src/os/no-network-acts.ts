/** What a host answers that asks no other, passes nothing on and listens to nobody. */
import { unknown } from '../model/known.ts'
import { noNaming } from './naming.ts'
import type { OS } from './os.ts'
import { noProbe } from './probe-plan.ts'

export function noNetworkActs(says: string): Pick<OS, 'routeTo' | 'naming' | 'probe' | 'relay' | 'listen'> {
  return {
    routeTo: async () => unknown('unsupported'),
    naming: async () => noNaming('unsupported'),
    probe: noProbe,
    relay: async () => ({ kind: 'unsupported', says }),
    listen: async () => ({ kind: 'broken', code: 'ENOSYS' }),
  }
}
