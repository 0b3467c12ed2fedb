/**
 * Who may import whom in `src/`, each rule with its reason, and the words that some code may not use.
 *
 * Imports go down only: faces, tools, the seam and its adapters, wire, model. The folder nearest to a file decides
 * which rule is the file's. What lies outside of `src/` (bin, scripts, test, bench) may import what it likes, but
 * koffi.
 */

export interface ImportRule {
  /** A glob of files. The first rule that holds for a file is its rule. */
  readonly of: string
  /** What it may import of `src/`, beside its own unit: globs. */
  readonly may: readonly string[]
  /** Packages and parts of Node: globs. */
  readonly packages: readonly string[]
  readonly because: string
}

const NODE: readonly string[] = ['node:*', 'node:*/*']

export const IMPORT_RULES: readonly ImportRule[] = [
  {
    of: 'src/index.ts',
    may: ['src/model/**', 'src/os/{os,can,acts,open}.ts', 'src/tools/**'],
    packages: [],
    because: 'the everyday calls are tools, handed the host that they run on',
  },
  {
    of: 'src/{fixtures,drop-ins}/**',
    may: ['src/index.ts', 'src/model/**', 'src/os/{os,open}.ts', 'src/tools/**'],
    packages: [],
    because: 'it is the everyday call in the words of another package, and depends on none of them',
  },
  {
    of: 'src/model/capacity/**',
    may: ['src/model/port.ts'],
    packages: [],
    because:
      'what a pool bears is arithmetic: it needs to know what a port is, and nothing of sockets or hosts',
  },
  {
    of: 'src/model/**',
    may: [],
    packages: [],
    because: 'the nouns stand on nothing, so that they run in a browser and can be judged by themselves',
  },
  {
    of: 'src/wire/**',
    may: ['src/model/**'],
    packages: [],
    because: 'bytes to values and back need the nouns and nothing else, so that a fuzzer can have them',
  },
  {
    of: 'src/os/open.ts',
    may: ['src/model/**', 'src/os/**'],
    packages: NODE,
    because: 'it alone chooses the adapter that fits the machine',
  },
  {
    of: 'src/os/ffi.ts',
    may: ['src/model/**'],
    packages: [...NODE, 'koffi'],
    because: 'native calls go through one door, which can be given another lock',
  },
  {
    of: 'src/os/*.ts',
    may: ['src/model/**'],
    packages: NODE,
    because: 'the seam is interfaces over the nouns; who stands behind it is not its business',
  },
  {
    of: 'src/os/{remote,replay}/**',
    may: [
      'src/model/**',
      'src/wire/**',
      'src/os/{os,can,ffi,acts,attempt,connections,counters,datagrams,filter-views,listening,naming,no-network-acts,probe-plan,relay-plan,reach,route-answer,node-reach,node-bind,services,system-clock,narrow,no-endings}.ts',
      'src/os/linux/linux.ts',
    ],
    packages: NODE,
    because:
      'a recording, and what a shell fetches, is read by the adapter of the system that it is of, or it would prove nothing',
  },
  {
    of: 'src/os/*/**',
    may: [
      'src/model/**',
      'src/wire/**',
      'src/os/{os,can,ffi,acts,attempt,connections,counters,datagrams,filter-views,listening,naming,no-network-acts,node-probe,probe-outcome,probe-plan,probe-run,relay-plan,reach,route-answer,node-reach,node-bind,services,socket-options,system-clock,narrow,no-endings,node-relay,node-listen,run-program}.ts',
    ],
    packages: NODE,
    because: 'adapters know the seam and not each other: one can be taken out and the rest still stands',
  },
  {
    of: 'src/sim/**',
    may: [
      'src/model/**',
      'src/wire/**',
      'src/os/{os,can,acts,counters,filter-views,reach,socket-options,narrow,no-endings,connections,datagrams,attempt,listening,probe-outcome,probe-plan,probe-run,relay-plan,route-answer}.ts',
      'src/os/{os,can,acts,counters,filter-views,reach,socket-options,narrow,no-endings,connections,datagrams,attempt,listening,listen-over,probe-plan,relay-plan,relay-doors,relay-over,route-answer}.ts',
      'src/os/memory/memory.ts',
    ],
    packages: ['node:stream', 'node:events', 'yaml', 'zod', 'zod/mini'],
    because:
      'a simulated network is made of the model: it knows no machine, and of Node only what user code holds in its hands',
  },
  {
    of: 'src/tools/*/**',
    may: [
      'src/model/**',
      'src/wire/**',
      'src/os/{os,can,acts,attempt,reach,datagrams,probe-plan,relay-plan,listening}.ts',
    ],
    packages: [],
    because: 'a tool is handed an OS and never reaches for the machine, so that it runs on every host',
  },
  {
    of: 'src/faces/cli/**',
    may: ['src/model/**', 'src/os/{os,can,acts,open}.ts', 'src/sim/sim.ts', 'src/tools/**'],
    packages: [...NODE, '@stricli/core', 'yaml'],
    because: 'a face renders what tools answer; it decides nothing and knows no adapter',
  },
]

