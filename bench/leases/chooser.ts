/**
 * A process that chooses ports by one package or another: `chooser.ts <package> <module> <folder> <count> [first-last]`.
 * Prints the ports and how long each took, and waits for the end of its input before it ends, so that all have chosen
 * before anybody binds.
 */
const [name = '', module = '', folder = '', count = '1', range] = process.argv.slice(2)
const [first, last] = (range ?? '').split('-').map(Number)
const choose = await chooserOf()
const ports: number[] = []
const times: number[] = []
for (let i = 0; i < Number(count); i++) {
  const start = performance.now()
  ports.push(await choose())
  times.push(performance.now() - start)
}
console.log(JSON.stringify({ ports, times }))
process.stdin.resume()

async function chooserOf(): Promise<() => Promise<number>> {
  const preferred = range === undefined ? null : { first: first!, last: last! }
  switch (name) {
    case 'portolan': {
      const { leasePort, openOS, parsePortSet } = await import(module)
      const os = await openOS({ claimsFolder: folder })
      const options = { os, ...(preferred === null ? {} : { range: parsePortSet(range) }) }
      return () => leasePort(options)
    }
    case 'get-port': {
      const { default: getPort, portNumbers } = await import('get-port')
      return () => getPort(preferred === null ? {} : { port: portNumbers(preferred.first, preferred.last) })
    }
    case 'portfinder': {
      const { default: portfinder } = await import('portfinder')
      return () =>
        portfinder.getPortPromise(
          preferred === null ? {} : { port: preferred.first, stopPort: preferred.last },
        )
    }
    case 'detect-port': {
      const { detect } = await import('detect-port')
      return () => detect(preferred?.first)
    }
    default:
      throw new Error(`no package "${name}"`)
  }
}
