/** What `ports stop --json` and `ports wait --json` write. */
import { PROTOCOLS, SOCKET_PROTOCOLS } from '../../../model/protocol.ts'
import { SOCKET_STATES } from '../../../model/socket.ts'
import { finding } from './finding.ts'
import { documentOf, list, number, object, oneOf, orNull, port, text, time, whole, yesNo } from './parts.ts'

const pid = whole('Process id', 1)
const reason = text('The reason as the system gave it, where it could not be done')

const holder = object(
  {
    pid,
    name: text('What a person would call it'),
    command: text('Its command line, secrets masked'),
    startedAt: time('When it was started'),
    uid: whole('User id'),
    role: oneOf(['creator', 'inherited'], 'It opened the socket, or has it from its parent'),
    protocols: list(oneOf(SOCKET_PROTOCOLS, 'Protocol'), 'Protocols by which it holds the port'),
    refused: yesNo('It is never ended; a finding says why'),
  },
  {
    user: text('User name'),
    unit: text('systemd unit'),
    container: object({ runtime: text('docker, podman …'), id: text('Its id') }),
  },
)

const step = object(
  {
    kind: oneOf(
      ['signal', 'service'],
      'A signal to a process, or the command that stops a unit or container',
    ),
    says: text('What is done, in words or as a command line'),
    pids: list(pid, 'Processes that it ends'),
  },
  {
    outcome: oneOf(
      [
        ...['ended', 'running', 'gone', 'another', 'let-go', 'denied', 'unsupported'],
        ...['stopped', 'failed', 'missing'],
      ],
      'What came of it; absent in a plan',
    ),
    killed: yesNo('It took SIGKILL'),
    reason,
  },
)

const successor = object(
  {
    pid: orNull(pid, 'it can’t be named'),
    name: text('What a person would call it'),
    fresh: yesNo('It did not hold the port before'),
  },
  {
    restartedBy: object(
      { pid, name: text('Its name') },
      {},
      'The process that started this one and the one that was ended',
    ),
  },
)

export const stop = documentOf(
  'stop@1',
  'Who holds ports, and how they were freed: ports stop --json',
  object(
    {
      asked: object({
        protocol: orNull(oneOf(PROTOCOLS, 'Protocol'), 'any'),
        host: orNull(text('Address or localhost'), 'any'),
        port,
      }),
      verdict: oneOf(
        ['planned', 'freed', 'nobody', 'held', 'taken-over'],
        'How it stands; planned with --dry-run',
      ),
      holders: list(holder, 'Who held it, in the order in which they were ended'),
      connections: whole('Connections through the port at that time'),
      steps: list(step, 'What was done, or would be'),
      findings: list(finding, 'What is in the way, or worth knowing'),
    },
    { heldBy: list(successor, 'Who holds it now; absent in a plan') },
  ),
)

export const ended = documentOf(
  'ended@1',
  'Connections that were ended: ports stop --connection --json',
  object(
    {
      protocol: oneOf(SOCKET_PROTOCOLS, 'Protocol'),
      local: text('Own endpoint'),
      peer: text('The other endpoint'),
      state: oneOf(SOCKET_STATES, 'State when it was looked at'),
      cookie: text('The kernel’s name for the socket, a 64-bit number'),
      owners: list(object({ pid, name: text('Its name') }), 'Processes that hold it'),
      outcome: oneOf(['planned', 'destroyed', 'gone', 'denied', 'unsupported'], 'What came of it'),
    },
    { reason },
  ),
)

export const wait = documentOf(
  'wait@1',
  'What was waited for: ports wait --json',
  object({
    target: text('As it was asked for'),
    kind: oneOf(['port', 'page', 'file', 'unix'], 'What it is'),
    ready: yesNo('It came, or with --free: it has gone'),
    reason: object({
      code: oneOf(
        [
          ...['there', 'yes', 'refused', 'timed-out', 'unreachable', 'absent', 'denied', 'broken'],
          ...['unresolved', 'held'],
        ],
        'What was seen last',
      ),
      says: text('The same in words'),
    }),
    waitedMs: number('Milliseconds'),
    attempts: whole('How often it was looked at', 1),
  }),
)
