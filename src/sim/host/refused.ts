/** The fault of a network that can't be. */
import { type Fault, fault } from '../../model/fault.ts'

export const refused = (why: string): Fault => fault('E_SIM_NETWORK', { why })