/** Who may import koffi: the door, and the stage of the kernel tests, which opens sockets such as no product does. */
export const KOFFI_IMPORTERS: readonly string[] = ['src/os/ffi.ts', 'test/kernel/stage/libc.ts']

/**
 * Tools in the order in which they stand on each other: one may import those of the rows above it. Tools that don't
 * exist yet have their place already.
 */
export const TOOL_ORDER: readonly (readonly string[])[] = [
  ['sockets', 'firewall', 'platform'],
  ['nat'],
  ['exposure', 'trace', 'capacity'],
  ['bind', 'stop', 'wait', 'apply'],
  ['listen'],
  ['why', 'scan', 'forward', 'mapping'],
  ['audit', 'history'],
]
export const TOOL_ORDER_BECAUSE =
  'tools that import each other in a circle can only be understood all at once'

/**
 * Folders whose files may each be imported, as globs: there a noun, a format or a command is a file of its own, and
 * who needs one pays for one.
 */
export const OPEN_FOLDERS: readonly string[] = [
  'src/{model,wire,os}',
  'src/model/{space,filter,path,nat}',
  'src/wire/ip',
  'src/model/filter/symbols',
  'src/faces/cli/**',
  'src/tools/why/{advice,bind,checks,evidence,far,own}',
]
/** Second faces, of some of the same names: who needs little of a folder with hundreds of files behind it pays for little. */
export const NARROW_FACES: readonly string[] = ['src/tools/firewall/{live,read-host}.ts']
export const FACE_BECAUSE = 'a folder has one face, the file of its own name; behind it everything can change'

/** What an entry must not load at once: a check, or a command, imports it when it comes to that. */
export interface LateRule {
  readonly of: string
  /** Globs of files. */
  readonly not: readonly string[]
  readonly because: string
}
export const LATE_RULES: readonly LateRule[] = [
  {
    of: 'src/tools/why/why.ts',
    not: ['src/tools/{firewall,trace,exposure,bind,nat}/**', 'src/wire/{nft-json,nft-text,iptables-save}/**'],
    because:
      'a target that answers or refuses is told of in a third of the files: what follows packets through rules is imported by the checks that do',
  },
]

export interface WordRule {
  readonly of: string
  /** A glob of files that are free to use the words. */
  readonly except?: string
  readonly words: RegExp
  readonly because: string
}

export const WORD_RULES: readonly WordRule[] = [
  ...['src/model/**', 'src/wire/**'].flatMap((of): WordRule[] => [
    {
      of,
      words: /\b(?:async|await|Promise|AsyncIterable|AsyncGenerator|setTimeout|setInterval|queueMicrotask)\b/,
      because: 'what is pure answers at once',
    },
    {
      of,
      words: /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bperformance\b|\bcrypto\b|\bTemporal\.Now\b/,
      because: 'time and chance are arguments, or the same question has two answers',
    },
    {
      of,
      words: /\b(?:process|Buffer|globalThis|window|document|fetch)\b/,
      because: 'it runs where there is neither Node nor a browser',
    },
  ]),
  {
    of: 'src/**',
    except: 'src/faces/cli/**',
    words: /\bprocess\s*\.\s*(?:env|exit|exitCode|argv|stdout|stderr|stdin)\b|\bconsole\s*\./,
    because:
      'only the command line reads the environment, prints and exits; a library leaves that to its caller',
  },
  {
    of: 'src/**',
    words: /\bexec(?:Sync)?\s*\(\s*['"`]|\bshell\s*:\s*(?:true|['"])/,
    because: 'no shell: a subprocess gets a list of arguments, so that no name can become a command',
  },
]
