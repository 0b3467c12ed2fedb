/** What somebody wants to reach, read from what they typed: a protocol, a host, a port, and what is spoken there. */
import type { Address } from '../../model/address.ts'
import { isHostAddress, type PortName, parseEndpoint } from '../../model/endpoint.ts'
import { fault, isFault } from '../../model/fault.ts'
import { type HostName, parseHostName } from '../../model/host-name.ts'
import type { Port } from '../../model/port.ts'
import { lookupName, serviceName } from '../../model/registry/registry.ts'

export interface Target {
  /** As it was typed. */
  readonly text: string
  readonly protocol: 'tcp' | 'udp'
  readonly host: Address | HostName
  readonly port: Port
  /** What is spoken there, by a URL's scheme or the port's registered name; absent where neither says. */
  readonly application?: Application
}

export interface Application {
  /** IANA's service name, or the scheme: `http`, `postgresql`. */
  readonly name: string
  /** Under TLS from the first byte. */
  readonly tls: boolean
  /** `said`: by the user. `port`: it is usual there, no more. */
  readonly by: 'said' | 'port'
  /** Of a URL. */
  readonly path?: string
}

const LOCALHOST = parseHostName('localhost')

/**
 * Reads `db:5432`, `192.0.2.1:80`, `[::1]:80`, `:8080` and `8080` (of this host), each also after `tcp/` or `udp/`, a service name for
 * the port (`db:postgresql`), and URLs, whose host and port are taken. `protocol`: what `--udp` says. Throws `E_WHY_TARGET`.
 */
export function parseTarget(text: string, protocol?: 'tcp' | 'udp'): Target {
  const refuse = (why: string): Error => fault('E_WHY_TARGET', { text, why })
  const url = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)
  if (url !== null && !/^(?:tcp|udp|sctp|dccp)$/i.test(url[1]!)) return readUrl(text, protocol, refuse)
  const spec = readSpec(text, refuse)
  if (spec.protocol === 'sctp' || spec.protocol === 'dccp')
    throw refuse(`${spec.protocol} can’t be tried yet: tcp and udp can`)
  if (protocol !== undefined && spec.protocol !== undefined && spec.protocol !== protocol)
    throw refuse(`it says ${spec.protocol}, and the flag says ${protocol}`)
  const speaks = protocol ?? spec.protocol ?? 'tcp'
  const usual = usualAt(spec.port, speaks)
  return {
    text,
    protocol: speaks,
    host: spec.host ?? LOCALHOST,
    port: spec.port,
    ...(usual === undefined ? {} : { application: usual }),
  }
}

export const isAddressTarget = (target: Target): target is Target & { readonly host: Address } =>
  isHostAddress(target.host)

type Refuse = (why: string) => Error

function readSpec(text: string, refuse: Refuse): ReturnType<typeof parseEndpoint> {
  try {
    return parseEndpoint(text, portNamed)
  } catch (error) {
    if (!isFault(error)) throw error
    throw refuse(String(error.details.why ?? error.message))
  }
}

const portNamed: PortName = name => lookupName(name)[0]?.port

function readUrl(text: string, protocol: 'tcp' | 'udp' | undefined, refuse: Refuse): Target {
  if (!URL.canParse(text)) throw refuse('its URL does not read')
  const url = new URL(text)
  const scheme = url.protocol.slice(0, -1)
  if (url.hostname === '') throw refuse('its URL has no host')
  if (url.password !== '')
    throw fault('E_WHY_TARGET', {
      text: text.replace(/\/\/[^@/]*@/, '//…@'),
      why: 'a password has no place in it: nothing is logged in to',
    })
  const known = SCHEMES[scheme]
  const port = url.port === '' ? (known?.port ?? lookupName(scheme)[0]?.port) : Number(url.port)
  if (port === undefined) throw refuse(`nobody knows the port of "${scheme}": write it after the host`)
  const host = url.hostname.startsWith('[') ? url.hostname : decodeURIComponent(url.hostname)
  const spec = readSpec(`${host}:${port}`, refuse)
  return {
    text,
    protocol: protocol ?? known?.protocol ?? 'tcp',
    host: spec.host!,
    port: spec.port,
    application: {
      name: known?.name ?? scheme,
      tls: known?.tls ?? false,
      by: 'said',
      ...(url.pathname === '' ? {} : { path: `${url.pathname}${url.search}` }),
    },
  }
}

interface Scheme {
  readonly name: string
  readonly port: number
  readonly tls: boolean
  readonly protocol?: 'udp'
}

/** Schemes whose service or port isn't registered under their own name. Ports: IANA, and the projects' own manuals. */
const SCHEMES: Readonly<Record<string, Scheme>> = {
  http: { name: 'http', port: 80, tls: false },
  https: { name: 'http', port: 443, tls: true },
  ws: { name: 'http', port: 80, tls: false },
  wss: { name: 'http', port: 443, tls: true },
  postgres: { name: 'postgresql', port: 5432, tls: false },
  postgresql: { name: 'postgresql', port: 5432, tls: false },
  mysql: { name: 'mysql', port: 3306, tls: false },
  redis: { name: 'redis', port: 6379, tls: false },
  rediss: { name: 'redis', port: 6379, tls: true },
  mongodb: { name: 'mongodb', port: 27017, tls: false },
  amqp: { name: 'amqp', port: 5672, tls: false },
  amqps: { name: 'amqp', port: 5671, tls: true },
  mqtt: { name: 'mqtt', port: 1883, tls: false },
  mqtts: { name: 'mqtt', port: 8883, tls: true },
  ldap: { name: 'ldap', port: 389, tls: false },
  ldaps: { name: 'ldap', port: 636, tls: true },
  nats: { name: 'nats', port: 4222, tls: false },
  ssh: { name: 'ssh', port: 22, tls: false },
  sftp: { name: 'ssh', port: 22, tls: false },
  dns: { name: 'domain', port: 53, tls: false, protocol: 'udp' },
}

/** Services that are under TLS by their registration. */
const TLS_SERVICES: Readonly<Record<string, string>> = {
  https: 'http',
  imaps: 'imap',
  pop3s: 'pop3',
  submissions: 'submission',
  ldaps: 'ldap',
  amqps: 'amqp',
  'secure-mqtt': 'mqtt',
  'domain-s': 'domain',
  nntps: 'nntp',
  ircs: 'irc',
}

function usualAt(port: Port, protocol: 'tcp' | 'udp'): Application | undefined {
  const name = serviceName(port, protocol)?.name
  if (name === undefined) return undefined
  const plain = TLS_SERVICES[name]
  return { name: plain ?? name, tls: plain !== undefined, by: 'port' }
}
