/** Writes docs/firewall-constructs.md from the table of constructs. */
import { writeFileSync } from 'node:fs'
import { corpusFiles, sectionsOf } from '../test/kernel/filter/corpus-sections.ts'
import { CONSTRUCTS, type Construct, OTHER_HEADINGS } from '../test/kernel/filter/nft-constructs.ts'

const OUTPUT = new URL('../docs/firewall-constructs.md', import.meta.url)

export const writeConstructsDoc = (): void => writeFileSync(OUTPUT, generateConstructsDoc())

export function generateConstructsDoc(): string {
  const notes: string[] = []
  const rows = CONSTRUCTS.map(construct => row(construct, notes))
  const other = Object.entries(OTHER_HEADINGS).map(([heading, why]) => `- ${title(heading)}: ${why}.`)
  const reasons = notes.map((note, place) => `${place + 1}. ${note[0]!.toUpperCase()}${note.slice(1)}.`)
  return `${HEAD}\n${rows.join('\n')}\n\n${reasons.join('\n')}\n\n## Not in the table\n\n${other.join('\n')}\n`
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
