#!/usr/bin/env node
/*
 * The launcher. It checks the version of Node and hands over to the command: in a checkout to the source as it
 * stands, in the package to the same code with its types erased.
 *
 * Node 12 must be able to parse it: somebody with an old Node is to read one sentence, and no stack trace.
 */
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)

if (major < 22 || (major === 22 && minor < 18)) {
  console.error(`ports needs Node 22.18 or newer, and this is Node ${process.versions.node}.`)
  process.exitCode = 2
} else {
  const source = new URL('../src/faces/cli/main.ts', import.meta.url)
  const isCheckout = process.getBuiltinModule('node:fs').existsSync(source)
  if (isCheckout) rememberErasedTypes()
  else findWithoutSearching(new URL('../dist/', import.meta.url).href)
  import(isCheckout ? source.href : '../dist/faces/cli/main.js')
    .then(cli => cli.main(process.argv.slice(2)))
    .catch(error => {
      console.error(error)
      process.exitCode = 70
    })
}

/** In a checkout, to erase the types takes longer than most commands. Built code gains nothing from a cache. */
function rememberErasedTypes() {
  const folder = new URL('../node_modules/.cache/portolan/compile', import.meta.url)
  const path = process.getBuiltinModule('node:url').fileURLToPath(folder)
  process.getBuiltinModule('node:module').enableCompileCache(path)
}

/**
 * Our own imports name files that are there, so their addresses need no look at the disk. Node would look several times
 * for each, which is a tenth of the time that a short command takes.
 *
 * @param {string} home
 */
function findWithoutSearching(home) {
  process.getBuiltinModule('node:module').registerHooks({
    resolve(specifier, context, search) {
      const parentURL = String(context.parentURL)
      if (!specifier.startsWith('.') || !parentURL.startsWith(home)) return search(specifier, context)
      return { url: new URL(specifier, parentURL).href, format: 'module', shortCircuit: true }
    },
  })
}
