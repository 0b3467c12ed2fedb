/** What `ports ls --json` writes: sockets and their owners, and the counts and rates of its flags. */
import { EXPOSURE_LEVELS } from '../../../model/exposure.ts'
import { NO_OWNER_REASONS } from '../../../model/owner.ts'
import { FAMILIES, SOCKET_PROTOCOLS } from '../../../model/protocol.ts'
import { NAME_SOURCES } from '../../../model/registry/registry.ts'
import { SOCKET_STATES, TIMER_KINDS, UNIX_KINDS } from '../../../model/socket.ts'
import {
  documentOf,
  list,
  number,
  object,
  oneOf,
  orNull,
  port,
  type Schema,
  text,
  time,
  whole,
  yesNo,
} from './parts.ts'

const end = (description: string): Schema => ({
  type: 'object',
  description,
  oneOf: [
    object({ address: text('IP address, with its zone if it has one'), port }),
    object({ path: text('Path of a unix socket; @name in the abstract namespace; empty without a name') }),
  ],
})

const container = object(
  { runtime: text('docker, podman, cri-containerd, lxc …'), id: text('Id by that runtime') },
  {},
  'The container that it runs in',
)

const unit = text('systemd unit that it runs in')

export const owner = object(
  {
    pid: whole('Process id'),
    fd: whole('Descriptor number in that process'),
    name: orNull(text('Script or program'), 'the process exited while it was looked at'),
    command: orNull(text('Command line, secrets masked'), 'the process exited while it was looked at'),
    cwd: orNull(text('Working directory'), 'it may not be read'),
    startedAt: orNull(time('Start of the process'), 'the process exited while it was looked at'),
    parents: list(
      object({ pid: whole('Process id'), name: text('Script or program') }),
      'Who started it: from the parent up to pid 1',
    ),
  },
  { unit, container },
)

export const tcp = object(
  {},
  {
    rttMs: number('Smoothed round-trip time, milliseconds'),
    rttVarMs: number('Variation of the round-trip time, milliseconds'),
    retransmits: whole('Segments sent again since the start'),
    bytesAcked: whole('Payload acknowledged by the peer, bytes'),
    bytesReceived: whole('Payload received, bytes'),
    sinceSentMs: whole('Milliseconds since data was last sent'),
    sinceReceivedMs: whole('Milliseconds since data was last received'),
    congestionWindow: whole('Segments'),
    mss: whole('Maximum segment size, bytes'),
    deliveryRate: number('What the path delivers by the kernel’s estimate, bytes a second'),
  },
  'What the connection knows of itself',
)

export const socket: Schema = object(
  {
    protocol: oneOf(SOCKET_PROTOCOLS, 'Protocol of the socket'),
    family: oneOf(FAMILIES, 'Address family'),
    state: oneOf(SOCKET_STATES, 'RFC 9293 section 3.3.2; bound, connected and unconnected are ours'),
    local: end('Own end'),
    netns: object(
      {
        inode: whole('Inode of the namespace'),
        name: { type: ['string', 'null'], description: 'Name by ip-netns(8); null: it has none' },
        self: yesNo('It is the namespace of this command'),
      },
      {},
      'Network namespace',
    ),
    inode: whole('Inode of the socket; 0: no process has a descriptor'),
    owners: {
      type: ['array', 'null'],
      items: owner,
      description: 'Processes that hold the socket; null: ownersUnknown says why',
    },
  },
  {
    ownersUnknown: oneOf(NO_OWNER_REASONS, 'Why no owner is named'),
    peer: end('Other end; absent where there is none'),
    kind: oneOf(
      UNIX_KINDS.filter(kind => kind !== 'none'),
      'What a unix socket carries',
    ),
    interface: text('Interface that the socket is bound to'),
    cookie: text('The kernel’s name for the socket, 64 bits in decimal'),
    uid: whole('User who made it'),
    user: text('Name of that user'),
    unit,
    container,
    service: object(
      { name: text('What the port is called'), source: oneOf(NAME_SOURCES, 'Who calls it that') },
      {},
      'Name of the port; no statement about what really listens',
    ),
    exposure: oneOf(EXPOSURE_LEVELS, 'From where a listener can be reached by its bind address'),
    v6only: yesNo('IPv6 only; false: IPv4 too'),
    queue: object(
      { receive: whole('Bytes unread'), send: whole('Bytes unacknowledged') },
      {},
      'Of connections',
    ),
    acceptQueue: object(
      { length: whole('Connections that wait to be accepted') },
      { limit: whole('How many may wait'), drops: whole('Attempts dropped') },
      'Of listeners',
    ),
    drops: whole('Datagrams dropped at this socket'),
    timer: object(
      {
        kind: oneOf(TIMER_KINDS, 'What it will do'),
        ms: whole('Milliseconds left'),
        retransmits: whole('Times it has gone off in a row'),
      },
      {},
      'The timer that acts next',
    ),
    tcp,
  },
)

export const sockets = documentOf('sockets@1', 'Sockets and their owners: ports ls --json', socket)

const count = whole('How many sockets')

export const counts = documentOf(
  'counts@1',
  'Sockets counted: ports ls --count-by peer --json',
  object(
    {
      by: oneOf(['peer', 'process', 'state'], 'What they are counted by'),
      key: text('The peer, process or state; in words where there is none to name'),
      count,
    },
    { unknown: oneOf(NO_OWNER_REASONS, 'Why there is no process to name') },
  ),
)

export const tallies = documentOf(
  'tallies@1',
  'Sockets of each kind: ports ls --summary --json',
  object({
    protocol: oneOf(SOCKET_PROTOCOLS, 'Protocol'),
    family: oneOf(FAMILIES, 'Address family'),
    state: oneOf(SOCKET_STATES, 'State'),
    count,
  }),
)

const rate = object(
  { sent: whole('Payload sent, bytes a second'), received: whole('Payload received, bytes a second') },
  {},
  'What the connection carries',
)

export const rates = documentOf('rates@1', 'Connections by what they carry: ports ls --rate --json', {
  ...socket,
  properties: { ...(socket.properties as object), rate },
  required: [...(socket.required as string[]), 'rate'],
})
