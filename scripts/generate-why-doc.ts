/** Writes docs/why.md from the catalogue of causes, the checks and the table of outcomes. */
import { writeFileSync } from 'node:fs'
import { BIND_CHECKS, CAUSES, type Cause, CHECKS, type Check, LEGS, type Leg } from '../src/tools/why/why.ts'
import { protocolsText } from './why-protocols-table.ts'
import { SIM_SCENES } from './why-sim-scenes.ts'

const OUTPUT = new URL('../docs/why.md', import.meta.url)

export const writeWhyDoc = (): void => writeFileSync(OUTPUT, generateWhyDoc())

export function generateWhyDoc(): string {
  const causes = Object.entries(CAUSES) as [string, Cause][]
  const sections = LEGS.flatMap(leg => {
    const own = causes.filter(([, cause]) => cause.leg === leg)
    return own.length === 0
      ? []
      : [`### ${LEG_TITLES[leg]}`, ...own.map(([code, cause]) => causeText(code, cause))]
  })
  return `${[INTRODUCTION, ...sections, CHECKS_HEAD, ...CHECKS.map(checkText), protocolsText()].join('\n\n')}\n`
}

const LEG_TITLES: Readonly<Record<Leg, string>> = {
  name: 'The name',
  target: 'The target as it was written',
  here: 'This host',
  way: 'On the way',
  far: 'At the target',
  'far-back': 'At the target, on the way back',
  'way-back': 'On the way back',
  'here-back': 'This host, when the answer comes',
  after: 'After the connection',
  quality: 'Quality',
}

/** `{name|other words}`: what fills it, as its name in capitals. */
const plain = (text: string): string =>
  escaped(
    text.replace(/\{(\w+)(?:\|[^}]*)?\}/g, (_, name: string) =>
      name === 'place' ? ' of PLACE' : name.toUpperCase(),
    ),
  )
const escaped = (text: string): string => text.replace(/[*_<>]/g, '\\$&')
const capital = (text: string): string => text[0]!.toUpperCase() + text.slice(1)

/** Commands as a shell would have them. */
const typed = (commands: readonly string[]): string =>
  commands
    .map(text => ` \`${text.replace(/\{(\w+)(?:\|[^}]*)?\}/g, (_, name: string) => name.toUpperCase())}\``)
    .join('')

const causeText = (
  code: string,
  { title, shownBy, disprovedBy, remedy, commands = [], lets }: Cause,
): string =>
  [
    `#### ${code}`,
    `${capital(plain(title))}.${lets === true ? ' It can be reached even so.' : ''}`,
    [
      `- **Shown by** ${plain(shownBy)}.`,
      `- **Disproved by** ${plain(disprovedBy)}.`,
      `- **What to do.** ${plain(remedy)}${typed(commands)}`,
      `- **Concluded by** ${concluders(code).join(', ')}.`,
    ].join('\n'),
  ].join('\n\n')

/** By name; those that only the reverse question has come last. */
const concluders = (code: string): readonly string[] => [
  ...CHECKS.flatMap(({ name, concludes }) => ((concludes as readonly string[]).includes(code) ? [name] : [])),
  ...BIND_CHECKS.flatMap(({ name, concludes }) =>
    (concludes as readonly string[]).includes(code) ? [`${name} (--bind)`] : [],
  ),
]

const checkText = ({ name, phase, asks, gathers, concludes }: Check): string =>
  [
    `### ${name}`,
    `${escaped(asks)} (${PHASES[phase]})`,
    `It looks at ${gathers.map(escaped).join('; ')}.`,
    concludes.length === 0
      ? 'It concludes nothing itself: others read what it found.'
      : `It may speak of ${concludes.map(code => `\`${code}\``).join(', ')}.`,
  ].join('\n\n')

const PHASES: Readonly<Record<Check['phase'], string>> = {
  name: 'before there is an address',
  before: 'before the attempt',
  attempt: 'the attempt',
  after: 'after the attempt',
  whole: 'at the end, of all addresses together',
}

const INTRODUCTION = `# Why can’t I reach that port?

<!-- Written by "npm run generate" from src/tools/why/causes and src/tools/why/checks. -->

