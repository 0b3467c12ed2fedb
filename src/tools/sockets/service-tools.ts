/**
 * The tool that comes with a service, for asking it whether it is well. Found by the program that listens, or by
 * the port where the program is not known. Nothing is run: these are commands to read and type.
 */
import { type Address, isMapped, LOOPBACK_V4, LOOPBACK_V6, unmap } from '../../model/address.ts'

export interface ServiceAt {
  readonly protocol: string
  readonly port: number
  /** The bind address. A wildcard is asked at the loopback address. */
  readonly address: Address
  /** Names of the programs that listen; empty where none is known. */
  readonly programs: readonly string[]
  /** The name in the certificate that is expected. */
  readonly serverName?: string
}

export interface ToolCommand {
  readonly argv: readonly string[]
  /** What it does, in a few words. */
  readonly why: string
}

interface Tool {
  readonly ports: readonly number[]
  /** Of the whole name. */
  readonly programs?: RegExp
  readonly protocol?: 'udp'
  readonly command: (place: Place) => ToolCommand
}

interface Place {
  /** As an argument: `127.0.0.1`, `::1`. */
  readonly host: string
  readonly port: string
  /** `127.0.0.1:80`, `[::1]:80`. */
  readonly hostPort: string
  /** The same inside a URL: a zone's `%` is escaped (RFC 6874). */
  readonly urlHost: string
  readonly serverName: string | undefined
}

const http =
  (path: string, why: string) =>
  ({ urlHost }: Place): ToolCommand => ({
    argv: ['curl', '-sS', `http://${urlHost}${path}`],
    why,
  })

const startTls =
  (protocol: string) =>
  ({ hostPort }: Place): ToolCommand => ({
    argv: ['openssl', 's_client', '-connect', hostPort, '-starttls', protocol],
    why: `greets the ${protocol.toUpperCase()} server and shows its certificate`,
  })

/** In order: the first that fits is taken. */
const TOOLS: readonly Tool[] = [
  {
    ports: [5432],
    programs: /^(?:postgres|postmaster|pgbouncer)$/,
    command: ({ host, port }) => ({
      argv: ['pg_isready', '-h', host, '-p', port],
      why: 'asks PostgreSQL whether it takes connections',
    }),
  },
  {
    ports: [6379],
    programs: /^(?:redis|valkey|keydb)-server$/,
    command: ({ host, port }) => ({
      argv: ['redis-cli', '-h', host, '-p', port, 'ping'],
      why: 'asks Redis for an answer',
    }),
  },
  {
    ports: [3306],
    programs: /^(?:mysqld|mariadbd)$/,
    command: ({ host, port }) => ({
      argv: ['mysqladmin', '-h', host, '-P', port, 'ping'],
      why: 'asks MySQL whether it is alive',
    }),
  },
  {
    ports: [27017],
    programs: /^mongod$|^mongos$/,
    command: ({ host, port }) => ({
      argv: ['mongosh', '--host', host, '--port', port, '--eval', 'db.hello()'],
      why: 'asks MongoDB who it is',
    }),
  },
  {
    ports: [9200],
    programs: /^(?:elasticsearch|opensearch)$/,
    command: http('/_cluster/health', 'asks for the health of the cluster'),
  },
  {
    ports: [2379],
    programs: /^etcd$/,
    command: ({ urlHost }) => ({
      argv: ['etcdctl', `--endpoints=http://${urlHost}`, 'endpoint', 'health'],
      why: 'asks etcd for its health',
    }),
  },
  {
    ports: [5672],
    programs: /^(?:beam\.smp|rabbitmq-server)$/,
    command: () => ({ argv: ['rabbitmq-diagnostics', 'listeners'], why: 'asks RabbitMQ what it listens on' }),
  },
  {
    ports: [11211],
    programs: /^memcached$/,
    command: ({ hostPort }) => ({
      argv: ['memcstat', `--servers=${hostPort}`],
      why: 'asks memcached for its counters',
    }),
  },
  {
    ports: [1883],
    programs: /^mosquitto$/,
    command: ({ host, port }) => ({
      argv: ['mosquitto_sub', '-h', host, '-p', port, '-t', '$SYS/broker/version', '-C', '1', '-W', '5'],
      why: 'asks the MQTT broker for its version',
    }),
  },
  {
    ports: [22],
    programs: /^(?:sshd|dropbear)$/,
    command: ({ host, port }) => ({
      argv: ['ssh', '-v', '-p', port, host],
      why: 'connects, and tells each step',
    }),
  },
  { ports: [25, 587], programs: /^(?:master|exim4?|smtpd)$/, command: startTls('smtp') },
  { ports: [143], command: startTls('imap') },
  { ports: [110], command: startTls('pop3') },
  {
    ports: [443, 8443, 465, 636, 853, 989, 990, 993, 995, 6443],
    command: ({ hostPort, serverName }) => ({
      argv: [
        'openssl',
        's_client',
        '-connect',
        hostPort,
        ...(serverName === undefined ? [] : ['-servername', serverName]),
      ],
      why: 'shows the certificate and the TLS version',
    }),
  },
  {
    ports: [80, 3000, 4200, 5000, 5173, 8000, 8080, 8888],
    programs:
      /^(?:nginx|apache2|httpd|caddy|node|deno|bun|next-server.*|vite|uvicorn|gunicorn|puma|.*\.m?js)$/,
    command: ({ urlHost }) => ({
      argv: ['curl', '-I', `http://${urlHost}/`],
      why: 'asks for the headers of the page',
    }),
  },
]

const DNS: Tool['command'] = ({ host, port }) => ({
  argv: ['dig', `@${host}`, '-p', port, 'localhost'],
  why: 'asks for a name that every server should know',
})

/** The command, or null when no tool is known for what listens there. */
export function serviceTool(at: ServiceAt): ToolCommand | null {
  const place = placeOf(at)
  if (at.port === 53 && (at.protocol === 'udp' || at.protocol === 'tcp')) {
    const { argv, why } = DNS(place)
    return { argv: at.protocol === 'tcp' ? [...argv, '+tcp'] : argv, why }
  }
  if (at.protocol !== 'tcp') return null
  const byPort = TOOLS.find(tool => tool.ports.includes(at.port))
  const byProgram = TOOLS.find(tool => at.programs.some(program => tool.programs?.test(program) ?? false))
  // A web server behind a port of TLS speaks TLS there; any other program is better known by its name.
  const tool = byProgram === undefined || byProgram === TOOLS.at(-1) ? (byPort ?? byProgram) : byProgram
  return tool?.command(place) ?? null
}

function placeOf({ address, port, serverName }: ServiceAt): Place {
  const bound = isMapped(address) ? unmap(address) : address
  const host = bound === '0.0.0.0' ? LOOPBACK_V4 : bound === '::' ? LOOPBACK_V6 : bound
  const bracketed = host.includes(':') ? `[${host}]` : host
  const loopback = host === LOOPBACK_V6 || host.startsWith('127.')
  return {
    host,
    port: String(port),
    hostPort: `${bracketed}:${port}`,
    urlHost: `${bracketed.replace('%', '%25')}:${port}`,
    serverName: serverName ?? (loopback ? 'localhost' : undefined),
  }
}
