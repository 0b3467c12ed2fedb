import assert from 'node:assert/strict'
import { globSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import test from 'node:test'
import { breaches, loadedAtOnce, ruleOf } from './boundaries.ts'
import {
  IMPORT_RULES,
  LATE_RULES,
  NARROW_FACES,
  OPEN_FOLDERS,
  TOOL_ORDER,
  WORD_RULES,
} from './boundary-rules.ts'
import { filesOf, root, textOf } from './project.ts'

const globs = { cwd: root, exclude: ['node_modules', 'dist'] }

test('imports go down only, and code keeps to its words', () => {
  const tree = new Map(
    filesOf('{bin,bench,scripts,src,test}/**/*.{ts,tsx,js,mjs}').map(file => [file, textOf(file)]),
  )
  assert.equal(breaches(tree).join('\n'), '')
})

for (const rule of LATE_RULES) {
  test(`${rule.of} loads late what it seldom needs`, () => {
    const tree = new Map(filesOf('src/**/*.ts').map(file => [file, textOf(file)]))
    assert.equal(loadedAtOnce(tree, rule), undefined, rule.because)
    for (const glob of rule.not) assert.notDeepEqual(globSync(glob, globs), [], glob)
  })
  test(`${rule.of}: what is loaded at once is told with who imports it`, () => {
    const late = globSync(rule.not[0]!, globs).find(file => file.endsWith('.ts'))!
    const tree = new Map([
      [rule.of, "import './a.ts'\nawait import('./c.ts')\nimport type { D } from './d.ts'"],
      [join(dirname(rule.of), 'a.ts'), `import '${relative(dirname(rule.of), late)}'`],
    ])
    assert.equal(loadedAtOnce(tree, rule), `${rule.of} → ${join(dirname(rule.of), 'a.ts')} → ${late}`)
    assert.equal(loadedAtOnce(new Map([...tree].slice(0, 1)), rule), undefined)
  })
}

test('every file of src/ has a rule', () => {
  assert.deepEqual(
    filesOf('src/**/*.ts').filter(file => ruleOf(file) === undefined),
    [],
  )
})

for (const rule of [...IMPORT_RULES, ...WORD_RULES]) {
  const named = [rule.of, ...('may' in rule ? rule.may : []), ...('except' in rule ? [rule.except] : [])]
  for (const glob of named) {
    test(`what a rule for ${rule.of} names is there: ${glob}`, () =>
      assert.notDeepEqual(globSync(glob!, globs), []))
  }
}

for (const glob of [...OPEN_FOLDERS, ...NARROW_FACES]) {
  test(`an open folder, or a narrow face, is there: ${glob}`, () =>
    assert.notDeepEqual(globSync(glob, globs), []))
}

test('every tool has its place in the order', () => {
  const tools = globSync('src/tools/*/', globs).map(folder => basename(folder))
  assert.deepEqual(
    tools.filter(tool => !TOOL_ORDER.flat().includes(tool)),
    [],
  )
})

const BREACHES: readonly (readonly [name: string, file: string, text: string, said: RegExp])[] = [
  ['the model imports a codec', 'src/model/port.ts', "import '../wire/ip.ts'", /run in a browser/],
  ['the model imports Node', 'src/model/port.ts', "import 'node:fs'", /run in a browser/],
  [
    'the model reaches for Node without an import',
    'src/model/port.ts',
    'process.platform',
    /neither Node nor/,
  ],
  ['the model waits', 'src/model/port.ts', 'export async function a() {}', /answers at once/],
  ['the model reads the clock', 'src/model/port.ts', 'const now = Date.now()', /arguments/],
  ['a codec rolls dice', 'src/wire/ip.ts', 'const id = Math.random()', /arguments/],
  ['a codec imports the seam', 'src/wire/ip.ts', "import type { OS } from '../os/os.ts'", /fuzzer/],
  ['the seam imports an adapter', 'src/os/os.ts', "import './linux/linux.ts'", /not its business/],
  ['an adapter imports another', 'src/os/linux/linux.ts', "import '../replay/replay.ts'", /not each other/],
  [
    'an adapter imports a tool',
    'src/os/linux/linux.ts',
    "import '../../tools/bind/bind.ts'",
    /not each other/,
  ],
  ['a tool imports an adapter', 'src/tools/bind/bind.ts', "import '../../os/linux/linux.ts'", /handed an OS/],
  ['a tool opens its own host', 'src/tools/bind/bind.ts', "import '../../os/open.ts'", /handed an OS/],
  ['a tool imports Node', 'src/tools/bind/bind.ts', "import 'node:net'", /handed an OS/],
  ['a tool imports a face', 'src/tools/bind/bind.ts', "import '../../faces/cli/main.ts'", /handed an OS/],
  ['a tool imports a later one', 'src/tools/bind/bind.ts', "import '../audit/audit.ts'", /circle/],
  [
    'a tool imports one of its own row',
    'src/tools/platform/platform.ts',
    "import '../sockets/sockets.ts'",
    /circle/,
  ],
  ['a tool that has no place', 'src/tools/new/new.ts', "import '../sockets/sockets.ts'", /circle/],
  ['a tool imports past a face', 'src/tools/bind/bind.ts', "import '../sockets/mask.ts'", /one face/],
  ['a face imports an adapter', 'src/faces/cli/main.ts', "import '../../os/linux/linux.ts'", /renders/],
  ['the opener imports past a face', 'src/os/open.ts', "import './linux/sockets.ts'", /one face/],
  ['a worker past a face', 'src/os/open.ts', "new URL('./linux/thread.ts', import.meta.url)", /one face/],
  ['a folder in a folder, past its face', 'src/model/port.ts', "import './registry/text.ts'", /one face/],
  ['koffi in an adapter', 'src/os/linux/linux.ts', "import('koffi')", /one door/],
  ['koffi in a test', 'test/kernel/a.test.ts', "import koffi from 'koffi'", /one door/],
  ['a tool prints', 'src/tools/bind/bind.ts', 'console.log(1)', /only the command line/],
  ['an adapter reads the environment', 'src/os/linux/linux.ts', 'process.env.HOME', /only the command line/],
  ['a package nobody spoke of', 'src/faces/cli/main.ts', "import 'chalk'", /renders/],
  ['a shell', 'src/os/linux/linux.ts', "execSync('ss -l')", /no shell/],
  ['a part of src/ without a rule', 'src/new/new.ts', "import '../model/port.ts'", /every part/],
]

for (const [name, file, text, said] of BREACHES) {
  test(`a breach: ${name}`, () => {
    const found = breaches(new Map([[file, text]]))
    assert.equal(found.length, 1, found.join('\n'))
    assert.match(found[0]!, said)
  })
}

const FINE: readonly (readonly [name: string, file: string, text: string])[] = [
  ['the model imports the model', 'src/model/port.ts', "import './fault.ts'"],
  ['a codec imports a noun', 'src/wire/ip.ts', "import { a } from '../model/address.ts'"],
  ['a folder opens its inner one', 'src/model/port.ts', "import './registry/registry.ts'"],
  ['inside an inner folder', 'src/model/registry/registry.ts', "import './text.ts'\nimport '../port.ts'"],
  ['the opener opens', 'src/os/open.ts', "import('./linux/linux.ts')"],
  ['an adapter at home', 'src/os/linux/linux.ts', "import './sockets.ts'\nimport 'node:fs'"],
  ['a tool stands on an earlier one', 'src/tools/bind/bind.ts', "import '../sockets/sockets.ts'"],
  ['a tool enters by a narrow face', 'src/tools/why/view.ts', "import '../firewall/live.ts'"],
  ['a face asks a tool', 'src/faces/cli/commands/ls.ts', "import '../../../tools/sockets/sockets.ts'"],
  ['a face among its own', 'src/faces/cli/commands/ls.ts', "import '../render/table.ts'"],
  ['words in comments and strings', 'src/model/port.ts', "// async Date.now()\nconst a = 'process.env'"],
  [
    'a test looks behind faces',
    'src/tools/bind/bind.test.ts',
    "import 'node:fs'\nimport '../sockets/mask.ts'",
  ],
]

for (const [name, file, text] of FINE) {
  test(`fine: ${name}`, () => assert.deepEqual(breaches(new Map([[file, text]])), []))
}