\`ports why\` tries a target once, looks at everything this host can tell of it, and gives one answer: what is wrong, where, by which
evidence, what would disprove it, and what to do.

\`\`\`console exit=0,1,6
$ ports why localhost:5432
$ ports why https://localhost:8443 --explain
$ ports why udp/127.0.0.1:53 --json
\`\`\`

A target is \`host:port\`, \`udp/host:53\`, \`:8080\` for this host, \`db:postgresql\`, or a URL, of which host, port and protocol are taken.
\`--source\` and \`--interface\` say where to come from; \`--timeout\` how long an attempt may be silent (2.9 s);
\`--watch\` asks again until it works and tells each time that the answer changes; \`--explain\` says check by check how each conclusion was reached.
\`--at ssh://user@host\`, as often as there are hosts to look from, gathers evidence at the target and at routers during the same attempt
([remote](remote.md)). The library has \`why('db:5432')\`, and \`portolan/why\` with a host of one's own.

\`ports why --bind 8080\` asks the other way round: why can others not reach a port of this host? It sends nothing: who listens, on which addresses, whether
their interfaces are up and an answer finds its way back, whether that program can take connections, and from where the packet filters let others in.

\`\`\`console exit=0,1,6
$ ports why --bind 8080
$ ports why --bind udp/53 --json
\`\`\`

Exit status: 0 it answers (though something may be wrong: \`degraded\`), 1 it can’t be reached, 6 nobody can tell. \`ports schema why\` describes the JSON.

${SIM_SCENES}

## How it thinks

The outcome of the attempt makes causes *suspects*. An error number alone means little: a reset, an ICMP error and a rule of our own filter all look like
"connection refused". So it matters whether the call said no at once, whether a frame left this host, what came back, from whom, and from how far away. Further
checks then prove, support or exclude suspects. A cause is

- **proven** only where what was seen leaves no other explanation,
- **likely** where the evidence points there,
- **possible** where it merely fits. Then the answer is the set of what is left, with the next step that would tell them apart.

What is proven and blocks first is named first: the order is that in which a packet meets things, on its way there and back. Without rights fewer things
can be seen, so fewer are proven: frames want CAP_NET_RAW, rules want root. Silence from a distance stays a set in which a dozen causes fit, the likelier
first: by whether the first router says that a small time to live ran out there, how far packets for the port came, and whether the host answers to anything
else. The far end knows more, which is what \`--at\` is for.

From the hosts that are seen by \`--at\`, counters, rules that count, sockets and tracked connections are read before and after the attempt, and the packet is followed
through their rules, routes, neighbours and bridges from host to host, and its answer back. The host that has the target's address is the target, others are between.
A host counts for everybody: a counter that could have been moved by others is proof only if it moves again with a second attempt. Through a router that nobody
sees, the packet is followed as if it had changed nothing.

## What to do about it

Each cause says what to do, and where. Where the evidence has every value that it needs, that is a command for a person to paste, and in the JSON a list
\`commands\` of \`{ host, argv }\` for a program: the host is the label of a view, \`argv\` the program and its arguments, in the order in which they are to be run, without a shell.
\`ports why\` proposes and never runs one.

| of | the command |
|---|---|
| a rule of nft or iptables | puts a rule before it that accepts this client’s connection to this port, and no more; of answers only what begins no connection. Leave the source out to let everybody in |
| a policy | adds such a rule behind all others; where the same rules would stop the answers as well, another one for those |
| rules that keep neighbour discovery, ARP, or “packet too big” back | lets just these messages through |
| a route or rule that refuses, or that leads past the way there is | \`ip route del\`, \`ip rule del\`, of that one |
| a missing route | \`ip route add … via …\`, where a router is seen by \`--at\` that has the way; otherwise words, since a gateway isn’t guessed |
| a setting of the kernel | \`sysctl -w\`, until the next start |
| a stopped process, an interface that is down, a neighbour that is wrong | \`kill -CONT\`, \`ip link set … up\`, \`ip neigh del\` |

No command flushes anything, and where a program keeps the rules (ufw, firewalld, Docker) what is put in by hand is gone at its next reload: say the same to that program.

## What is sent

One attempt for each address of the name (of TCP a handshake); of those, the first of each family that stands and the first that fails are asked further:

| when | what |
|---|---|
| the attempt was silent | a second one (1.25 s), an echo request, one attempt at a port where hardly anybody listens, and up to sixteen with small times to live, one after the other; then an echo request with a small one |
| the connection stands | over it, a harmless first message of the protocol that is usual there, or a handshake of TLS over a second connection where that is (another, if that had no answer; where it breaks off, up to two more: its first message, and plain text) |
| the first message was answered | up to six connections with the same message, one after the other, until one fails or needs a second try: a port can have several sockets of which one doesn’t serve. None where servers greet first |
| the first message had no answer | up to six connections with that message, one after the other, until one is answered and another isn’t; where none is, up to three with small segments, until one has no answer; and a handshake of TLS where plain text was cut off |
| something was lost or took a second | up to ten connections, one after the other, with the same message; four where only later ones needed a second try |
| the connection stands and works | two echo requests, small and large; where only the large one is missing, fourteen more of several sizes; and where echoes can’t tell, up to two connections with a page asked for by a long line, or one with the first message of a handshake of TLS in small segments |
| UDP | a harmless question, three times within 3 s; where that is silent, a datagram to a port where hardly anybody listens, an echo request, and one that should run out at the first router |
| DNS, or an echo, answers over UDP | the same question as large as one packet, and eight bytes larger, so that it is cut in two fragments; up to three times |

So a server whose log or whose limits count connections sees seven where a web server is healthy, two where TLS is, one at a port whose protocol nobody knows, eight to
ten where the first message has no answer, and up to twenty where something is lost; beside the first to an address never more than one at a time. A limit of new connections that these meet isn’t taken for loss: that needs something said over a connection that stands, and
said again. Nobody is logged in to, and nobody else is asked; a name is asked of the resolvers of this host.

Questions over UDP are small, and what is small fits into any path. The one of QUIC isn't: its first datagram has 1200 bytes and must not be cut (RFC 9000
section 14). Where the interface, or the path as it is known, takes less, it isn't sent; where a router says so, that is the answer (\`datagram-too-large\`).

A router may hold back its ICMP errors (\`icmp_ratelimit\`): an error that came stands, whatever is silent after it. Who hears nothing from the first can't tell that from
other silence. It stays possible (\`icmp-limited\`) as long as nothing of that host answers, and what the error would have said only the router knows.

## Causes

In the order in which they block.`

const CHECKS_HEAD = `## Checks

In the order in which they run. A check that has nothing to ask is left out.`
