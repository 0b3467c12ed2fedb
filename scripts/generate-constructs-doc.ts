/** Writes docs/firewall-constructs.md from the table of constructs. */
import { writeFileSync } from 'node:fs'
import { corpusFiles, sectionsOf } from '../test/kernel/filter/corpus-sections.ts'
import { CONSTRUCTS, type Construct, OTHER_HEADINGS } from '../test/kernel/filter/nft-constructs.ts'
import { UNJUDGED, type Unjudged } from '../test/kernel/filter/unjudged.ts'

const OUTPUT = new URL('../docs/firewall-constructs.md', import.meta.url)

export const writeConstructsDoc = (): void => writeFileSync(OUTPUT, generateConstructsDoc())

export function generateConstructsDoc(): string {
  const notes: string[] = []
  const rows = CONSTRUCTS.map(construct => row(construct, notes))
  const other = Object.entries(OTHER_HEADINGS).map(([heading, why]) => `- ${title(heading)}: ${why}.`)
  const reasons = notes.map((note, place) => `${place + 1}. ${note[0]!.toUpperCase()}${note.slice(1)}.`)
  const parts = [
    HEAD,
    `${rows.join('\n')}\n`,
    `${reasons.join('\n')}\n`,
    JUDGED,
    `${UNJUDGED.map(exception).join('\n')}\n`,
    '## Not in the table\n',
    other.join('\n'),
  ]
  return `${parts.join('\n')}\n`
}

function row(construct: Construct, notes: string[]): string {
  const { manual, what, json, text, printed, evaluated } = construct
  const said = (reason: string | undefined): string => {
    if (reason === undefined) return 'yes'
    if (!notes.includes(reason)) notes.push(reason)
    return `(${notes.indexOf(reason) + 1})`
  }
  const cells = [
    title(manual),
    what.replaceAll('|', '\\|'),
    said(json),
    said(text),
    said(printed),
    said(evaluated),
  ]
  return `| ${[...cells, judged(construct)].join(' | ')} |`
}

const exception = ({ words, reason }: Unjudged): string =>
  `- ${words.map(word => `\`${word.replace(/^(?:verdict|statement) /, '')}\``).join(', ')}: ${reason}.`

/** Whether the kernel that the corpus was written on has it. */
const judged = ({ shown }: Construct): string =>
  corpusFiles()
    .flatMap(sectionsOf)
    .some(({ name, notes }) => shown.test(name) && notes.refused === undefined)
    ? 'yes'
    : 'no'

/** `TCP HEADER EXPRESSION` as one writes it. */
const title = (heading: string): string => {
  const lower = heading
    .toLowerCase()
    .replace(
      /\b(?:ipv4|ipv6|ip|icmpv6|icmpvx|icmp|igmp|tcp|udp|sctp|dccp|arp|vlan|nat|ct|osf|fib|inet|ipcomp|xt)\b/g,
      word => word.toUpperCase().replace('IPV', 'IPv').replace('ICMPV', 'ICMPv'),
    )
  return lower[0]!.toUpperCase() + lower.slice(1)
}

const HEAD = `# What is understood of nftables

<!-- Written by "npm run generate" from test/kernel/filter/nft-constructs.ts. -->

The families, objects, datatypes, expressions and statements that nft(8) lists, and what portolan does with each: read from the
JSON of nft, read from text, printed as nft lists it, evaluated. "Judged" says whether the kernel and nft that the tests were
written on (Linux 6.18, nft 1.0.6) have it, so that what is read and printed was compared with theirs. A number points below
the table. What isn't understood stays in a rule set with its text and makes the answer *unsupported* where it matters: it is
never guessed, and never left out.

| in nft(8) | what | JSON | text | printed | evaluated | judged |
|---|---|---|---|---|---|---|`

const JUDGED = `## Judged by a running kernel

Every statement, expression, field and object that the table calls evaluated stands in rule sets written by hand, and the running kernel has
judged them packet by packet: the verdict, what the sender gets, each rule on the way, and the packet that comes out, checksums included. A
test holds the table against these rule sets, so that a new construct needs its own. Their packets have no link layer: its families, hooks and
statements are not among them. Nor is what the kernel or the nft of the tests doesn't have:
`
