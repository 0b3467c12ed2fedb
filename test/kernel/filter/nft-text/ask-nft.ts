/**
 * Runs in a network namespace of its own: loads each rule file that standard input names with the real nft, and writes
 * what nft lists then, or why it refused, as JSON.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

export interface Question {
  readonly text: string
}

export interface Answer {
  /** What nft says of a file that it refuses. */
  readonly refused?: string
  /** Lines that its errors point to. */
  readonly lines: readonly number[]
  /** `nft -a list ruleset` first, then another way of listing the same. */
  readonly listings: readonly { readonly way: readonly string[]; readonly text: string }[]
  readonly json: string
}

const WITH_HANDLES: readonly string[] = ['-a']

/** Other switches of a listing; cases take them in turn. */
const WAYS: readonly (readonly string[])[] = [['-s'], ['-n', '-y'], ['-a', '-n', '-s', '-y', '-N', '-T']]

function run(
  program: string,
  words: readonly string[],
  input = '',
): { out: string; error: string; ok: boolean } {
  const ran = spawnSync(program, words, { encoding: 'utf8', input, timeout: 30_000, maxBuffer: 2 ** 28 })
  return { out: ran.stdout, error: ran.stderr, ok: ran.status === 0 }
}

function ask({ text }: Question, at: number): Answer {
  // On the first line, so that the others keep their numbers.
  const loaded = run('nft', ['-f', '-'], `flush ruleset; ${text}`)
  if (!loaded.ok) {
    const lines = [...loaded.error.matchAll(/^\S+?:(\d+):\d+-\d+: Error/gm)].map(found => Number(found[1]))
    return { refused: loaded.error, lines, listings: [], json: '' }
  }
  const ways = [WITH_HANDLES, WAYS[at % WAYS.length]!]
  const listings = ways.map(way => ({ way, text: run('nft', [...way, 'list', 'ruleset']).out }))
  return { lines: [], listings, json: run('nft', ['-j', 'list', 'ruleset']).out }
}

if (import.meta.main) {
  for (const [device, peer] of [
    ['eth0', 'eth1'],
    ['eth2', 'eth3'],
    ['bond0', 'bond1'],
  ] as const)
    run('ip', ['link', 'add', device, 'type', 'veth', 'peer', 'name', peer])
  run('ip', ['link', 'set', 'lo', 'up'])
  const questions = JSON.parse(readFileSync(0, 'utf8')) as readonly Question[]
  process.stdout.write(JSON.stringify(questions.map(ask)))
}
