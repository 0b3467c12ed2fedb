/** The package as users get it: packed, installed elsewhere, run and imported on every Node that it is made for. */
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, sep } from 'node:path'
import test from 'node:test'
import { nodeOf, npm, RegistryUnreachable, run, UNREACHABLE } from './npm.ts'
import { root } from './project.ts'

const MEBIBYTE = 2 ** 20

const folder = mkdtempSync(join(tmpdir(), 'portolan-dist-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))

const reachable = ifReachable(() => {
  npm(['pack', '--pack-destination', folder], root)
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }')
  npm(['install', '--prefix', folder, tarball()], folder)
  return true
})
const skip = reachable === undefined ? UNREACHABLE : false

const installed = join(folder, 'node_modules', 'portolan')
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  exports: Record<string, unknown>
}
const subpaths = Object.keys(manifest.exports).filter(path => path !== './package.json')
/** The seam is interfaces; there is nothing in it to run. */
const TYPES_ONLY = ['./os']
const nameOf = (subpath: string): string => `portolan${subpath.slice(1)}`

function tarball(): string {
  const name = readdirSync(folder).find(file => file.endsWith('.tgz'))
  assert.ok(name !== undefined, 'npm pack made no tarball')
  return join(folder, name)
}

function ifReachable<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch (error) {
    if (error instanceof RegistryUnreachable) return undefined
    throw error
  }
}

const files = (): string[] =>
  readdirSync(installed, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry =>
      join(entry.parentPath, entry.name)
        .slice(installed.length + 1)
        .replaceAll(sep, '/'),
    )

test('the tarball holds the launcher, the built code and the documents, and nothing else', { skip }, () => {
  const expected =
    /^(?:package\.json|README\.md|LICENSE|CHANGELOG\.md|bin\/ports\.js|docs\/[\w/-]+\.\w+|dist\/[\w/.-]+\.(?:js|d\.ts))$/
  assert.deepEqual(
    files().filter(file => !expected.test(file) || /\.(?:test|cases)\./.test(file)),
    [],
  )
  for (const file of ['README.md', 'LICENSE', 'dist/index.js', 'dist/index.d.ts'])
    assert.ok(files().includes(file), `${file} is missing`)
})

test('the tarball is under a mebibyte and three quarters', { skip }, () => {
  assert.ok(statSync(tarball()).size < 1.75 * MEBIBYTE, String(statSync(tarball()).size))
})

for (const major of [22, 24, 26]) {
  const node = skip === false ? ifReachable(() => nodeOf(major)) : undefined
  const options = { skip: node === undefined ? UNREACHABLE : false }
  const ports = (...words: string[]) => run(node!, [join(installed, 'bin', 'ports.js'), ...words], folder)

  test(`Node ${major}: ports name 443`, options, () => {
    const { status, out, err } = ports('name', '443')
    assert.deepEqual({ status, err }, { status: 0, err: '' })
    assert.match(out, /\bhttps\b/)
  })

  test(`Node ${major}: ports --help`, options, () => {
    const { status, out, err } = ports('--help')
    assert.deepEqual({ status, err }, { status: 0, err: '' })
    assert.match(out, /\bls\b/)
  })

  test(`Node ${major}: ports ls --json shows a listener of this test`, options, async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await new Promise(resolve => server.once('listening', resolve))
    try {
      const address = server.address()
      assert.ok(address !== null && typeof address === 'object')
      const { status, out } = ports('ls', '--json')
      assert.equal(status, 0)
      const document = JSON.parse(out) as { schema: string; items: { local?: { port?: number } }[] }
      assert.equal(document.schema, 'portolan/sockets@1')
      assert.ok(document.items.some(item => item.local?.port === address.port))
    } finally {
      server.close()
    }
  })

  for (const subpath of subpaths) {
    test(`Node ${major}: import '${nameOf(subpath)}'`, options, () => {
      const code = `console.log(Object.keys(await import(${JSON.stringify(nameOf(subpath))})).length)`
      const { status, out, err } = run(node!, ['--input-type=module', '--eval', code], folder)
      assert.deepEqual({ status, err }, { status: 0, err: '' })
      assert.equal(Number(out) > 0, !TYPES_ONLY.includes(subpath), `it exports ${out.trim()} values`)
    })
  }
}

const old = skip === false ? ifReachable(() => nodeOf(20)) : undefined
test('Node 20 gets one sentence and status 2', { skip: old === undefined ? UNREACHABLE : false }, () => {
  const { status, out, err } = run(old!, [join(installed, 'bin', 'ports.js'), 'ls'], folder)
  assert.deepEqual({ status, out }, { status: 2, out: '' })
  assert.match(err, /^[^\n]*\b22\.18\b[^\n]*\b20\.\d+\.\d+\.\n$/)
})

/** Streams and sockets of Node's kind: whoever uses them has Node's types. */
const NODE_TYPED: readonly string[] = ['./sim']

for (const [resolution, module] of [
  ['nodenext', 'nodenext'],
  ['bundler', 'esnext'],
] as const) {
  for (const [which, chosen, lib, types] of [
    // AbortSignal is in the DOM's library and in Node's types; the public types need nothing else of either.
    ['every subpath', subpaths.filter(one => !NODE_TYPED.includes(one)), 'es2024,dom', []],
    ['what speaks in Node’s types', NODE_TYPED, 'esnext,dom', ['node']],
  ] as const)
    test(`types of ${which}, moduleResolution ${resolution}`, { skip }, () => {
      const lines = chosen.map((subpath, i) => `export * as face${i} from '${nameOf(subpath)}'`)
      lines.push("export type Host = import('portolan/os').OS")
      writeFileSync(join(folder, 'consumer.ts'), lines.join('\n'))
      const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
      const flags = [
        '--ignoreConfig',
        '--noEmit',
        '--strict',
        '--skipLibCheck',
        'false',
        '--target',
        'es2024',
        '--lib',
        lib,
        '--typeRoots',
        join(root, 'node_modules', '@types'),
      ]
      const { status, out } = run(
        process.execPath,
        [
          tsc,
          ...flags,
          '--types',
          types.join(','),
          '--module',
          module,
          '--moduleResolution',
          resolution,
          'consumer.ts',
        ],
        folder,
      )
      assert.equal(out, '')
      assert.equal(status, 0)
    })
}
