/** The settings of a simulated host by Linux's names, and what those that it was described with mean for its transport. */
import type { Host } from '../../model/path/host.ts'
import { refused } from '../host/host.ts'
import { LINUX_SETTINGS, type TransportSettings } from '../transport/transport.ts'

type Told = Readonly<Record<string, unknown>>

/** Settings that the transport goes by. Throws `E_SIM_NETWORK` for a value that makes no sense. */
export function transportSettings(host: string, tunables: Told = {}): Partial<TransportSettings> {
  const number = (name: string): number | undefined => {
    const text = tunables[name]
    if (typeof text !== 'string') return undefined
    const value = Number(text)
    if (!/^\d+$/.test(text.trim()))
      throw refused(`host ${host}: the setting ${name} is "${text}", and not a number`)
    return value
  }
  const range = tunables['net.ipv4.ip_local_port_range']
  const [low, high] = typeof range === 'string' ? range.trim().split(/\s+/).map(Number) : []
  if (typeof range === 'string' && !(low! >= 1 && high! <= 65_535 && low! <= high!))
    throw refused(`host ${host}: the setting net.ipv4.ip_local_port_range is "${range}", and not two ports`)
  const of = <Key extends keyof TransportSettings>(key: Key, value: TransportSettings[Key] | undefined) =>
    value === undefined ? {} : { [key]: value }
  const overflow = number('net.ipv4.tcp_abort_on_overflow')
  const finSeconds = number('net.ipv4.tcp_fin_timeout')
  const floor = number('net.ipv4.ip_unprivileged_port_start')
  return {
    ...of('synRetries', number('net.ipv4.tcp_syn_retries')),
    ...of('synAckRetries', number('net.ipv4.tcp_synack_retries')),
    ...of('retries', number('net.ipv4.tcp_retries2')),
    ...of('mostBacklog', number('net.core.somaxconn')),
    ...of('hopLimit', number('net.ipv4.ip_default_ttl')),
    ...of('abortOnOverflow', overflow === undefined ? undefined : overflow !== 0),
    ...of('finTimeoutMs', finSeconds === undefined ? undefined : finSeconds * 1000),
    ports: {
      ...LINUX_SETTINGS.ports,
      ...(low === undefined || high === undefined ? {} : { range: [low, high] as const }),
      ...(floor === undefined ? {} : { floor }),
    },
  }
}

/** What the host answers when its settings are asked for. */
export function tunablesOf(
  { forwards }: Host,
  settings: TransportSettings,
): Readonly<Record<string, string>> {
  const { ports } = settings
  return {
    'net.ipv4.ip_forward': forwards.ipv4 ? '1' : '0',
    'net.ipv6.conf.all.forwarding': forwards.ipv6 ? '1' : '0',
    'net.ipv4.ip_local_port_range': `${ports.range[0]}\t${ports.range[1]}`,
    'net.ipv4.ip_local_reserved_ports': '',
    'net.ipv4.ip_unprivileged_port_start': String(ports.floor),
    'net.ipv4.ip_autobind_reuse': ports.autobindReuse ? '1' : '0',
    'net.ipv4.tcp_tw_reuse': String(ports.timeWaitReuse),
    'net.ipv4.ip_default_ttl': String(settings.hopLimit),
    'net.ipv4.tcp_syn_retries': String(settings.synRetries),
    'net.ipv4.tcp_synack_retries': String(settings.synAckRetries),
    'net.ipv4.tcp_retries2': String(settings.retries),
    'net.ipv4.tcp_abort_on_overflow': settings.abortOnOverflow ? '1' : '0',
    'net.ipv4.tcp_fin_timeout': String(settings.finTimeoutMs / 1000),
    'net.ipv4.tcp_timestamps': settings.timestamps ? '1' : '0',
    'net.core.somaxconn': String(settings.mostBacklog),
    'kernel.osrelease': '6.18.0-simulated',
  }
}
