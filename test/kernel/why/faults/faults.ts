/** Every fault that is injected, by where it is. */
import type { Fault } from '../fault.ts'
import { AFTER_THE_CONNECTION } from './after-the-connection.ts'
import { AT_THE_TARGET } from './at-the-target.ts'
import { DATAGRAM_SIZE } from './datagram-size.ts'
import { FILTERS_AT_THE_TARGET } from './filters-at-the-target.ts'
import { HERE } from './here.ts'
import { LINKS } from './links.ts'
import { NAMES } from './names.ts'
import { NAT } from './nat.ts'
import { ON_THE_WAY } from './on-the-way.ts'
import { ON_THE_WAY_BACK } from './on-the-way-back.ts'
import { RESETS_ON_DATA } from './resets-on-data.ts'
import { TLS } from './tls.ts'
import { UDP } from './udp.ts'

export const FAULTS: readonly Fault[] = [
  ...AT_THE_TARGET,
  ...FILTERS_AT_THE_TARGET,
  ...ON_THE_WAY,
  ...ON_THE_WAY_BACK,
  ...HERE,
  ...LINKS,
  ...NAT,
  ...AFTER_THE_CONNECTION,
  ...RESETS_ON_DATA,
  ...UDP,
  ...DATAGRAM_SIZE,
  ...NAMES,
  ...TLS,
]
