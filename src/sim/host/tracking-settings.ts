/** How a simulated host tracks connections: as Linux presets it, and as many as its setting says (nf_conntrack-sysctl). */
import { CONNTRACK_DEFAULTS, type ConntrackSettings } from '../../model/nat/linux/linux.ts'
import { refused } from './refused.ts'

const MOST = 'net.netfilter.nf_conntrack_max'

/** Throws `E_SIM_NETWORK` for a value that makes no sense. */
export function trackingSettings(
  host: string,
  tunables: Readonly<Record<string, unknown>> = {},
): ConntrackSettings {
  const told = tunables[MOST]
  if (typeof told !== 'string') return CONNTRACK_DEFAULTS
  if (!/^[1-9]\d{0,8}$/.test(told.trim()))
    throw refused(`host ${host}: the setting ${MOST} is "${told}", and not a number from 1`)
  return { ...CONNTRACK_DEFAULTS, max: Number(told) }
}
