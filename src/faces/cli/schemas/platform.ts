/** What `ports platform --json` writes: systems, their port rules and where each is from. */
import { UNKNOWN_REASONS } from '../../../model/known.ts'
import {
  FACT_CERTAINTIES,
  OTHER_USERS,
  PROTOCOL_PRESENCE,
  REUSE_ADDRESS,
  REUSE_PORT,
} from '../../../model/space/systems/systems.ts'
import { documentOf, list, object, oneOf, orNull, port, type Schema, text, whole, yesNo } from './parts.ts'

const fact = (value: Schema): Schema =>
  object({
    value: orNull(value, 'not known'),
    says: text('What it means, one sentence'),
    source: text('A file and function of the system, a handbook, an RFC'),
    certainty: oneOf(
      FACT_CERTAINTIES,
      'judged: a running kernel agrees; documented: read; unverified: told, not read',
    ),
  })

const facts = object(
  {
    ephemeralRange: fact(object({ first: port, last: port }, {}, 'What local ports are picked from')),
    ephemeralChange: fact(text('The setting or command that changes it')),
    unprivilegedFrom: fact(whole('The first port that needs no right; 0: none does')),
    timeWait: fact(
      object({ least: whole('Seconds'), most: whole('Seconds') }, {}, 'How long TIME_WAIT lasts'),
    ),
    connectExhausted: fact(text('The error of connect() when no port is left')),
    bindExhausted: fact(text('The error of bind() to port 0 when none is left')),
    reserved: fact(text('The setting, or the kind, of ports that are kept back')),
    reuseAddress: fact(oneOf(REUSE_ADDRESS, 'What SO_REUSEADDR lets pass')),
    reusePort: fact(oneOf(REUSE_PORT, 'What SO_REUSEPORT on both sockets does')),
    otherUsers: fact(oneOf(OTHER_USERS, 'When another user’s socket stands in the way')),
    v6only: fact(yesNo('A socket on :: takes IPv6 only unless told otherwise')),
    sctp: fact(oneOf(PROTOCOL_PRESENCE, 'Whether a kernel can have SCTP')),
    dccp: fact(oneOf(PROTOCOL_PRESENCE, 'Whether a kernel can have DCCP')),
  },
  {},
  'The rules as installed',
)

const setting = object(
  {
    name: text('As sysctl(8) has it'),
    value: orNull(text('As it is set here'), 'see valueUnknown'),
    usual: orNull(text('As installed'), 'it depends on the machine'),
    says: text('What it decides'),
    source: text('Where that is written'),
  },
  { valueUnknown: oneOf(UNKNOWN_REASONS, 'Why it is not known') },
)

const dialect = object(
  {
    system: text('linux'),
    since: text('The first version with these rules'),
    fastReuse: yesNo('A port that an SO_REUSEADDR socket bound first is handed to others without a check'),
    resetOnRelease: yesNo('A port that bind() held goes back to connect() once only connect() uses it'),
    udpFourTuples: yesNo('Connected UDP sockets are found by their four-tuple first'),
    udpPortFallback: yesNo('A datagram that no list has a socket for is looked for among all of its port'),
    timeWaitReuseDelayMs: whole('How old a TIME_WAIT must be for connect() to take it, milliseconds'),
    finWait2Guarded: yesNo('FIN_WAIT_2 is never taken like TIME_WAIT'),
    rangeStepOne: yesNo('With IP_LOCAL_PORT_RANGE connect() walks every port'),
    dccp: yesNo('The kernel can have DCCP'),
  },
  {},
  'Of Linux: what changed between versions',
)

export const platform = documentOf(
  'platform@1',
  'Systems and their port rules: ports platform --json, ports platform macos --json',
  object(
    {
      name: text('linux, linux-6.1, macos, freebsd, openbsd, windows'),
      title: text('What it is called'),
      judged: yesNo('A running kernel judges the rules; otherwise they are from documentation'),
      basis: text('What the facts stand on'),
      facts,
    },
    {
      dialect,
      release: orNull(text('Of the kernel of this machine'), 'see releaseUnknown'),
      releaseUnknown: oneOf(UNKNOWN_REASONS, 'Why it is not known'),
      settings: list(setting, 'Of this machine'),
    },
  ),
)
