/** What a scenario file may hold. The JSON Schema for editors is made of the same. */
import * as z from 'zod'
import { NAT_PROFILES, type NatProfileName } from '../../model/nat/profiles.ts'

const port = z.int().min(0).max(65_535)
const pid = z
  .int()
  .min(1)
  .max(2 ** 22)
const texts = z.union([z.string(), z.array(z.string())])
const share = z.number().min(0).max(1)
const milliseconds = z.number().min(0).max(3_600_000)

const process = z
  .strictObject({
    pid,
    run: z.string().meta({ description: 'The command line: "node server.js"' }),
    name: z.string().optional(),
    parent: pid.optional(),
    uid: z.int().min(0).optional(),
    cwd: z.string().optional(),
    exe: z.string().optional(),
    unit: z.string().optional().meta({ description: 'Its systemd unit: "nginx.service"' }),
  })
  .meta({ description: 'A process of the host' })

const socket = z
  .strictObject({
    listen: z
      .string()
      .optional()
      .meta({ description: '"tcp 0.0.0.0:80", "tcp [::]:80", "unix /run/db.sock"' }),
    bound: z.string().optional().meta({ description: '"udp 0.0.0.0:53"' }),
    by: z
      .union([pid, z.array(pid)])
      .optional()
      .meta({ description: 'Pid of who holds it' }),
    v6only: z.boolean().optional(),
    backlog: port.optional(),
  })
  .refine(one => (one.listen === undefined) !== (one.bound === undefined), {
    error: 'a socket has one of "listen" and "bound"',
  })
  .meta({ description: 'A socket that is open from the beginning; a TCP listener takes every connection' })

const host = z
  .strictObject({
    addresses: z.array(z.string()).optional().meta({
      description: 'Device, address, prefix length: "eth0 192.0.2.10/24"; without a device, eth0',
    }),
    gateway: texts.optional().meta({ description: 'Where packets for elsewhere go, one for each family' }),
    routes: z
      .array(z.string())
      .optional()
      .meta({ description: 'As ip-route(8): "10.0.0.0/8 via 192.0.2.1"' }),
    rules: z
      .array(z.string())
      .optional()
      .meta({ description: 'As ip-rule(8): "from 10.0.0.0/8 lookup 100"' }),
    neighbours: z.array(z.string()).optional().meta({
      description: 'Set by hand, as ip-neighbour(8): "192.0.2.9 lladdr 02:00:00:00:00:09 dev eth0"',
    }),
    down: z.array(z.string()).optional().meta({ description: 'Devices that are set down' }),
    mtu: z
      .record(z.string(), z.int().min(68).max(65_535))
      .optional()
      .meta({ description: 'Bytes of the largest packet of a device: { eth0: 1300 }' }),
    router: z.boolean().optional().meta({ description: 'Passes on what is for others' }),
    nft: z.string().optional().meta({ description: 'Packet filter and NAT in the language of nft(8)' }),
    nat: z
      .enum(Object.keys(NAT_PROFILES) as [NatProfileName, ...NatProfileName[]])
      .optional()
      .meta({
        description: 'A NAT box of that behaviour; it has an inside and an outside instead of addresses',
      }),
    inside: texts.optional().meta({ description: 'Of a NAT box: "192.168.1.1/24"; without a device, lan0' }),
    outside: texts.optional().meta({ description: 'Of a NAT box: "203.0.113.1/24"; without a device, wan0' }),
    reversePath: z.enum(['off', 'loose', 'strict']).optional(),
    hopLimit: z.int().min(1).max(255).optional(),
    processingMs: milliseconds.optional(),
    processes: z.array(process).optional(),
    sockets: z.array(socket).optional(),
    users: z
      .record(z.string().regex(/^\d+$/), z.string())
      .optional()
      .meta({ description: 'Names by user id' }),
    settings: z
      .record(z.string(), z.union([z.string(), z.number()]))
      .optional()
      .meta({ description: 'By the system’s own names: net.ipv4.ip_local_port_range' }),
    pages: z
      .record(z.string(), z.int().min(100).max(599))
      .optional()
      .meta({ description: 'What TCP listeners answer to GET, status by URL or path' }),
    files: z.array(z.string()).optional(),
    names: z.record(z.string(), z.array(z.string())).optional(),
    naming: z
      .strictObject({ hosts: z.string().optional(), resolvers: z.string().optional() })
      .optional()
      .meta({ description: 'Where it looks names up: the texts of hosts(5) and resolv.conf(5)' }),
  })
  .refine(one => one.nat === undefined || (one.inside !== undefined && one.outside !== undefined), {
    error: 'a NAT box has an "inside" and an "outside"',
    path: ['nat'],
  })
  .refine(one => one.nat !== undefined || (one.inside === undefined && one.outside === undefined), {
    error: '"inside" and "outside" belong to a NAT box: say "nat", too',
  })
  .refine(one => one.nat === undefined || (one.addresses === undefined && one.nft === undefined), {
    error: 'a NAT box has neither "addresses" nor "nft": a router has',
    path: ['nat'],
  })

const link = z.strictObject({
  between: z
    .array(z.string())
    .min(2)
    .meta({ description: 'Hosts, or "host:device"; more than two are on one switch' }),
  name: z.string().optional(),
  delayMs: milliseconds.optional(),
  jitterMs: milliseconds.optional(),
  loss: share.optional(),
  duplicate: share.optional(),
  reorder: share.optional(),
  reorderMs: milliseconds.optional(),
  rateBps: z.number().min(1).optional(),
  queue: z.int().min(1).optional(),
  mtu: z.int().min(68).max(65_535).optional(),
})

const connection = z.strictObject({
  from: z.string().meta({ description: 'The host that connects' }),
  by: pid.optional(),
  to: z.string().meta({ description: '"web:443" or "192.0.2.1:443"' }),
})

export const SCENARIO = z
  .strictObject({
    seed: z.union([z.number(), z.string()]).optional(),
    hosts: z.record(z.string(), host),
    links: z.array(link).optional(),
    connections: z
      .array(connection)
      .optional()
      .meta({ description: 'TCP connections that stand from the beginning' }),
  })
  .meta({ title: 'A simulated network', description: 'What "ports --sim" and readScenario() read' })

export type Scenario = z.infer<typeof SCENARIO>
export type ScenarioHost = Scenario['hosts'][string]
